import {
	type ConfigDetail,
	type DigestDetail,
	parseArtifactTag,
} from '../oci/detail.js';
import {type Digest, shortenDigest} from '../oci/digest.js';
import {graphOf} from '../oci/graph.js';
import {formatPlatform} from '../oci/manifest.js';
import type {DigestRecord, DigestRecords} from '../oci/record.js';
import {findSubjects} from '../oci/referrers.js';
import {formatAge, formatBytes, formatCount} from '../text/quantities.js';
import {type DetailLine, type Entry, layOutEntries} from './detail-lines.js';
import {remember} from './remember.js';

/** How many digests of a repository hold each blob. */
const countBlobs = remember(
	(records: DigestRecords): ReadonlyMap<Digest, number> => {
		const counts = new Map<Digest, number>();
		for (const {blobs} of records.values()) {
			for (const {digest} of new Set(blobs)) {
				counts.set(digest, (counts.get(digest) ?? 0) + 1);
			}
		}

		return counts;
	},
);

/** Artifacts that a tag files under a digest, as cosign does. */
const filedUnder = remember(
	(records: DigestRecords): ReadonlyMap<Digest, readonly string[]> => {
		const found = new Map<Digest, string[]>();
		for (const {digest, tags} of records.values()) {
			for (const tag of tags) {
				const artifact = parseArtifactTag(tag);
				if (artifact) {
					const texts = found.get(artifact.subject) ?? [];
					texts.push(`${artifact.kind} ${shortenDigest(digest)}`);
					found.set(artifact.subject, texts);
				}
			}
		}

		return found;
	},
);

const describeSize = (
	record: DigestRecord,
	records: DigestRecords,
): string[] => {
	const {size, blobs, children} = record;
	if (size === undefined) {
		return [];
	}

	if (children.length > 0) {
		const here = children.filter(child => records.has(child)).length;
		const count = formatCount(children.length, 'child', 'children');
		return [
			`${formatBytes(size)} with ${here === children.length ? count : `${here} of ${count}`}`,
		];
	}

	const counts = countBlobs(records);
	const own = blobs
		.filter(({digest}) => counts.get(digest) === 1)
		.reduce((sum, blob) => sum + blob.size, 0);
	return [
		`${formatBytes(size)}, ${formatBytes(own)} of it in no other digest here`,
	];
};

const describeTime = (iso: string | undefined, now: number): string[] =>
	iso === undefined ? [] : [`${iso} (${formatAge(iso, now)})`];

const nameRecord = (digest: Digest, records: DigestRecords): string =>
	[
		shortenDigest(digest),
		...(records.get(digest)?.tags ?? []).slice(0, 4),
	].join(' ');

const describeRecord = (
	record: DigestRecord,
	records: DigestRecords,
	now: number,
): Entry[] => [
	{label: '', texts: [record.digest], tone: 'head'},
	{
		label: 'problem',
		texts: record.problem === undefined ? [] : [record.problem],
		tone: 'unknown',
	},
	{
		label: 'locked',
		texts: record.locked === undefined ? [] : [record.locked],
		tone: 'unknown',
	},
	{label: 'status', texts: record.status === undefined ? [] : [record.status]},
	{label: 'tags', texts: [record.tags.join(' ') || 'none']},
	{label: 'platforms', texts: record.platforms},
	{
		label: 'artifact',
		texts: record.artifactType === undefined ? [] : [record.artifactType],
	},
	{label: 'media type', texts: [record.mediaType], tone: 'dim'},
	{label: 'size', texts: describeSize(record, records)},
	{label: 'uploaded', texts: describeTime(record.uploaded, now)},
	{label: 'built', texts: describeTime(record.created, now)},
	{
		label: 'part of',
		texts: graphOf(records)
			.parentsOf(record.digest)
			.map(parent => `index ${nameRecord(parent, records)}`),
	},
	{
		label: 'about',
		texts: [...findSubjects(record)].map(subject =>
			records.has(subject)
				? nameRecord(subject, records)
				: `${nameRecord(subject, records)} (not listed here: gone, or without a tag)`,
		),
	},
	{label: 'goes with', texts: filedUnder(records).get(record.digest) ?? []},
];

const describeConfig = (config: ConfigDetail | undefined): Entry[] =>
	config
		? [
				{
					label: 'entrypoint',
					texts:
						config.entrypoint.length > 0 ? [config.entrypoint.join(' ')] : [],
				},
				{
					label: 'command',
					texts: config.command.length > 0 ? [config.command.join(' ')] : [],
				},
				{label: 'user', texts: config.user === undefined ? [] : [config.user]},
				{
					label: 'directory',
					texts:
						config.workingDirectory === undefined
							? []
							: [config.workingDirectory],
				},
				{label: 'labels', texts: describePairs(config.labels)},
			]
		: [];

const describePairs = (pairs: Readonly<Record<string, string>>): string[] =>
	Object.entries(pairs).map(([name, text]) => `${name} = ${text}`);

const describeDetail = (
	detail: DigestDetail,
	records: DigestRecords,
): Entry[] => {
	const counts = countBlobs(records);
	return [
		{
			label: 'children',
			texts: detail.children.map(({digest, platform, size, annotations}) =>
				[
					nameRecord(digest, records),
					platform ? formatPlatform(platform) : '',
					annotations['vnd.docker.reference.type'] ?? '',
					formatBytes(records.get(digest)?.size ?? size),
					records.has(digest) ? '' : '(not in this repository)',
				]
					.filter(Boolean)
					.join('  '),
			),
		},
		{
			label: 'referrers',
			texts: detail.referrers.map(
				({digest, artifactType, via}) =>
					`${nameRecord(digest, records)}  ${artifactType ?? ''}  (${via})`,
			),
		},
		...describeConfig(detail.config),
		{label: 'annotations', texts: describePairs(detail.annotations)},
		{
			label: 'layers',
			texts: detail.layers.map(
				({digest, size}) =>
					`${shortenDigest(digest)}  ${formatBytes(size).padStart(8)}${(counts.get(digest) ?? 1) > 1 ? '  shared' : ''}`,
			),
		},
		{label: 'not read', texts: detail.problems, tone: 'unknown'},
	];
};

/** What is known of a digest, as lines of so many columns. */
export const selectDetailLines = (
	{
		record,
		records,
		detail,
		pulls,
		uses,
		reason,
	}: {
		record: DigestRecord;
		records: DigestRecords;
		detail: DigestDetail | undefined;
		/** Who pulled it; none where there is no source of pulls. */
		pulls: readonly Entry[];
		/** Who needs it; none where nobody was asked. */
		uses: readonly string[];
		/** Why the rules keep it or let it go, where any were applied. */
		reason: string | undefined;
	},
	{columns, now}: {columns: number; now: number},
): readonly DetailLine[] =>
	layOutEntries(
		[
			...describeRecord(record, records, now),
			...pulls,
			{label: 'used by', texts: uses},
			{label: 'by the rules', texts: reason === undefined ? [] : [reason]},
			...(detail ? describeDetail(detail, records) : []),
		],
		columns,
	);
