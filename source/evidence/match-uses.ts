import type {Digest} from '../oci/digest.js';
import {createDigestFilter} from '../oci/digest-filter.js';
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
	listPossibleConfigs,
	matchConfig,
	matchDigests,
	matchTags,
} from './match-directly.js';
import {sortNeeds} from './name-uses.js';
import {listNames, type RepositoryName} from './repository-names.js';
import type {
	AcceptedGap,
	Use,
	UseAbsence,
	UseEvidence,
	Need,
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

/**
One way in which a digest is used, and the next one: directly, or as one of the family of another that is.

Linked, because there are tens of thousands: an array and an evidence for each would cost more than matching them.
*/
type Link = {
	/** The digest that is used directly. */
	readonly through: Digest;
	/** The direct uses; `undefined` for one of the family. */
	readonly direct: DirectUses | undefined;
	readonly rule: FamilyRule | undefined;
	readonly next: Link | undefined;
	/** On the first link: the evidence, once it has been asked for. */
	evidence: FoundEvidence | undefined;
};

/** The evidence on a digest that some use reaches. Its needs are put in order when they are first looked at: of a hundred thousand digests a screen shows fifty. */
class FoundEvidence {
	readonly besides: UseAbsence;
	private readonly first: Link;
	private readonly matching: Matching;
	private sorted: readonly Need[] | undefined;

	constructor(first: Link, besides: UseAbsence, matching: Matching) {
		this.first = first;
		this.besides = besides;
		this.matching = matching;
	}

	get state(): 'yes' {
		return 'yes';
	}

	get needs(): readonly Need[] {
		this.sorted ??= sortNeeds(listNeeds(this.first, this.matching));
		return this.sorted;
	}
}

/** A repository, and how its names, digests and options are looked at while it is matched. */
type Matching = {
	readonly records: DigestRecords;
	readonly names: readonly RepositoryName[];
	readonly options: MatchOptions;
	readonly found: Map<Digest, Link>;
	/** Why a digest that nothing reaches could be used all the same. */
	readonly unreadable: Map<Digest, string>;
};

/** Finds the uses of each digest itself, then passes them on to its family. */
const match = (index: UsesIndex, matching: Matching): void => {
	const {records, names, found, unreadable} = matching;
	const relations = {
		records,
		graph: graphOf(records),
		referrers: referrersOf(records),
	};
	const add = (digest: Digest, direct: DirectUses): void => {
		const next = found.get(digest);
		found.set(digest, {
			through: digest,
			direct,
			rule: undefined,
			next,
			evidence: undefined,
		});
	};

	matchDigests(index, relations, add);
	const tags = findTags(index, names);
	const configs = listPossibleConfigs(index, records);
	for (const record of records.values()) {
		matchTags(tags, record, add);
		if (configs.size > 0) {
			matchConfig(configs, record, add);
		}

		const problem = findProblem(record);
		if (problem !== undefined) {
			unreadable.set(record.digest, problem);
		}
	}

	// Members are added below, and pass nothing on themselves.
	const used = [...found.keys()];
	const family = new Map<Digest, FamilyRule>();
	for (const through of used) {
		findFamily(through, relations, family);
		for (const [member, rule] of family) {
			const next = found.get(member);
			found.set(member, {
				through,
				direct: undefined,
				rule,
				next,
				evidence: undefined,
			});
		}
	}
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
	const found = new Map<Digest, Link>();
	const unreadable = new Map<Digest, string>();
	const absence: UseAbsence =
		incomplete === undefined
			? judgeSources(reading.sources, {...options, names})
			: {state: 'unknown', why: incomplete};

	const absenceOf = (digest: Digest): UseAbsence => {
		const why =
			unreadable.size > 0 && absence.state === 'no'
				? unreadable.get(digest)
				: undefined;
		return why === undefined ? absence : {state: 'unknown', why};
	};

	const matching: Matching = {records, names, options, found, unreadable};
	match(indexUses(reading), matching);
	const {mayHave} = createDigestFilter(found);
	return {
		absence,
		isUsed: digest => found.has(digest),
		evidenceOf(digest) {
			const first = mayHave(digest) ? found.get(digest) : undefined;
			if (first === undefined) {
				return absenceOf(digest);
			}

			first.evidence ??= new FoundEvidence(first, absenceOf(digest), matching);
			return first.evidence;
		},
	};
};

const listNeeds = (first: Link, matching: Matching): readonly Need[] => {
	const needs: Need[] = [];
	for (let link: Link | undefined = first; link; link = link.next) {
		const {through, direct, rule} = link;
		if (direct) {
			addNeeds(needs, {digest: through, direct, matching});
		}

		if (rule) {
			for (const need of listDirectNeeds(through, matching)) {
				needs.push({...need, rule, tag: undefined});
			}
		}
	}

	return needs;
};

const listDirectNeeds = (digest: Digest, matching: Matching): Need[] => {
	const needs: Need[] = [];
	for (let link = matching.found.get(digest); link; link = link.next) {
		if (link.direct) {
			addNeeds(needs, {digest, direct: link.direct, matching});
		}
	}

	return needs;
};

const addNeeds = (
	needs: Need[],
	{
		digest,
		direct: {rule, uses, tag},
		matching,
	}: {digest: Digest; direct: DirectUses; matching: Matching},
): void => {
	for (const use of uses) {
		needs.push({
			use,
			rule: rule === 'digest' ? ruleOf(use) : rule,
			through: digest,
			tag,
			blocks: isBlocking(use, digest, matching),
		});
	}
};

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
