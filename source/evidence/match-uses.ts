import type {Digest} from '../oci/digest.js';
import {graphOf} from '../oci/graph.js';
import {isImageMediaType, isIndexMediaType} from '../oci/manifest.js';
import type {DigestRecord, DigestRecords} from '../oci/record.js';
import {referrersOf} from '../oci/referrers.js';
import {type FamilyRule, findFamily} from './find-family.js';
import {indexUses, type UsesIndex} from './index-uses.js';
import {judgeSources} from './judge-sources.js';
import {
	type DirectUses,
	findTags,
	matchConfig,
	matchDigests,
	matchTags,
} from './match-directly.js';
import {sortHits} from './name-uses.js';
import {listNames, type RepositoryName} from './repository-names.js';
import type {
	AcceptedGap,
	Use,
	UseAbsence,
	UseEvidence,
	UseHit,
	UsesReading,
} from './use.js';

/** A repository as far as it has been read. */
export type MatchedRepository = RepositoryName & {
	readonly records: DigestRecords;
	/** A few words why not everything in it is known, such as `still being read`; `undefined` where everything is. */
	readonly incomplete: string | undefined;
};

export type MatchOptions = {
	readonly accepted: readonly AcceptedGap[];
	/** Milliseconds since 1970. */
	readonly now: number;
	/** Whether another repository has been seen to hold a digest; `false` where nobody looked. */
	readonly isHeldBy: (name: RepositoryName, digest: Digest) => boolean;
};

/** Who needs what in one repository. */
export type RepositoryUses = {
	/** The evidence on one digest, also on one that an index names and the repository does not hold. */
	readonly evidenceOf: (digest: Digest) => UseEvidence;
	/** Whether some use reaches a digest, blocking or not. */
	readonly isUsed: (digest: Digest) => boolean;
	/** What the sources say of all the others whose manifests were read. */
	readonly absence: UseAbsence;
};

/** What is known of the uses of one digest while they are matched. */
type Matched = {
	readonly digest: Digest;
	readonly direct: DirectUses[];
	/** The used digests whose families this one belongs to. */
	readonly through: Array<{readonly used: Matched; readonly rule: FamilyRule}>;
	evidence: UseEvidence | undefined;
};

/** A repository, and how its names, digests and options are looked at while it is matched. */
type Matching = {
	readonly records: DigestRecords;
	readonly names: readonly RepositoryName[];
	readonly matched: Map<Digest, Matched>;
	readonly options: MatchOptions;
};

const findOrAdd = (matched: Map<Digest, Matched>, digest: Digest): Matched => {
	const known = matched.get(digest);
	if (known) {
		return known;
	}

	const added: Matched = {
		digest,
		direct: [],
		through: [],
		evidence: undefined,
	};
	matched.set(digest, added);
	return added;
};

/** Finds the uses of each digest itself, then passes them on to its family. Returns why digests that nothing reaches could be used all the same. */
const match = (
	index: UsesIndex,
	{records, names, matched}: Matching,
): ReadonlyMap<Digest, string> => {
	const relations = {graph: graphOf(records), referrers: referrersOf(records)};
	const unreadable = new Map<Digest, string>();
	const add = (digest: Digest, uses: DirectUses): void => {
		findOrAdd(matched, digest).direct.push(uses);
	};

	matchDigests(index, {...relations, records}, add);
	const tags = findTags(index, names);
	for (const record of records.values()) {
		matchConfig(index, record, add);
		matchTags(tags, record, add);
		const problem = findProblem(record);
		if (problem !== undefined) {
			unreadable.set(record.digest, problem);
		}
	}

	// Members are added below, and pass nothing on themselves.
	const direct = [...matched.values()];
	for (const used of direct) {
		for (const [member, rule] of findFamily(used.digest, relations)) {
			findOrAdd(matched, member).through.push({used, rule});
		}
	}

	return unreadable;
};

/** Why the config of a digest, by which a runtime may report it, is not known. */
const findProblem = ({state, mediaType}: DigestRecord): string | undefined => {
	switch (state) {
		case 'loading': {
			return 'its manifest is still being read';
		}

		case 'unreadable': {
			return 'its manifest could not be read';
		}

		case 'loaded': {
			// Schema 1 and its kind: a runtime computes an ID that the manifest does not hold.
			return isImageMediaType(mediaType) || isIndexMediaType(mediaType)
				? undefined
				: 'its media type is not known, so its config is not either';
		}

		default: {
			const never: never = state;
			return never;
		}
	}
};

/**
Who needs each digest of one repository, by all that the sources told.

A use of a digest, a tag or a config is a use of the whole family. Whatever could not be read turns *no* into *unknown*, never into *no*.
*/
export const matchUses = (
	reading: UsesReading,
	repository: MatchedRepository,
	options: MatchOptions,
): RepositoryUses => {
	const {records, incomplete} = repository;
	const names = listNames(repository);
	const matched = new Map<Digest, Matched>();
	const matching: Matching = {records, names, matched, options};
	const unreadable = match(indexUses(reading), matching);
	const absence: UseAbsence =
		incomplete === undefined
			? judgeSources(reading.sources, {...options, names})
			: {state: 'unknown', why: incomplete};

	const absenceOf = (digest: Digest): UseAbsence => {
		const why = absence.state === 'no' ? unreadable.get(digest) : undefined;
		return why === undefined ? absence : {state: 'unknown', why};
	};

	return {
		absence,
		isUsed: digest => matched.has(digest),
		evidenceOf(digest) {
			const found = matched.get(digest);
			if (found === undefined) {
				return absenceOf(digest);
			}

			found.evidence ??= createYes(found, absenceOf(digest), matching);
			return found.evidence;
		},
	};
};

/** Evidence whose hits are put in order when they are first looked at: of a hundred thousand digests a screen shows fifty. */
const createYes = (
	found: Matched,
	besides: UseAbsence,
	matching: Matching,
): UseEvidence => {
	let hits: readonly UseHit[] | undefined;
	return {
		state: 'yes',
		besides,
		get hits() {
			hits ??= sortHits(listHits(found, matching));
			return hits;
		},
	};
};

const listHits = (
	{digest, direct, through}: Matched,
	matching: Matching,
): readonly UseHit[] => [
	...direct.flatMap(uses => describe(digest, uses, matching)),
	...through.flatMap(({used, rule}) =>
		used.direct
			.flatMap(uses => describe(used.digest, uses, matching))
			.map(hit => ({...hit, rule, tag: undefined})),
	),
];

const describe = (
	digest: Digest,
	{rule, uses, tag}: DirectUses,
	matching: Matching,
): readonly UseHit[] =>
	uses.map(use => ({
		use,
		rule: rule === 'digest' ? ruleOf(use) : rule,
		through: digest,
		tag,
		blocks: isBlocking(use, digest, matching),
	}));

const ruleOf = ({image}: Use): 'digest' | 'image-id' =>
	image.kind === 'reference' ? 'digest' : 'image-id';

/**
Whether a use stands in the way of a delete.

What has ended never does. A running image counts under whatever name it was pulled; a spec that names another repository only warns where that one has been seen to hold the digest.
*/
const isBlocking = (
	{role, image}: Use,
	digest: Digest,
	{names, options}: Matching,
): boolean => {
	if (role === 'finished') {
		return false;
	}

	const isElsewhere =
		image.kind === 'reference' &&
		names.every(
			({host, repository}) =>
				host !== image.host || repository !== image.repository,
		);
	return !isElsewhere || !options.isHeldBy(image, digest);
};
