import type {RepositoryPulls} from '../evidence/match-pulls.js';
import type {RepositoryUses} from '../evidence/match-uses.js';
import type {UseEvidence, Need} from '../evidence/use.js';
import type {PullEvidence} from '../evidence/pull.js';
import type {DigestRecord} from '../oci/record.js';
import type {UseFacts} from '../plan/judge-use.js';
import type {RepositoryReading} from '../world.js';
import {
	describeCoverage,
	describeTime,
	type ListedPulls,
	notAsked,
} from './describe-coverage.js';

/** A repository that was read, or the sentence why it could not be. */
export type ListedRepository =
	| {
			readonly name: string;
			readonly reading: RepositoryReading;
			/** Who needs each digest, matched with everything that the repository holds. */
			readonly uses: RepositoryUses;
			/** Who pulled each digest; `undefined` where there is no source of pulls. */
			readonly pulls?: RepositoryPulls | undefined;
	  }
	| {readonly name: string; readonly problem: string};

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

/** Who pulled it. With `yes`, `count` is at least so many where `why` says what is not known besides. */
const describePulls = (evidence: PullEvidence | undefined) => {
	if (!evidence) {
		return {
			state: 'unknown',
			last: null,
			count: 0,
			from: null,
			to: null,
			why: notAsked,
		};
	}

	const {state} = evidence;
	const last = describeTime(evidence.last);
	switch (state) {
		case 'yes': {
			const {count, from, to, besides} = evidence;
			return {
				state,
				last,
				count,
				from: describeTime(from),
				to: describeTime(to),
				why: besides.state === 'unknown' ? besides.why : null,
			};
		}

		case 'no': {
			const {from, to} = evidence;
			return {
				state,
				last,
				count: 0,
				from: describeTime(from),
				to: describeTime(to),
				why: null,
			};
		}

		case 'unknown': {
			return {state, last, count: 0, from: null, to: null, why: evidence.why};
		}
	}
};

/** One digest of a document. */
export const describeDigest = (
	record: DigestRecord,
	evidence: UseEvidence,
	pulls: PullEvidence | undefined,
) => ({
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
	pulls: describePulls(pulls),
});

/** The document of `jetsam list --json`, schema version 1: fields are added, never renamed. */
export const createListDocument = (
	registry: string,
	repositories: readonly ListedRepository[],
	{
		uses,
		pulls,
		now,
	}: {uses: UseFacts; pulls?: ListedPulls | undefined; now: number},
) => ({
	schemaVersion: 1,
	registry,
	readAt: new Date(now).toISOString(),
	coverage: describeCoverage({uses, pulls}),
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
						describeDigest(
							record,
							repository.uses.evidenceOf(record.digest),
							repository.pulls?.evidenceOf(record.digest),
						),
					),
				},
	),
});
