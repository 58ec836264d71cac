import {parseArtifactTag} from '../oci/detail.js';
import type {Digest} from '../oci/digest.js';
import type {DigestRecords} from '../oci/record.js';
import {findSubjects, referrersOf} from '../oci/referrers.js';
import {isNeverTouched} from './care.js';
import type {ChoiceContext} from './choose-digests.js';
import {listDirectBlocks, listOwnBlocks} from './judge-use.js';

/** Digests that go, each with the marked one that takes it along; `undefined` for those that were marked themselves. */
export type Going = ReadonlyMap<Digest, Digest | undefined>;

const none: readonly Digest[] = [];

/** What may go along with a digest: its children, and what is about it. */
const listDependants = (
	digest: Digest,
	{graph, reading}: ChoiceContext,
): readonly Digest[] => {
	const referrers = reading && referrersOf(reading.records).get(digest);
	const children = graph.childrenOf(digest);
	return referrers ? [...children, ...referrers] : children;
};

/**
The digests that go with the children and referrers that only they need.

A child or a referrer with a tag was given a name of its own, and one with a use that does not come from what takes it along is needed for itself: both stay unless they are marked. A tag that only files it
under a digest that goes is no such name.
@param blocked - Digests that stay whatever takes them along.
*/
export const takeAlong = (
	marked: readonly Digest[],
	blocked: ReadonlyMap<Digest, unknown>,
	context: ChoiceContext,
): Going => {
	const going = new Map<Digest, Digest | undefined>(
		marked.map(digest => [digest, undefined]),
	);
	// A Map iterates over what is added meanwhile, so this ends when nothing more is taken along. What two digests share is
	// looked at under each, and goes when the last of them does.
	for (const [digest, takenBy] of going) {
		for (const dependant of listDependants(digest, context)) {
			if (
				!going.has(dependant) &&
				!blocked.has(dependant) &&
				isFree(dependant, going, context)
			) {
				going.set(dependant, takenBy ?? digest);
			}
		}
	}

	return going;
};

const isFree = (
	digest: Digest,
	going: Going,
	context: ChoiceContext,
): boolean => {
	const {graph, reading, repository, neverTouch, evidenceOf} = context;
	const record = reading?.records.get(digest);
	const hasOwnName = (record?.tags ?? []).some(
		tag => !isFiledUnder(tag, going),
	);
	if (
		hasOwnName ||
		record?.locked !== undefined ||
		!graph.parentsOf(digest).every(over => going.has(over))
	) {
		return false;
	}

	const about = record ? [...findSubjects(record)] : none;
	if (about.length > 0 && about.every(subject => going.has(subject))) {
		return (
			record?.state !== 'unreadable' &&
			!isNeverTouched(neverTouch, repository, record?.tags ?? []) &&
			listDirectBlocks(evidenceOf(digest)).length === 0
		);
	}

	// What it is about stays, or nobody knows of it: then only its indexes can take it along.
	return (
		graph.parentsOf(digest).length > 0 &&
		(record?.tags.length ?? 0) === 0 &&
		listOwnBlocks(evidenceOf(digest)).length === 0
	);
};

const isFiledUnder = (tag: string, going: Going): boolean => {
	const artifact = parseArtifactTag(tag);
	return artifact !== undefined && going.has(artifact.subject);
};

/** What digests that go along are about: all of it goes before them. Those that were marked themselves, or that only their indexes take along, are not in it. */
export const listAllAbout = (
	going: Going,
	records: DigestRecords,
): ReadonlyMap<Digest, readonly Digest[]> => {
	const found = new Map<Digest, readonly Digest[]>();
	for (const [digest, takenBy] of going) {
		const record = takenBy === undefined ? undefined : records.get(digest);
		const about = record ? [...findSubjects(record)] : none;
		if (about.length > 0 && about.every(subject => going.has(subject))) {
			found.set(digest, about);
		}
	}

	return found;
};

/** What a lift of some digests covers: they themselves and what goes along with them, under whichever it was found first. */
export const spreadLifts = (
	going: Going,
	lifted: readonly Digest[],
	context: ChoiceContext,
): ReadonlySet<Digest> => {
	const covered = new Set(lifted);
	// A Set hands out what is added meanwhile.
	for (const digest of covered) {
		for (const dependant of listDependants(digest, context)) {
			if (going.get(dependant) !== undefined) {
				covered.add(dependant);
			}
		}
	}

	return covered;
};
