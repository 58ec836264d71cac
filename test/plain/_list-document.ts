import test from 'ava';
import {type Digest, parseDigest} from '../../source/oci/digest.js';
import {emptyRecord} from '../../source/oci/record.js';
import {matchPulls} from '../../source/evidence/match-pulls.js';
import type {PullsReading} from '../../source/evidence/pull.js';
import {judgeUses} from '../../source/plan/judge-use.js';
import type {RepositoryReading} from '../../source/world.js';
import {buildPullSource, buildTally} from '../helpers/build-pulls.js';
import {buildUseFacts} from '../helpers/build-uses.js';
import {createListDocument} from '../../source/plain/list-document.js';

const now = Date.parse('2026-11-22T12:00:00Z');
const uses = buildUseFacts(now, [], []);

const judge = (reading: RepositoryReading) =>
	judgeUses(uses, 'h.example:5000', {reading, now});

const digest = (letter: string): Digest => {
	const parsed = parseDigest(`sha256:${letter.repeat(64)}`);
	if (!parsed) {
		throw new Error(`${letter} is not hexadecimal`);
	}

	return parsed;
};

const unknown = {
	uses: {
		state: 'unknown',
		by: [],
		why: 'no cluster or snapshot to ask',
	},
	pulls: {
		state: 'unknown',
		last: null,
		count: 0,
		from: null,
		to: null,
		why: 'not asked',
	},
};

test('the document has every field that other tools rely on, null where nothing is known', t => {
	const reading = {
		repository: 'app',
		records: new Map([
			[
				digest('a'),
				{
					...emptyRecord(digest('a')),
					tags: ['latest', 'v1'],
					mediaType: 'application/vnd.oci.image.index.v1+json',
					artifactType: 'text/x',
					size: 12,
					created: '2026-11-01T12:00:00Z',
					platforms: ['linux/amd64'],
					children: [digest('b')],
					subject: digest('c'),
				},
			],
			[digest('b'), {...emptyRecord(digest('b')), problem: 'Broken.'}],
		]),
		gaps: [],
		readAt: now,
	};
	const document = createListDocument(
		'h.example:5000',
		[
			{name: 'app', reading, uses: judge(reading)},
			{name: 'closed', problem: 'It is closed.'},
			{
				name: 'gap',
				reading: {
					...reading,
					records: new Map(),
					gaps: ['An index is hidden.'],
				},
				uses: judge(reading),
			},
		],
		{uses, now},
	);
	const coverage = {
		state: 'unknown',
		from: null,
		to: null,
		message: 'not asked',
	};
	t.deepEqual(document as unknown, {
		schemaVersion: 1,
		registry: 'h.example:5000',
		readAt: '2026-11-22T12:00:00.000Z',
		coverage: [
			{
				source: 'uses',
				...coverage,
				message: 'no cluster or snapshot to ask',
			},
			{source: 'pulls', ...coverage},
		],
		repositories: [
			{
				name: 'app',
				complete: true,
				problems: [],
				digests: [
					{
						digest: digest('a'),
						mediaType: 'application/vnd.oci.image.index.v1+json',
						artifactType: 'text/x',
						tags: ['latest', 'v1'],
						size: 12,
						created: '2026-11-01T12:00:00Z',
						uploaded: null,
						platforms: ['linux/amd64'],
						children: [digest('b')],
						subject: digest('c'),
						problem: null,
						...unknown,
					},
					{
						digest: digest('b'),
						mediaType: '',
						artifactType: null,
						tags: [],
						size: null,
						created: null,
						uploaded: null,
						platforms: [],
						children: [],
						subject: null,
						problem: 'Broken.',
						...unknown,
					},
				],
			},
			{
				name: 'closed',
				complete: false,
				problems: ['It is closed.'],
				digests: [],
			},
			{
				name: 'gap',
				complete: false,
				problems: ['An index is hidden.'],
				digests: [],
			},
		],
	});
});

const day = 24 * 60 * 60 * 1000;
const dayOf = (time: number): number => Math.floor(time / day);

test('pulls are yes with a count, no with from and to, or unknown with why; each source says what it covers', t => {
	const reading = {
		repository: 'app',
		records: new Map(
			['a', 'b'].map(letter => [
				digest(letter),
				{...emptyRecord(digest(letter)), state: 'loaded' as const},
			]),
		),
		gaps: [],
		readAt: now,
	};
	const pulled = now - 2 * day;
	const told: PullsReading = {
		tallies: [
			buildTally({
				host: 'h.example:5000',
				repository: 'app',
				image: {kind: 'digest', digest: digest('a')},
				days: new Map([[dayOf(pulled), 7]]),
				last: pulled,
			}),
		],
		sources: [
			buildPullSource({
				covers: {from: now - 200 * day, to: now},
				records: 7,
				readAt: now,
			}),
		],
	};
	const broken: PullsReading = {
		...told,
		sources: [
			buildPullSource({
				...told.sources[0],
				skipped: 2,
				firstProblem: 'line 3 is cut',
			}),
			buildPullSource({
				name: 'gcs-usage:bigquery://a.b.c',
				state: 'costs',
				proves: 'nothing',
				cost: {bytes: 12_300_000_000, most: 10_700_000_000},
			}),
		],
	};
	const describe = (all: PullsReading) => {
		const pulls = matchPulls(
			all,
			{
				host: 'h.example:5000',
				repository: 'app',
				records: reading.records,
				incomplete: undefined,
			},
			{accepted: [], windowDays: 90, now},
		);
		return createListDocument(
			'h.example:5000',
			[{name: 'app', reading, uses: judge(reading), pulls}],
			{uses, pulls: {sources: all.sources, accepted: []}, now},
		);
	};

	const document = describe(told);
	t.deepEqual(
		document.repositories[0]?.digests.map(({pulls}) => pulls) as unknown,
		[
			{
				state: 'yes',
				last: '2026-11-20T12:00:00.000Z',
				count: 7,
				from: '2026-08-24T12:00:00.000Z',
				to: '2026-11-22T12:00:00.000Z',
				why: null,
			},
			{
				state: 'no',
				last: null,
				count: 0,
				from: '2026-08-24T12:00:00.000Z',
				to: '2026-11-22T12:00:00.000Z',
				why: null,
			},
		],
	);
	t.deepEqual(document.coverage.slice(1) as unknown, [
		{
			source: 'pulls: acr-events:logs',
			state: 'complete',
			from: '2026-05-06T12:00:00.000Z',
			to: '2026-11-22T12:00:00.000Z',
			message: '',
		},
	]);
	const partial = describe(broken);
	t.like(partial.repositories[0]?.digests[1]?.pulls, {
		state: 'unknown',
		count: 0,
		from: null,
		why: 'acr-events:logs: 2 of its records could not be read',
	});
	t.like(partial.coverage[1], {
		state: 'partial',
		message: '2 records could not be read; the first: line 3 is cut.',
	});
	t.like(partial.coverage[2], {
		source: 'pulls: gcs-usage:bigquery://a.b.c',
		state: 'unasked',
		message: 'It would scan 12.3 GB, and may scan 10.7 GB.',
	});
});
