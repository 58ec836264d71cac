import type {DigestRecord} from '../oci/record.js';
import type {RepositoryReading} from '../world.js';

/** A repository that was read, or the sentence why it could not be. */
export type ListedRepository =
	| {readonly name: string; readonly reading: RepositoryReading}
	| {readonly name: string; readonly problem: string};

const notAsked = 'not asked';

const describeDigest = (record: DigestRecord) => ({
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
	uses: {state: 'unknown', by: [], why: notAsked},
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
	now: number,
) => ({
	schemaVersion: 1,
	registry,
	readAt: new Date(now).toISOString(),
	coverage: ['uses', 'pulls'].map(source => ({
		source,
		state: 'unknown',
		from: null,
		to: null,
		message: notAsked,
	})),
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
						describeDigest(record),
					),
				},
	),
});
