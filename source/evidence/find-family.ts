import type {Digest} from '../oci/digest.js';
import type {Graph} from '../oci/graph.js';
import type {DigestRecords} from '../oci/record.js';
import type {Referrers} from '../oci/referrers.js';

/** How a member of a family is reached from the digest that is used. */
export type FamilyRule = 'index' | 'child' | 'referrer';

/** How the digests of one repository belong together. */
export type Relations = {
	readonly records: DigestRecords;
	readonly graph: Graph;
	readonly referrers: Referrers;
};

const nothing: readonly Digest[] = [];

// Also those that the repository does not hold: what is about them belongs to the family all the same.
const listChildren = (
	{records}: Relations,
	digest: Digest,
): readonly Digest[] => records.get(digest)?.children ?? nothing;

/**
Puts into `family`, emptied first, all that a use of `digest` reaches, without the digest itself: every index over it, all below those, and the referrers of all with what is below them.

It does not go up from a child again: another index over a sibling is not needed by this use.
@param family - One map for many families, which spares making ten thousand of them.
*/
export const findFamily = (
	digest: Digest,
	relations: Relations,
	family: Map<Digest, FamilyRule>,
): void => {
	family.clear();
	const parents = relations.graph.parentsOf(digest);
	// Most images stand alone.
	if (
		parents.length === 0 &&
		listChildren(relations, digest).length === 0 &&
		!relations.referrers.has(digest)
	) {
		return;
	}

	// The digest is in the map while it is walked, so that a loop ends at it.
	family.set(digest, 'index');
	if (parents.length > 0) {
		walk(family, 'index', relations);
	}

	walk(family, 'child', relations);
	walk(family, 'referrer', relations);
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
			addAll(family, rule, listChildren(relations, member));
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

const listNext = (
	member: Digest,
	rule: FamilyRule,
	relations: Relations,
): readonly Digest[] => {
	switch (rule) {
		case 'index': {
			return relations.graph.parentsOf(member);
		}

		case 'child': {
			return listChildren(relations, member);
		}

		case 'referrer': {
			return relations.referrers.get(member) ?? nothing;
		}

		default: {
			const never: never = rule;
			return never;
		}
	}
};
