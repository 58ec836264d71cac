import type {Digest} from '../oci/digest.js';
import type {Graph} from '../oci/graph.js';
import type {Referrers} from '../oci/referrers.js';

/** How a member of a family is reached from the digest that is used. */
export type FamilyRule = 'index' | 'child' | 'referrer';

export type Relations = {readonly graph: Graph; readonly referrers: Referrers};

/**
Puts into `family`, emptied first, all that a use of `digest` reaches, without the digest itself: every index over it, all below those, and the referrers of all with what is below them.

It does not go up from a child again: another index over a sibling is not needed by this use.
@param family - One map for many families, which spares making ten thousand of them.
*/
export const findFamily = (
	digest: Digest,
	{graph, referrers}: Relations,
	family: Map<Digest, FamilyRule>,
): void => {
	family.clear();
	const parents = graph.parentsOf(digest);
	const children = graph.childrenOf(digest);
	// Most images stand alone.
	if (parents.length === 0 && children.length === 0 && !referrers.has(digest)) {
		return;
	}

	// The digest is in the map while it is walked, so that a loop ends at it.
	family.set(digest, 'index');
	if (parents.length > 0) {
		walk(family, 'index', {graph, referrers});
	}

	walk(family, 'child', {graph, referrers});
	walk(family, 'referrer', {graph, referrers});
	family.delete(digest);
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
