import {type Digest, shortenDigest} from '../oci/digest.js';
import {graphOf} from '../oci/graph.js';
import {referrersOf} from '../oci/referrers.js';
import type {Registry, RepositoryReading} from '../world.js';
import type {Finding, Step} from './plan.js';
import {
	findListDigest,
	isListed,
	isOwnList,
	type WrittenLists,
} from './written-lists.js';

/** How old the list of a repository's tags and indexes may be when a delete rests on it, in milliseconds. */
export const oldestReading = 60 * 1000;

/** What a look just before the delete found: go on, nothing left to do, or a fact that changed. */
export type Recheck =
	| {readonly kind: 'unchanged'}
	| {readonly kind: 'absent'}
	| {readonly kind: 'changed'; readonly finding: Finding};

const changed = (rule: Finding['rule'], sentence: string): Recheck => ({
	kind: 'changed',
	finding: {severity: 'blocks', rule, sentence},
});

/**
Safeguard 6: reads the facts again that a step relied on, the digest and each planned tag by HEAD, the others from `reading`.
@param reading - At most `oldestReading` old.
@param gone - Digests of this repository that this run has deleted or found absent.
@param lists - Lists of referrers that this run has written anew.
*/
export const recheckStep = async (
	step: Step,
	options: {
		registry: Registry;
		reading: RepositoryReading;
		gone: ReadonlySet<Digest>;
		lists: WrittenLists;
		/** Digests of the plan that are below this one, or about it. */
		goingAlong: ReadonlySet<Digest>;
		signal: AbortSignal;
	},
): Promise<Recheck> => {
	const finding = findChange(step, options) ?? findNewReferrer(step, options);
	if (finding) {
		return finding;
	}

	const {registry, lists, signal} = options;
	const {repository, digest, tags} = step;
	const present = await registry.resolve(repository, digest, signal);
	if (present === undefined) {
		return {kind: 'absent'};
	}

	if (present !== digest) {
		return changed(
			'not-there',
			`the registry now gives ${shortenDigest(present)} for this digest`,
		);
	}

	for (const tag of tags) {
		const meant = await registry.resolve(repository, tag, signal);
		if (meant !== digest) {
			return changed(
				'tag-moved',
				meant === undefined
					? `the tag ${tag} is gone since the plan was made`
					: `the tag ${tag} now means ${shortenDigest(meant)}`,
			);
		}
	}

	if (isListed(step)) {
		const {tag} = step.list;
		const meant = await registry.resolve(repository, tag, signal);
		if (meant !== findListDigest(lists, step)) {
			return changed(
				'tag-moved',
				`somebody else has changed the list of referrers ${tag} since the plan was made`,
			);
		}
	}

	return {kind: 'unchanged'};
};

/** Safeguard 6 for a tag that is to go alone: it still means the digest that it meant when the plan was made. */
export const recheckTag = async (
	{repository, digest, onlyTag}: Step & {readonly onlyTag: string},
	{
		registry,
		reading,
		signal,
	}: {
		registry: Registry;
		reading: RepositoryReading | undefined;
		signal: AbortSignal;
	},
): Promise<Recheck> => {
	const locked = findLock(reading, digest);
	if (locked) {
		return locked;
	}

	const meant = await registry.resolve(repository, onlyTag, signal);
	if (meant === undefined) {
		return {kind: 'absent'};
	}

	return meant === digest
		? {kind: 'unchanged'}
		: changed(
				'tag-moved',
				`the tag ${onlyTag} now means ${shortenDigest(meant)}`,
			);
};

/** A lock that the registry has set since, on the digest or on one of its tags. */
const findLock = (
	reading: RepositoryReading | undefined,
	digest: Digest,
): Recheck | undefined => {
	const locked = reading?.records.get(digest)?.locked;
	return locked === undefined ? undefined : changed('locked', locked);
};

/** What is about it since, and would go with it although nobody planned that. */
const findNewReferrer = (
	{digest}: Step,
	{
		registry,
		reading,
		goingAlong,
	}: {
		registry: Registry;
		reading: RepositoryReading;
		goingAlong: ReadonlySet<Digest>;
	},
): Recheck | undefined => {
	if (!registry.capabilities.deletesReferrers) {
		return undefined;
	}

	const {records} = reading;
	const about = new Set([digest]);
	// A Set hands out what is added meanwhile.
	for (const subject of about) {
		for (const referrer of referrersOf(records).get(subject) ?? []) {
			if (records.get(referrer)?.subject !== subject) {
				continue;
			}

			if (!goingAlong.has(referrer)) {
				return changed(
					'referrer-stays',
					`${shortenDigest(referrer)} is about it since, and this registry would delete the two together`,
				);
			}

			about.add(referrer);
		}
	}

	return undefined;
};

const findChange = (
	step: Step,
	options: {
		reading: RepositoryReading;
		gone: ReadonlySet<Digest>;
		lists: WrittenLists;
	},
): Recheck | undefined => {
	const {digest, tags, removedTags = [], parents, about = []} = step;
	const {reading, gone} = options;
	const gap = reading.gaps[0];
	if (gap !== undefined) {
		return changed('reading-has-gaps', gap);
	}

	const locked = findLock(reading, digest);
	if (locked) {
		return locked;
	}

	const newTag = reading.records
		.get(digest)
		?.tags.find(tag => !tags.includes(tag) && !removedTags.includes(tag));
	if (newTag !== undefined) {
		return changed(
			'tag-appeared',
			`it has the tag ${newTag}, which it had not when the plan was made`,
		);
	}

	const subject = about.find(over => !gone.has(over));
	if (subject !== undefined) {
		return changed(
			'subject-stays',
			`${shortenDigest(subject)}, which it is about, is still there`,
		);
	}

	// The plan's own parents too: an index that stayed although it lost its tag is in no later reading.
	const parent = [
		...parents,
		...graphOf(reading.records).parentsOf(digest),
	].find(over => !gone.has(over) && !isListOnly(over, step, options));
	return (
		parent &&
		changed(
			'child-of-index-that-stays',
			`the index ${shortenDigest(parent)} is still there and needs it`,
		)
	);
};

/** Whether an index over a step's digest is nothing but the list of referrers that is written anew, or was: it has no other tag, and no index needs it. */
const isListOnly = (
	over: Digest,
	step: Step,
	{
		reading: {records},
		gone,
		lists,
	}: {
		reading: RepositoryReading;
		gone: ReadonlySet<Digest>;
		lists: WrittenLists;
	},
): boolean =>
	isListed(step) &&
	isOwnList(lists, step, over) &&
	(records.get(over)?.tags ?? []).every(tag => tag === step.list.tag) &&
	graphOf(records)
		.parentsOf(over)
		.every(parent => gone.has(parent));
