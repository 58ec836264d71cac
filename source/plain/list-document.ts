import {isAccepted} from '../evidence/judge-sources.js';
import type {RepositoryUses} from '../evidence/match-uses.js';
import type {
	AcceptedGap,
	UseEvidence,
	Need,
	UsesSource,
} from '../evidence/use.js';
import type {DigestRecord} from '../oci/record.js';
import type {UseFacts} from '../plan/judge-use.js';
import type {RepositoryReading} from '../world.js';

/** A repository that was read, or the sentence why it could not be. */
export type ListedRepository =
	| {
			readonly name: string;
			readonly reading: RepositoryReading;
			/** Who needs each digest, matched with everything that the repository holds. */
			readonly uses: RepositoryUses;
	  }
	| {readonly name: string; readonly problem: string};

const notAsked = 'not asked';

/** A use in the documents that other tools read. Foreign in part. */
export const describeUse = ({
	use: {kind, context, namespace, name, container},
	rule,
}: Need) => ({kind, context, namespace, name, container, rule});

const describeEvidence = (evidence: UseEvidence) =>
	evidence.state === 'yes'
		? {
				state: 'yes',
				by: evidence.needs.map(need => describeUse(need)),
				why: evidence.besides.state === 'unknown' ? evidence.besides.why : null,
			}
		: {
				state: evidence.state,
				by: [],
				why: evidence.state === 'unknown' ? evidence.why : null,
			};

const describeTime = (time: number | undefined) =>
	time === undefined ? null : new Date(time).toISOString();

/** How far each source of uses was read. */
const describeSource = (
	source: UsesSource,
	accepted: readonly AcceptedGap[],
) => {
	const open = source.gaps.filter(gap => !isAccepted(source, gap, accepted));
	return {
		source: `uses: ${source.kind} ${source.name}`,
		state:
			source.state === 'read'
				? open.length > 0
					? 'partial'
					: 'complete'
				: source.state,
		from: null,
		to: describeTime(source.readAt),
		message: source.gaps
			.map(gap => (open.includes(gap) ? '' : 'accepted: ') + gap.message)
			.join(' '),
	};
};

const notToldOf = (source: string, message: string) => ({
	source,
	state: 'unknown',
	from: null,
	to: null,
	message,
});

const describeDigest = (record: DigestRecord, evidence: UseEvidence) => ({
	digest: record.digest,
	mediaType: record.mediaType,
	artifactType: record.artifactType ?? null,
	tags: record.tags,
	size: record.size ?? null,
	created: record.created ?? null,
	uploaded: record.uploaded ?? null,
	platforms: record.platforms,
	children: record.children,
	subject: record.subject ?? null,
	problem: record.problem ?? null,
	uses: describeEvidence(evidence),
	pulls: {
		state: 'unknown',
		last: null,
		count: 0,
		from: null,
		to: null,
		why: notAsked,
	},
});

/** The document of `jetsam list --json`, schema version 1: fields are added, never renamed. */
export const createListDocument = (
	registry: string,
	repositories: readonly ListedRepository[],
	{uses, now}: {uses: UseFacts; now: number},
) => ({
	schemaVersion: 1,
	registry,
	readAt: new Date(now).toISOString(),
	coverage: [
		...(uses.reading.sources.length === 0
			? [notToldOf('uses', 'no cluster or snapshot to ask')]
			: uses.reading.sources.map(source =>
					describeSource(source, uses.accepted),
				)),
		notToldOf('pulls', notAsked),
	],
	repositories: repositories.map(repository =>
		'problem' in repository
			? {
					name: repository.name,
					complete: false,
					problems: [repository.problem],
					digests: [],
				}
			: {
					name: repository.name,
					complete: repository.reading.gaps.length === 0,
					problems: repository.reading.gaps,
					digests: [...repository.reading.records.values()].map(record =>
						describeDigest(record, repository.uses.evidenceOf(record.digest)),
					),
				},
	),
});
