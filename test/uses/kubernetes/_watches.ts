/* eslint-disable ava/no-ignored-test-files -- kubernetes.test.ts loads it: one process for all that need the client library */
import {setImmediate} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import {describePod} from '../../../source/demo/cluster-workloads.js';
import type {
	EmbeddedCluster,
	EmbeddedClusterOptions,
	LoggedClusterRequest,
} from '../../../source/demo/embedded-cluster.js';
import {usualPatience} from '../../../source/uses/kubernetes/api-client.js';
import {
	type CurrentUses,
	type UsesWatch,
	watchContextUses,
} from '../../../source/uses/kubernetes/watch-context.js';
import {
	createClock,
	createContent,
	openText,
	startCluster,
	type TestClock,
	writeKubeconfig,
} from './_cluster.js';

const pod = (name: string, tag = '1', namespace = 'shop') =>
	describePod({
		namespace,
		name,
		since: new Date('2026-11-01T10:00:00Z'),
		containers: [{name: 'app', image: `r.example/${name}:${tag}`}],
	});

type Scene = {
	readonly cluster: EmbeddedCluster;
	readonly content: ReturnType<typeof createContent>;
	readonly clock: TestClock;
	readonly watch: UsesWatch;
	readonly signal: AbortSignal;
	/** Resolves with the first reading that fits. */
	readonly until: (
		fits: (current: CurrentUses) => boolean,
	) => Promise<CurrentUses>;
	/** Resolves when all kinds are being watched. */
	readonly untilWatched: () => Promise<void>;
};

const isWatch = ({path}: LoggedClusterRequest): boolean =>
	path.includes('watch=1');
const isPodWatch = ({path}: LoggedClusterRequest): boolean =>
	path.startsWith('/api/v1/pods?watch=1');
const isPodList = ({path}: LoggedClusterRequest): boolean =>
	path.startsWith('/api/v1/pods?limit');

/** A cluster with two Pods, and a watch of it that ends with the test. */
const startScene = async (
	t: ExecutionContext,
	options: Partial<EmbeddedClusterOptions> = {},
	namespaces: readonly string[] = [],
): Promise<Scene> => {
	const content = createContent(pod('api'), pod('web'));
	const cluster = await startCluster(t, {content, ...options});
	const clock = createClock();
	const controller = new AbortController();
	const {signal} = controller;
	const watch = watchContextUses(
		await openText(writeKubeconfig(cluster.url), clock),
		{clock, patience: usualPatience, namespaces, signal},
	);
	t.teardown(async () => {
		controller.abort();
		await watch.done;
	});
	return {
		cluster,
		content,
		clock,
		watch,
		signal,
		async until(fits) {
			for await (const current of watch.changes(signal)) {
				if (fits(current)) {
					return current;
				}
			}

			throw new Error('The watch has ended.');
		},
		async untilWatched() {
			await cluster.waitForRequest(
				() => cluster.requests.filter(request => isWatch(request)).length >= 12,
			);
		},
	};
};

const tags = ({reading}: CurrentUses): readonly string[] =>
	reading.uses.map(({written}) => written.replace('r.example/', ''));

const holds = (current: CurrentUses, ...wanted: readonly string[]): boolean =>
	tags(current).toSorted().join(' ') === wanted.toSorted().join(' ');

test('a watch begins with a whole reading, and follows what is added, changed and removed', async t => {
	const {watch, signal, content, until, untilWatched, cluster} =
		await startScene(t);
	t.regex(watch.read().behind ?? '', /still being read/v);
	const first = await watch.waitUntilCurrent(signal);
	t.true(holds(first, 'api:1', 'web:1'));
	t.is(first.reading.sources[0]?.state, 'read');
	t.deepEqual(first.reading.sources[0]?.gaps, []);
	await untilWatched();
	content.put(pod('cart'), pod('api', '2'));
	content.remove('Pod', {namespace: 'shop', name: 'web'});
	const last = await until(current => holds(current, 'api:2', 'cart:1'));
	t.is(last.behind, undefined);
	t.is(cluster.requests.filter(request => isPodList(request)).length, 1);
	t.true(
		cluster.requests
			.filter(request => isWatch(request))
			.every(
				({path}) =>
					path.includes('allowWatchBookmarks=true') &&
					/resourceVersion=\d+/v.test(path) &&
					path.includes('timeoutSeconds=30'),
			),
	);
});

test('nothing that happens between the list and the watch is missed', async t => {
	const scene = await startScene(t, {
		intercept({path}) {
			if (path.startsWith('/api/v1/pods?watch=1')) {
				scenePromise.content.put(pod('between'));
			}

			return false;
		},
	});
	const scenePromise = scene;
	const current = await scene.until(({reading}) => reading.uses.length === 3);
	t.true(holds(current, 'api:1', 'web:1', 'between:1'));
});

test('a watch whose time is over goes on from where it was', async t => {
	const {watch, signal, content, until, untilWatched, cluster, clock} =
		await startScene(t);
	await watch.waitUntilCurrent(signal);
	await untilWatched();
	content.put(pod('cart'));
	await until(({reading}) => reading.uses.length === 3);
	const version = String(content.version());
	clock.advance(30_000);
	cluster.requests.length = 0;
	cluster.endWatches();
	await cluster.waitForRequest(
		request =>
			isPodWatch(request) &&
			request.path.includes(`resourceVersion=${version}`),
	);
	await untilWatched();
	const now = watch.read();
	t.is(now.currentAsOf, clock.now());
	t.is(now.behind, undefined);
	t.false(cluster.requests.some(request => isPodList(request)));
});

test('a bookmark says that nothing was missed', async t => {
	const {watch, signal, untilWatched, cluster, clock} = await startScene(t);
	await watch.waitUntilCurrent(signal);
	await untilWatched();
	const began = clock.now();
	clock.advance(20_000);
	t.true((watch.read().currentAsOf ?? 0) <= began);
	// A watch that has been asked for may not be open yet, and would miss a single bookmark.
	while (watch.read().currentAsOf !== began + 20_000) {
		cluster.sendBookmarks();
		await setImmediate();
	}

	const current = watch.read();
	t.is(current.reading.sources[0]?.readAt, began + 20_000);
});

/** What ends a watch otherwise than in time, and makes the kind be listed anew. */
const endings: ReadonlyArray<{
	readonly title: string;
	readonly end: (scene: Scene) => void;
}> = [
	{
		title: 'breaks',
		end({cluster}) {
			cluster.breakWatches();
		},
	},
	{
		title: 'ends before its time',
		end({cluster}) {
			cluster.endWatches();
		},
	},
	{
		title: 'tells that its version is too old',
		end({cluster}) {
			cluster.sendRaw(
				'{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}\n',
			);
		},
	},
	{
		title: 'tells an error',
		end({cluster}) {
			cluster.sendRaw(
				'{"type":"ERROR","object":{"kind":"Status","code":500}}\n',
			);
		},
	},
	{
		title: 'tells what is no JSON',
		end({cluster}) {
			cluster.sendRaw('{"type":"ADDED","object":{"metadata"\n');
		},
	},
	{
		title: 'tells what no watch tells',
		end({cluster}) {
			cluster.sendRaw('{"type":"SYNCED","object":{}}\n');
		},
	},
	{
		title: 'falls silent',
		end({clock}) {
			clock.advance(50_000);
		},
	},
];

for (const {title, end} of endings) {
	test(`a watch that ${title} is begun anew by a list`, async t => {
		const scene = await startScene(t);
		const {watch, signal, content, until, untilWatched, cluster} = scene;
		await watch.waitUntilCurrent(signal);
		await untilWatched();
		// What the watch never told.
		cluster.holdWatches(true);
		content.put(pod('cart'));
		content.remove('Pod', {namespace: 'shop', name: 'web'});
		cluster.requests.length = 0;
		cluster.holdWatches(true);
		const troubles: string[] = [];
		const restored = until(current => {
			if (current.behind !== undefined) {
				troubles.push(current.behind);
			}

			return holds(current, 'api:1', 'cart:1');
		});
		if (title.startsWith('tells')) {
			cluster.holdWatches(false);
		}

		end(scene);
		await restored;
		await cluster.waitForRequest(
			request => isPodWatch(request) || isPodList(request),
		);
		const current = await watch.waitUntilCurrent(signal);
		t.true(holds(current, 'api:1', 'cart:1'));
		await cluster.waitForRequest(request => isPodList(request));
		t.true(troubles.some(trouble => trouble.includes('is listing its')));
	});
}

test('a version that is too old when a watch begins leads to a new list', async t => {
	const {watch, signal, content, until, untilWatched, cluster, clock} =
		await startScene(t);
	await watch.waitUntilCurrent(signal);
	await untilWatched();
	clock.advance(30_000);
	content.forget();
	cluster.requests.length = 0;
	cluster.endWatches();
	await cluster.waitForRequest(request => isPodList(request));
	await untilWatched();
	content.put(pod('cart'));
	t.truthy(await until(({reading}) => reading.uses.length === 3));
});

for (const status of [403, 405]) {
	test(`where watching is refused by ${status} lists are made again every 30 seconds`, async t => {
		const {watch, signal, content, until, cluster, clock} = await startScene(
			t,
			{
				intercept({path}, response) {
					const isHit = path.includes('watch=1');
					if (isHit) {
						response.writeHead(status);
						response.end();
					}

					return isHit;
				},
			},
		);
		await watch.waitUntilCurrent(signal);
		await clock.waitForSleep(30_000, 12);
		content.put(pod('cart'));
		cluster.requests.length = 0;
		clock.advance(30_000);
		await until(({reading}) => reading.uses.length === 3);
		t.false(cluster.requests.some(request => isWatch(request)));
		const {behind} = await watch.waitUntilCurrent(signal);
		t.is(behind, undefined);
	});
}

test('where the whole cluster is refused its namespaces are listed again, new ones too', async t => {
	const {watch, signal, content, until, cluster, clock} = await startScene(t, {
		refuses: ({namespace, resource}) =>
			namespace === '' && resource.kind !== 'Namespace',
	});
	const first = await watch.waitUntilCurrent(signal);
	t.true(holds(first, 'api:1', 'web:1'));
	await clock.waitForSleep(30_000, 12);
	content.put(pod('post', '1', 'blog'));
	clock.advance(30_000);
	const current = await until(({reading}) => reading.uses.length === 3);
	t.deepEqual(current.reading.sources[0]?.namespaces, ['blog', 'shop']);
	t.false(cluster.requests.some(request => isWatch(request)));
});

test('what was read and cannot be listed any more is behind, stays a use, and is a gap', async t => {
	let isAway = false;
	const scene = await startScene(t, {
		intercept({path}, response) {
			const isHit = isAway && path.startsWith('/api/v1/pods?');
			if (isHit) {
				response.writeHead(500);
				response.end();
			}

			return isHit;
		},
	});
	const {watch, signal, until, untilWatched, cluster, clock} = scene;
	await watch.waitUntilCurrent(signal);
	await untilWatched();
	isAway = true;
	cluster.breakWatches();
	const lost = await until(
		({reading}) => (reading.sources[0]?.gaps.length ?? 0) > 0,
	);
	t.regex(lost.behind ?? '', /did not tell the Pods of all namespaces/v);
	t.true(holds(lost, 'api:1', 'web:1'));
	t.like(lost.reading.sources[0]?.gaps[0], {kind: 'Pod', isRefusal: false});
	await clock.waitForSleep(8000);
	isAway = false;
	clock.advance(8000);
	const restored = await watch.waitUntilCurrent(signal);
	t.deepEqual(restored.reading.sources[0]?.gaps, []);
});

test('what could never be read is a gap and holds nothing up', async t => {
	const {watch, signal} = await startScene(t, {
		intercept({path}, response) {
			const isHit = path.startsWith('/apis/batch/v1/jobs?');
			if (isHit) {
				response.writeHead(500);
				response.end();
			}

			return isHit;
		},
	});
	const current = await watch.waitUntilCurrent(signal);
	t.true(holds(current, 'api:1', 'web:1'));
	t.deepEqual(
		current.reading.sources[0]?.gaps.map(({kind}) => kind),
		['Job'],
	);
});

test('a cluster that is away at first is read when it comes', async t => {
	let isAway = true;
	const {watch, signal, until, clock} = await startScene(t, {
		intercept({path}, response) {
			const isHit = isAway && path.startsWith('/api');
			if (isHit) {
				response.writeHead(404);
				response.end();
			}

			return isHit;
		},
	});
	const failed = await until(
		({reading}) => reading.sources[0]?.gaps.length === 1,
	);
	t.is(failed.reading.sources[0]?.state, 'failed');
	await clock.waitForSleep(15_000);
	isAway = false;
	clock.advance(15_000);
	const current = await until(({reading}) => reading.uses.length === 2);
	t.is(current.reading.sources[0]?.state, 'read');
	await watch.waitUntilCurrent(signal);
});

test('what nothing was heard of for a minute is behind', async t => {
	const {watch, signal, cluster, clock, untilWatched} = await startScene(t);
	await watch.waitUntilCurrent(signal);
	await untilWatched();
	await cluster.close();
	clock.advance(61_000);
	t.truthy(watch.read().behind);
	const controller = new AbortController();
	const waiting = watch.waitUntilCurrent(controller.signal);
	controller.abort(new Error('five minutes are over'));
	await t.throwsAsync(waiting, {message: 'five minutes are over'});
});
