import type {Digest} from '../oci/digest.js';
import type {Graph} from '../oci/graph.js';
import type {Referrers} from '../oci/referrers.js';

/** How a member of a family is reached from the digest that is used. */
export type FamilyRule = 'index' | 'child' | 'referrer';

const noFamily: ReadonlyMap<Digest, FamilyRule> = new Map();

/**
All that a use of `digest` reaches, without the digest itself: every index over it, all below those, and the referrers of all with what is below them.

It does not go up from a child again: another index over a sibling is not needed by this use.
*/
export const findFamily = (
	digest: Digest,
	{graph, referrers}: {graph: Graph; referrers: Referrers},
): ReadonlyMap<Digest, FamilyRule> => {
	// Most images stand alone.
	if (
		!referrers.has(digest) &&
		graph.parentsOf(digest).length === 0 &&
		graph.childrenOf(digest).length === 0
	) {
		return noFamily;
	}

	const family = new Map<Digest, FamilyRule>([[digest, 'index']]);
	// The digest is in the map while it is walked, so that a loop ends at it.
	walk([digest], 'index', {family, next: member => graph.parentsOf(member)});
	walk([...family.keys()], 'child', {
		family,
		next: member => graph.childrenOf(member),
	});
	walk([...family.keys()], 'referrer', {
		family,
		next: member => [
			...(referrers.get(member) ?? []),
			...(family.get(member) === 'referrer' ? graph.childrenOf(member) : []),
		],
	});
	family.delete(digest);
	return family;
};

/** Adds everything that `next` leads to, and ends in loops. */
const walk = (
	from: readonly Digest[],
	rule: FamilyRule,
	{
		family,
		next,
	}: {
		family: Map<Digest, FamilyRule>;
		next: (digest: Digest) => readonly Digest[];
	},
): void => {
	const waiting = [...from];
	for (let member = waiting.pop(); member; member = waiting.pop()) {
		for (const found of next(member)) {
			if (!family.has(found)) {
				family.set(found, rule);
				waiting.push(found);
			}
		}
	}
};
