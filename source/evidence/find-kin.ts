import type {Digest} from '../oci/digest.js';
import type {DigestRecord} from '../oci/record.js';
import {findSubjects, isAboutNothing} from '../oci/referrers.js';
import type {Relations} from './find-family.js';

const none: readonly Digest[] = [];

const listSubjects = (
	{records}: Relations,
	digest: Digest,
): Iterable<Digest> => {
	const record = records.get(digest);
	return record ? findSubjects(record) : none;
};

/**
The digest itself and all whose pull is a pull of it: the indexes over it, what they hold, and the same of whatever it is about.

It is the family of `findFamily` looked at from its far end. A signature is pulled where its image is; an image is not pulled because its signature was.
*/
export const findKin = (
	digest: Digest,
	relations: Relations,
): ReadonlySet<Digest> => {
	// A set hands out what is added while one goes through it, and so a loop ends.
	const kin = new Set([digest]);
	for (const member of kin) {
		for (const index of relations.graph.parentsOf(member)) {
			kin.add(index);
		}

		for (const subject of listSubjects(relations, member)) {
			kin.add(subject);
		}
	}

	for (const member of kin) {
		for (const child of relations.records.get(member)?.children ?? none) {
			kin.add(child);
		}
	}

	return kin;
};

/** Whether a digest stands alone, as most do: then nothing but itself is its kin. */
export const isAlone = (
	record: DigestRecord,
	{graph}: Pick<Relations, 'graph'>,
): boolean =>
	record.children.length === 0 &&
	isAboutNothing(record) &&
	graph.parentsOf(record.digest).length === 0;

// Deeper than any registry nests; a loop ends here too.
const highestClimb = 20;

/**
A digest with the same kin, the same one for all children of an index: so a family is gone through once and not once for each member.

What has one index over it, and is about nothing, shares the kin of that index.
*/
export const findHead = (digest: Digest, relations: Relations): Digest => {
	let head = digest;
	for (let steps = 0; steps < highestClimb; steps++) {
		const [index, ...others] = relations.graph.parentsOf(head);
		const record = relations.records.get(head);
		if (
			index === undefined ||
			others.length > 0 ||
			(record && !isAboutNothing(record))
		) {
			return head;
		}

		head = index;
	}

	return head;
};
