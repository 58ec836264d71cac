import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {collectReading} from '../../source/plan/collect-reading.js';
import {openRegistry} from '../../source/registry/open-registry.js';
import {createManifestCache} from '../../source/storage/manifest-cache.js';
import type {Registry} from '../../source/world.js';
import {addEntries} from '../helpers/build-repository.js';
import {
	listDeletes,
	removeDigest,
	type Review,
	reviewMarks,
	showRequests,
} from '../helpers/fake-world.js';

const app = {
	index: {tags: ['v1'], children: ['amd64', 'arm64']},
	amd64: {},
	arm64: {},
	keep: {tags: ['keep']},
};

/** The registry of a review as a new run opens it that has everything on disk which the registry holds now. */
const openWarm = async (
	t: ExecutionContext,
	{server, clock}: Review,
): Promise<Registry> => {
	const folder = await mkdtemp(path.join(tmpdir(), 'jetsam-cache-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	const {signal} = new AbortController();
	const open = async (): Promise<Registry> =>
		openRegistry(server.host, {
			settings: {
				readOnly: false,
				insecureHosts: [],
				proxies: {http: undefined, https: undefined, none: undefined},
				retryPause: 1,
				now: clock.now,
			},
			logins: new Map(),
			contents: createManifestCache({
				folder,
				limits: {total: 1e9, pack: 1e9},
				now: clock.now,
			}),
			signal,
		});
	await collectReading(await open(), 'shop/app', {clock, signal});
	const warm = await open();
	server.requests.length = 0;
	return warm;
};

test('safeguard 6: with everything in the cache the registry is asked all the same, before each delete and after it', async t => {
	const review = await reviewMarks(t, {
		repositories: {app},
		marked: ['index'],
	});
	const registry = await openWarm(t, review);
	const outcomes = await review.run({registry, readings: new Map()});
	t.true(outcomes.every(({kind}) => kind === 'deleted'));
	const requests = showRequests(review.server);
	const reading = [
		'GET /v2/shop/app/tags/list?n=1000 200',
		'HEAD shop/app:keep 200',
		'HEAD shop/app:v1 200',
	];
	t.deepEqual(requests.slice(0, 3).toSorted(), reading);
	t.deepEqual(requests.slice(3), [
		'HEAD shop/app@index 200',
		'HEAD shop/app:v1 200',
		'DELETE shop/app@index 202',
		'HEAD shop/app@index 404',
		...['amd64', 'arm64'].flatMap(name => [
			`HEAD shop/app@${name} 200`,
			`DELETE shop/app@${name} 202`,
			`HEAD shop/app@${name} 404`,
		]),
	]);
});

test('safeguard 6: what is gone from the registry is absent, although the cache has it', async t => {
	const review = await reviewMarks(t, {
		repositories: {app},
		marked: ['index'],
	});
	const registry = await openWarm(t, review);
	removeDigest(review.server, 'shop/app', review.digest('arm64'));
	const outcomes = await review.run({registry, readings: new Map()});
	t.deepEqual(
		outcomes.map(({text}) => text),
		['index deleted', 'amd64 deleted', 'arm64 absent'],
	);
	t.false(listDeletes(review.server).includes(review.path('arm64')));
});

test('safeguard 2: an index that appeared keeps its child, although its manifest comes from the cache', async t => {
	const review = await reviewMarks(t, {
		repositories: {app},
		marked: ['index'],
	});
	const newer = {tags: ['v2'], children: ['arm64']};
	addEntries(review.server.content, 'shop/app', {arm64: {}, newer});
	const registry = await openWarm(t, review);
	const outcomes = await review.run({registry, readings: new Map()});
	t.deepEqual(
		outcomes.map(({text}) => text),
		['index deleted', 'amd64 deleted', 'arm64 refused'],
	);
	t.false(
		showRequests(review.server).some(request =>
			request.startsWith('GET shop/app'),
		),
		'no manifest was read again',
	);
});
