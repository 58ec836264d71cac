/* eslint-disable ava/no-ignored-test-files -- names.test.ts loads it */
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import {matchUses} from '../../source/evidence/match-uses.js';
import type {UsesReading} from '../../source/evidence/use.js';
import {
	describeSnapshot,
	parseSnapshot,
	readSnapshot,
} from '../../source/uses/snapshot.js';
import {isJsonObject, parseJson} from '../../source/oci/json.js';
import {UserError} from '../../source/user-error.js';
import {buildReading, digestOf} from '../helpers/build-repository.js';
import {
	buildGap,
	buildSource,
	buildUse,
	buildUsesReading,
	readAt,
} from '../helpers/build-uses.js';

const minute = 60 * 1000;
const file = '/somewhere/cluster-a.json';
const digest = digestOf('one');

const full: UsesReading = {
	uses: [
		buildUse('registry.acme.io:5000/shop/api:v1', {
			owner: {kind: 'Deployment', name: 'api'},
			replicas: 3,
			since: readAt - minute,
		}),
		buildUse(`nginx:1@${digest}`, {role: 'file', context: '', namespace: ''}),
		buildUse(`ACME/shop`, {role: 'template', replicas: 0}),
		buildUse(`quay.io/a/b@${digest}`, {imageId: true}),
		buildUse(digest, {imageId: true, role: 'finished'}),
	],
	sources: [
		buildSource({
			gaps: [
				buildGap({isRefusal: true}),
				buildGap({repositories: ['registry.acme.io/*']}),
			],
			kinds: [{kind: 'Pod', count: 4}],
			namespaces: ['shop'],
		}),
		buildSource({name: 'eu', state: 'unasked', readAt: undefined}),
		buildSource({name: 'old', state: 'left-out', readAt: undefined}),
		buildSource({name: 'down', state: 'failed', readAt: undefined}),
		buildSource({kind: 'files', name: 'deploy'}),
	],
};

const write = (reading: UsesReading, time = readAt): string =>
	JSON.stringify(describeSnapshot(reading, time));

test('everything comes back, contexts as those of the snapshot', t => {
	const reading = parseSnapshot(write(full), file);
	t.deepEqual(reading.uses, full.uses);
	t.deepEqual(
		reading.sources,
		full.sources.map(source => ({
			...source,
			kind: source.kind === 'files' ? 'files' : 'snapshot',
			name: `cluster-a.json: ${source.name}`,
		})),
	);
});

test('what was written twice is still the same', t => {
	const once = parseSnapshot(write(full), file);
	const twice = parseSnapshot(write(once), '/elsewhere/b.json');
	t.deepEqual(twice.uses, full.uses);
	t.is(twice.sources[0]?.name, 'b.json: cluster-a.json: prod');
	t.is(twice.sources[0]?.kind, 'snapshot');
});

test('fields that are added later, and a byte order mark, do not matter', t => {
	const document = describeSnapshot(full, readAt);
	const text = JSON.stringify({...document, written: 'by another jetsam'});
	t.deepEqual(
		parseSnapshot(`\uFEFF${text}`, file),
		parseSnapshot(write(full), file),
	);
});

test('nothing was read after the snapshot was written', t => {
	const late = buildSource({readAt: readAt + 60 * minute});
	const {sources} = parseSnapshot(write(buildUsesReading([], [late])), file);
	t.is(sources[0]?.readAt, readAt);
});

const states: ReadonlyArray<readonly [string, UsesReading, number, string]> = [
	['fresh and complete', buildUsesReading([]), 0, 'no'],
	['a day old', buildUsesReading([]), 24 * 60, 'no'],
	[
		'older',
		buildUsesReading([]),
		24 * 60 + 1,
		'cluster-a.json: prod: read 24 hours ago',
	],
	[
		'with a gap',
		buildUsesReading([], [buildSource({gaps: [buildGap()]})]),
		0,
		'cluster-a.json: prod: Pods in namespace x timed out',
	],
	[
		'with a context that was not asked',
		buildUsesReading(
			[],
			[buildSource(), buildSource({name: 'eu', state: 'unasked'})],
		),
		0,
		'cluster-a.json: eu: not asked',
	],
	[
		'of a folder only',
		buildUsesReading([], [buildSource({kind: 'files'})]),
		0,
		'no cluster or snapshot to ask',
	],
];

for (const [title, reading, minutes, expected] of states) {
	test(`evidence of a snapshot ${title}: ${expected}`, t => {
		const {records} = buildReading('shop/api', {one: {}});
		const {absence} = matchUses(
			parseSnapshot(write(reading), file),
			{
				host: 'registry.acme.io',
				repository: 'shop/api',
				records,
				incomplete: undefined,
			},
			{accepted: [], now: readAt + minutes * minute, isHeldBy: () => false},
		);
		t.is(absence.state === 'no' ? 'no' : absence.why, expected);
	});
}

/** The document with the value at a place changed, or left out for `undefined`: `uses.0.image.digest`. */
const change = (place: string, value: unknown): string => {
	const keys = place.split('.');
	const changeIn = (inner: unknown, depth: number): unknown => {
		if (depth === keys.length) {
			return value;
		}

		if (Array.isArray(inner)) {
			return inner.map((item: unknown, index) =>
				String(index) === keys[depth] ? changeIn(item, depth + 1) : item,
			);
		}

		const entries = isJsonObject(inner) ? Object.entries(inner) : [];
		return Object.fromEntries(
			entries.map(([key, item]) => [
				key,
				key === keys[depth] ? changeIn(item, depth + 1) : item,
			]),
		);
	};

	return JSON.stringify(changeIn(parseJson(write(full)), 0));
};

const wrong: ReadonlyArray<readonly [string, string]> = [
	['', 'is no JSON (Unexpected end of JSON input)'],
	['[]', 'is no JSON object'],
	['{}', 'has the schemaVersion null, and this jetsam reads 1'],
	[
		change('schemaVersion', 2),
		'has the schemaVersion 2, and this jetsam reads 1',
	],
	[change('time', undefined), 'has no time'],
	[
		change('time', 'yesterday'),
		'has "yesterday" as time, which is not an ISO 8601 time',
	],
	[
		change('time', '2026-03-01 12:00:00'),
		'has "2026-03-01 12:00:00" as time, which is not an ISO 8601 time',
	],
	[
		change('time', '2026-13-01T12:00:00Z'),
		'has "2026-13-01T12:00:00Z" as time, which is not an ISO 8601 time',
	],
	[change('sources', []), 'names no source that was asked'],
	[change('sources', {}), 'has {} as sources, which is not a list'],
	[change('sources.0', null), 'has null as sources[0], which is not an object'],
	[
		change('sources.0.kind', 'cloud'),
		'has "cloud" as sources[0].kind, which is not one of context, snapshot, files',
	],
	[
		change('sources.0.state', 'done'),
		'has "done" as sources[0].state, which is not one of read, failed, unasked, left-out',
	],
	[
		change('sources.0.name', 1),
		'has 1 as sources[0].name, which is not a text',
	],
	[change('sources.0.readAt', undefined), 'has no sources[0].readAt'],
	[change('sources.0.gaps', undefined), 'has no sources[0].gaps'],
	[
		change('sources.0.gaps.0.isRefusal', 'no'),
		'has "no" as sources[0].gaps[0].isRefusal, which is not one of true, false',
	],
	[
		change('sources.0.gaps.0.repositories', undefined),
		'has no sources[0].gaps[0].repositories',
	],
	[
		change('sources.0.gaps.0.repositories', [1]),
		'has 1 as sources[0].gaps[0].repositories[0], which is not a text',
	],
	[
		change('sources.0.kinds.0.count', -1),
		'has -1 as sources[0].kinds[0].count, which is not a count',
	],
	[
		change('sources.0.namespaces', 'shop'),
		'has "shop" as sources[0].namespaces, which is not a list',
	],
	[change('uses', undefined), 'has no uses'],
	[
		change('uses.0.role', 'idle'),
		'has "idle" as uses[0].role, which is not one of running, template, revision, file, finished',
	],
	[
		change('uses.0.namespace', null),
		'has null as uses[0].namespace, which is not a text',
	],
	[
		change('uses.0.owner', 'api'),
		'has "api" as uses[0].owner, which is not an object',
	],
	[
		change('uses.0.replicas', 1.5),
		'has 1.5 as uses[0].replicas, which is not a count',
	],
	[change('uses.0.since', 1), 'has 1 as uses[0].since, which is not a text'],
	[
		change('uses.0.image.kind', 'x'),
		'has "x" as uses[0].image.kind, which is not one of reference, image-id',
	],
	[
		change('uses.1.image.digest', 'sha256:1'),
		'has "sha256:1" as uses[1].image.digest, which is not a digest',
	],
	[
		change('uses.4.image.digest', null),
		'has null as uses[4].image.digest, which is not a digest',
	],
];

for (const [text, problem] of wrong) {
	test(`a snapshot that ${problem}`, t => {
		const error = t.throws(() => parseSnapshot(text, file), {
			instanceOf: UserError,
		});
		t.is(
			error?.message,
			`${file} ${problem}, so it cannot be used as a snapshot.`,
		);
	});
}

const images: ReadonlyArray<readonly [string, unknown]> = [
	['host', 'index.docker.io'],
	['host', ''],
	['host', null],
	['repository', 'Shop'],
	['repository', 'shop/api:v2'],
	['repository', null],
	['tag', ''],
	['tag', 'v 1'],
	['tag', `v1@${digest}`],
];

for (const [field, value] of images) {
	test(`an image whose ${field} is ${JSON.stringify(value)} is refused`, t => {
		const error = t.throws(
			() => parseSnapshot(change(`uses.0.image.${field}`, value), file),
			{instanceOf: UserError},
		);
		t.regex(error?.message ?? '', /as uses\[0]\.image, which is not an image/);
	});
}

test('a snapshot is read from its file, and its absence is told', async t => {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-snapshot-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	const {signal} = new AbortController();
	const written = path.join(folder, 'a.json');
	await writeFile(written, write(full));
	const reading = await readSnapshot(written, signal);
	t.is(reading.uses.length, full.uses.length);
	const missing = path.join(folder, 'b.json');
	const error = await t.throwsAsync(readSnapshot(missing, signal), {
		instanceOf: UserError,
	});
	t.is(error?.message, `${missing} could not be read (ENOENT).`);
});
