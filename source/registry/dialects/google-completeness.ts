import {type Digest, shortenDigest} from '../../oci/digest.js';
import type {GoogleList} from './google-list.js';

/** Sizes at which answers have been seen cut off. */
const cuts = [1000, 10_000];

/** How likely chance alone leaves so much of the range of digests empty, at most, for the list to be believed. */
const leastChance = 1e-7;

/**
What makes it doubtful that a list holds every digest of its image: gaps, where it contradicts itself, and doubts, which another list can lift. Sentences.

Digests are as good as random, so a list of many that ends in the middle of their range was cut there.
*/
export const listDoubts = (
	{digests, tags, problems}: GoogleList,
	repository: string,
): {readonly gaps: readonly string[]; readonly doubts: readonly string[]} => {
	const say = (what: string): string =>
		`The list of ${repository} may not be whole: ${what}. Digests that it leaves out could need others.`;
	const contradictions = listContradictions({digests, tags});
	const doubts = [
		...(isCut(digests.length) || isCut(tags.length)
			? [
					`it has ${digests.length} digests and ${tags.length} tags, and Google cuts lists at about that number`,
				]
			: []),
		...(hasEmptyEnd(digests.map(({digest}) => digest))
			? ['it holds digests of one part of their range only']
			: []),
	];
	return {
		gaps: [...problems, ...contradictions].map(what => say(what)),
		doubts: doubts.map(what => say(what)),
	};
};

const listContradictions = ({
	digests,
	tags,
}: Pick<GoogleList, 'digests' | 'tags'>): readonly string[] => {
	const listed = new Set(tags);
	const carried = new Map<string, Digest>();
	const found: string[] = [];
	for (const {digest, tags: own} of digests) {
		for (const tag of own) {
			const other = carried.get(tag);
			if (other !== undefined) {
				found.push(
					`${shortenDigest(other)} and ${shortenDigest(digest)} both have the tag ${tag}`,
				);
			}

			if (!listed.has(tag)) {
				found.push(
					`${shortenDigest(digest)} has the tag ${tag}, which is not among the tags`,
				);
			}

			carried.set(tag, digest);
		}
	}

	const lost = tags.filter(tag => !carried.has(tag));
	return lost.length === 0
		? found.slice(0, 1)
		: [
				...found.slice(0, 1),
				lost.length === 1
					? `no digest has its tag ${lost[0]}`
					: `no digest has ${lost.length} of its tags, the first of them ${lost[0]}`,
			];
};

const isCut = (count: number): boolean =>
	cuts.some(cut => Math.abs(count - cut) <= cut / 100);

/** Whether a part of the range at one of its ends has nothing, which so many random digests would not leave empty. */
const hasEmptyEnd = (digests: readonly Digest[]): boolean => {
	const places = digests
		.filter(digest => digest.startsWith('sha256:'))
		.map(digest => Number.parseInt(digest.slice(7, 15), 16) / 2 ** 32);
	if (places.length < 2) {
		return false;
	}

	let first = 1;
	let last = 0;
	for (const place of places) {
		first = Math.min(first, place);
		last = Math.max(last, place);
	}

	return Math.min(1 - first, last) ** places.length < leastChance;
};

/** The digests that another list of the same image has and this one has not. */
export const listMissing = (
	{digests}: GoogleList,
	known: ReadonlySet<Digest>,
): readonly Digest[] => {
	const listed = new Set(digests.map(({digest}) => digest));
	return [...known].filter(digest => !listed.has(digest));
};

/** That they differ, in a sentence. */
export const describeMissing = (
	repository: string,
	missing: readonly Digest[],
): string =>
	`The list of ${repository} is not whole: Artifact Registry's own API names ${missing.length === 1 ? 'a digest' : `${missing.length} digests`} that it leaves out (${shortenDigest(missing[0]!)}${missing.length === 1 ? '' : ' and others'}).`;
