import {type Digest, shortenDigest} from '../oci/digest.js';
import {graphOf} from '../oci/graph.js';
import {referrersOf} from '../oci/referrers.js';
import type {Registry, RepositoryReading} from '../world.js';
import type {Finding, Step} from './plan.js';

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
*/
export const recheckStep = async (
	step: Step,
	options: {
		registry: Registry;
		reading: RepositoryReading;
		gone: ReadonlySet<Digest>;
		/** Digests of the plan that are below this one, or about it. */
		goingAlong: ReadonlySet<Digest>;
		signal: AbortSignal;
	},
): Promise<Recheck> => {
	const finding = findChange(step, options) ?? findNewReferrer(step, options);
	if (finding) {
		return finding;
	}

	const {registry, signal} = options;
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

	return {kind: 'unchanged'};
};

/** Safeguard 6 for a tag that is to go alone: it still means the digest that it meant when the plan was made. */
export const recheckTag = async (
	{repository, digest, onlyTag}: Step & {readonly onlyTag: string},
	{
		registry,
		reading,
		signal,
	}: {registry: Registry; reading: RepositoryReading; signal: AbortSignal},
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
	{records}: RepositoryReading,
	digest: Digest,
): Recheck | undefined => {
	const locked = records.get(digest)?.locked;
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
	{digest, tags, parents, about = []}: Step,
	{reading, gone}: {reading: RepositoryReading; gone: ReadonlySet<Digest>},
): Recheck | undefined => {
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
		?.tags.find(tag => !tags.includes(tag));
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
	].find(over => !gone.has(over));
	return (
		parent &&
		changed(
			'child-of-index-that-stays',
			`the index ${shortenDigest(parent)} is still there and needs it`,
		)
	);
};
