import type {Digest} from '../oci/digest.js';
import {graphOf} from '../oci/graph.js';
import type {DigestRecords} from '../oci/record.js';
import {referrersOf} from '../oci/referrers.js';
import {type FamilyRule, findFamily} from './find-family.js';
import {indexUses} from './index-uses.js';
import {judgeSources} from './judge-sources.js';
import {type DirectUses, matchDirectly} from './match-directly.js';
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
	/** Everything that some use reaches, blocking or not; it may name digests that the repository does not hold. */
	readonly used: ReadonlySet<Digest>;
	/** What the sources say of all the others whose manifests were read. */
	readonly absence: UseAbsence;
};

/** A used digest from which another is reached. */
type Reach = {readonly through: Digest; readonly rule: FamilyRule};

/** What closes over what: every used digest passes its uses on to its family. */
const reachFamilies = (
	direct: ReadonlyMap<Digest, unknown>,
	records: DigestRecords,
): ReadonlyMap<Digest, readonly Reach[]> => {
	const options = {graph: graphOf(records), referrers: referrersOf(records)};
	const reached = new Map<Digest, Reach[]>();
	for (const through of direct.keys()) {
		for (const [member, rule] of findFamily(through, options)) {
			const known = reached.get(member);
			if (known) {
				known.push({through, rule});
			} else {
				reached.set(member, [{through, rule}]);
			}
		}
	}

	return reached;
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
	const {direct, unreadable} = matchDirectly(indexUses(reading), {
		names,
		records,
	});
	const reached = reachFamilies(direct, records);
	const absence: UseAbsence =
		incomplete === undefined
			? judgeSources(reading.sources, {...options, names})
			: {state: 'unknown', why: incomplete};

	const absenceOf = (digest: Digest): UseAbsence => {
		const why = absence.state === 'no' ? unreadable.get(digest) : undefined;
		return why === undefined ? absence : {state: 'unknown', why};
	};

	const describe = (digest: Digest, matched: DirectUses): readonly UseHit[] =>
		matched.uses.map(use => ({
			use,
			rule: matched.rule === 'digest' ? ruleOf(use) : matched.rule,
			through: digest,
			tag: matched.tag,
			blocks: isBlocking(use, digest, {names, isHeldBy: options.isHeldBy}),
		}));

	const listHits = (digest: Digest): readonly UseHit[] => [
		...(direct.get(digest) ?? []).flatMap(matched => describe(digest, matched)),
		...(reached.get(digest) ?? []).flatMap(({through, rule}) =>
			(direct.get(through) ?? [])
				.flatMap(matched => describe(through, matched))
				.map(hit => ({...hit, rule, tag: undefined})),
		),
	];

	const known = new Map<Digest, UseEvidence>();
	const used = new Set([...direct.keys(), ...reached.keys()]);
	return {
		used,
		absence,
		evidenceOf(digest) {
			if (!used.has(digest)) {
				return absenceOf(digest);
			}

			const evidence = known.get(digest) ?? {
				state: 'yes',
				hits: sortHits(listHits(digest)),
				besides: absenceOf(digest),
			};
			known.set(digest, evidence);
			return evidence;
		},
	};
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
	{
		names,
		isHeldBy,
	}: {names: readonly RepositoryName[]} & Pick<MatchOptions, 'isHeldBy'>,
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
	return !isElsewhere || !isHeldBy(image, digest);
};
