import type {Digest} from '../oci/digest.js';
import type {Graph} from '../oci/graph.js';
import type {Referrers} from '../oci/referrers.js';

/** How a member of a family is reached from the digest that is used. */
export type FamilyRule = 'index' | 'child' | 'referrer';

/** The members of a family, in the order in which they are found. */
export type Family = ReadonlyMap<Digest, FamilyRule>;

type Relations = {readonly graph: Graph; readonly referrers: Referrers};

const noFamily: Family = new Map();

/**
All that a use of `digest` reaches, without the digest itself: every index over it, all below those, and the referrers of all with what is below them.

It does not go up from a child again: another index over a sibling is not needed by this use.
*/
export const findFamily = (digest: Digest, relations: Relations): Family => {
	const {graph, referrers} = relations;
	// Most images stand alone.
	if (
		graph.parentsOf(digest).length === 0 &&
		graph.childrenOf(digest).length === 0 &&
		!referrers.has(digest)
	) {
		return noFamily;
	}

	// The digest is in the map while it is walked, so that a loop ends at it.
	const family = new Map<Digest, FamilyRule>([[digest, 'index']]);
	walk(family, 'index', relations);
	walk(family, 'child', relations);
	walk(family, 'referrer', relations);
	family.delete(digest);
	return family;
};

/** Adds what the rule leads to from every member, and from what it adds. A map hands out what is added while one goes through it. */
const walk = (
	family: Map<Digest, FamilyRule>,
	rule: FamilyRule,
	relations: Relations,
): void => {
	for (const [member, found] of family) {
		addAll(family, rule, listNext(member, rule, relations));
		// An index of referrers brings the artifacts that it lists.
		if (rule === 'referrer' && found === 'referrer') {
			addAll(family, rule, relations.graph.childrenOf(member));
		}
	}
};

const addAll = (
	family: Map<Digest, FamilyRule>,
	rule: FamilyRule,
	digests: readonly Digest[],
): void => {
	for (const digest of digests) {
		if (!family.has(digest)) {
			family.set(digest, rule);
		}
	}
};

const nothing: readonly Digest[] = [];

const listNext = (
	member: Digest,
	rule: FamilyRule,
	{graph, referrers}: Relations,
): readonly Digest[] => {
	switch (rule) {
		case 'index': {
			return graph.parentsOf(member);
		}

		case 'child': {
			return graph.childrenOf(member);
		}

		case 'referrer': {
			return referrers.get(member) ?? nothing;
		}

		default: {
			const never: never = rule;
			return never;
		}
	}
};
