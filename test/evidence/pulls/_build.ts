import {
	matchPulls,
	type MatchPullsOptions,
	type RepositoryPulls,
} from '../../../source/evidence/match-pulls.js';
import type {MatchedRepository} from '../../../source/evidence/match-uses.js';
import {dayLength, dayOf} from '../../../source/evidence/pull-window.js';
import type {
	PullEvidence,
	PullSource,
	PullTally,
} from '../../../source/evidence/pull.js';
import type {Digest} from '../../../source/oci/digest.js';
import type {DigestRecord} from '../../../source/oci/record.js';
import {buildPullSource, buildTally} from '../../helpers/build-pulls.js';
import {
	buildReading,
	digestOf,
	type Entries,
	nameOf,
} from '../../helpers/build-repository.js';

export const host = 'registry.test';
export const repository = 'app';
export const now = Date.parse('2026-03-01T12:00:00Z');
export const today = dayOf(now);
export const hour = 60 * 60 * 1000;
export const minute = 60 * 1000;
export const ago = (days: number): number => now - days * dayLength;

export const options: MatchPullsOptions = {accepted: [], windowDays: 30, now};

/** One that saw everything for longer than the window. */
export const proof = buildPullSource({covers: {from: ago(100), to: now}});
export const mute = buildPullSource({
	name: 'gcs-usage:logs',
	proves: 'nothing',
});

export type Changes = Readonly<Record<string, Partial<DigestRecord>>>;

export const build = (
	entries: Entries,
	changes: Changes = {},
): MatchedRepository => {
	const {records} = buildReading(repository, entries);
	return {
		host,
		repository,
		records: new Map(
			[...records].map(([digest, record]): [Digest, DigestRecord] => [
				digest,
				{...record, ...changes[nameOf(digest)]},
			]),
		),
		incomplete: undefined,
	};
};

export const plain: Entries = {
	one: {tags: ['v1']},
	two: {tags: ['v2']},
	three: {},
};

/** Pulls so many days ago, with how many each time. */
export const pulled = (
	image: PullTally['image'],
	counts: ReadonlyArray<readonly [before: number, count: number]>,
	fields: Partial<PullTally> = {},
): PullTally =>
	buildTally({
		image,
		days: new Map(counts.map(([before, count]) => [today - before, count])),
		last: Math.max(...counts.map(([before]) => ago(before))),
		...fields,
	});

export const digest = (name: string): PullTally['image'] => ({
	kind: 'digest',
	digest: digestOf(name),
});
export const tag = (name: string): PullTally['image'] => ({
	kind: 'tag',
	tag: name,
});
export const blob = (name: string): PullTally['image'] => ({
	kind: 'blob',
	digest: digestOf(name),
});
export const counter: PullTally['image'] = {kind: 'repository'};
export const undated = (
	image: PullTally['image'],
	fields: Partial<PullTally> = {},
): PullTally => buildTally({image, undated: 4, ...fields});

/** `yes 3 digest>one` with what was counted, or the state alone. */
export const describe = (evidence: PullEvidence): string =>
	evidence.state === 'yes'
		? `yes ${evidence.count} ${evidence.certainty}>${nameOf(evidence.through)}`
		: evidence.state;

export const match = (
	tallies: readonly PullTally[],
	{
		matched = build(plain),
		sources = [proof],
		changed = {},
	}: {
		readonly matched?: MatchedRepository;
		readonly sources?: readonly PullSource[];
		readonly changed?: Partial<MatchPullsOptions>;
	} = {},
): RepositoryPulls =>
	matchPulls({tallies, sources}, matched, {...options, ...changed});

export const describeAll = (
	pulls: RepositoryPulls,
	matched: MatchedRepository = build(plain),
): Record<string, string> =>
	Object.fromEntries(
		[...matched.records.keys()].map(key => [
			nameOf(key),
			describe(pulls.evidenceOf(key)),
		]),
	);

export const time = (days: number): string => new Date(ago(days)).toISOString();

export const about = (name: string): string =>
	`${digestOf(name).replace(':', '-')}.sig`;

export const family: Entries = {
	index: {tags: ['v1'], children: ['amd', 'arm']},
	amd: {},
	arm: {},
	other: {children: ['arm', 'alone']},
	alone: {},
	signature: {tags: [about('index')]},
	loop: {children: ['loop', 'back']},
	back: {children: ['loop']},
};

export const blobsOf = (
	...names: readonly string[]
): Partial<DigestRecord> => ({
	blobs: names.map(name => ({digest: digestOf(name), size: 1})),
});

export const withBlobs: Changes = {
	one: blobsOf('config a', 'base', 'layer a'),
	two: blobsOf('config b', 'base'),
	three: blobsOf('config b', 'base', 'layer c', 'layer d'),
};
