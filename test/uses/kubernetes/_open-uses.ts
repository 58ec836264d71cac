/* eslint-disable ava/no-ignored-test-files -- kubernetes.test.ts loads it: one process for all that need the client library */
import test, {type ExecutionContext} from 'ava';
import {describePod} from '../../../source/demo/cluster-workloads.js';
import type {EmbeddedClusterOptions} from '../../../source/demo/embedded-cluster.js';
import type {UsesReading} from '../../../source/evidence/use.js';
import {UserError} from '../../../source/user-error.js';
import {openUses, type UsesOptions} from '../../../source/uses/open-uses.js';
import {parseKubeconfigs} from '../../../source/uses/kubernetes/kubeconfig.js';
import type {UsesChoice} from '../../../source/world.js';
import {buildSource, buildUse} from '../../helpers/build-uses.js';
import {createClock, createContent, startCluster} from './_cluster.js';

const since = new Date('2026-11-01T10:00:00Z');

const pod = (name: string) =>
	describePod({
		namespace: 'shop',
		name,
		since,
		containers: [{name: 'app', image: `r.example/${name}:1`}],
	});

const current: UsesChoice = {contexts: 'current', leftOut: [], accepted: []};

/** One cluster under the names of three contexts, the second of which is the current one. */
const open = async (
	t: ExecutionContext,
	{
		others = [],
		...options
	}: Partial<EmbeddedClusterOptions> &
		Pick<Partial<UsesOptions>, 'others'> = {},
) => {
	const content = createContent(pod('api'));
	const cluster = await startCluster(t, {content, ...options});
	const clock = createClock();
	const text = JSON.stringify({
		apiVersion: 'v1',
		kind: 'Config',
		'current-context': 'staging',
		clusters: [{name: 'main', cluster: {server: cluster.url}}],
		users: [{name: 'jane', user: {}}],
		contexts: ['prod', 'staging', 'edge'].map(name => ({
			name,
			context: {cluster: 'main', user: 'jane'},
		})),
	});
	let loads = 0;
	const uses = openUses({
		async loadKubeconfig() {
			loads++;
			return parseKubeconfigs([{text, file: '/etc/kubeconfig'}]);
		},
		namespaces: [],
		others,
		clock,
		readChoice: async () => current,
		saveChoice: async () => undefined,
	});
	const controller = new AbortController();
	t.teardown(() => {
		controller.abort();
	});
	const {signal} = controller;
	const told: UsesReading[] = [];
	return {
		cluster,
		content,
		clock,
		uses,
		signal,
		told,
		loads: () => loads,
		read: async (choice: UsesChoice) =>
			uses.read(choice, {
				tell(reading) {
					told.push(reading);
				},
				signal,
			}),
	};
};

const outline = ({sources}: UsesReading): Record<string, string> =>
	Object.fromEntries(sources.map(({name, state}) => [name, state]));

for (const [title, choice, expected] of [
	[
		'the current context',
		current,
		{prod: 'unasked', staging: 'read', edge: 'unasked'},
	],
	[
		'all contexts',
		{...current, contexts: 'all'},
		{prod: 'read', staging: 'read', edge: 'read'},
	],
	[
		'all but the one that is left out',
		{...current, contexts: 'all', leftOut: ['edge']},
		{prod: 'read', staging: 'read', edge: 'left-out'},
	],
	[
		'contexts by name',
		{...current, contexts: ['edge', 'prod']},
		{prod: 'read', staging: 'unasked', edge: 'read'},
	],
	[
		'a name that the kubeconfig has no more, which is a source that failed',
		{...current, contexts: ['prod', 'gone']},
		{gone: 'failed', prod: 'read', staging: 'unasked', edge: 'unasked'},
	],
	[
		'a name that is gone and left out, which is none any more',
		{...current, contexts: ['prod', 'gone'], leftOut: ['gone']},
		{prod: 'read', staging: 'unasked', edge: 'unasked'},
	],
	[
		'a name that is left out too',
		{...current, contexts: ['edge', 'prod'], leftOut: ['prod']},
		{prod: 'left-out', staging: 'unasked', edge: 'read'},
	],
	[
		'the current one, which is left out',
		{...current, leftOut: ['staging']},
		{prod: 'unasked', staging: 'left-out', edge: 'unasked'},
	],
] as const) {
	test(`asked: ${title}`, async t => {
		const {read, cluster} = await open(t);
		const reading = await read(choice);
		t.deepEqual(outline(reading), expected);
		const count = Object.values(expected).filter(
			state => state === 'read',
		).length;
		t.is(reading.uses.length, count);
		t.is(
			cluster.requests.filter(({path}) => path.startsWith('/api/v1/pods'))
				.length,
			count,
		);
	});
}

test('a context that is gone says so in its gap, which nobody can accept', async t => {
	const {read} = await open(t);
	const {sources} = await read({...current, contexts: ['gone']});
	const gaps = sources.find(({name}) => name === 'gone')?.gaps;
	t.is(gaps?.length, 1);
	t.regex(gaps?.[0]?.message ?? '', /no context gone.*Leave it out/v);
	t.false(gaps?.[0]?.isRefusal);
});

test('each source is told of as it comes, and those that have not come are not asked yet', async t => {
	let finish: () => void = () => undefined;
	const waiting = new Promise<void>(resolve => {
		finish = resolve;
	});
	const folder = buildSource({kind: 'files', name: 'deploy'});
	const {read, told, signal} = await open(t, {
		others: [
			{
				kind: 'files',
				name: 'deploy',
				async read() {
					await waiting;
					return {
						uses: [buildUse('r.example/api:2', {role: 'file'})],
						sources: [folder],
					};
				},
			},
		],
	});
	const reading = (async () => {
		const whole = await read(current);
		return whole;
	})();
	while (told.length === 0) {
		signal.throwIfAborted();
		await new Promise<void>(resolve => {
			setImmediate(resolve);
		});
	}

	t.deepEqual(outline(told[0]!), {
		staging: 'read',
		deploy: 'unasked',
		prod: 'unasked',
		edge: 'unasked',
	});
	finish();
	const whole = await reading;
	t.is(told.length, 2);
	t.deepEqual(told[1], whole);
	t.is(outline(whole)['deploy'], 'read');
	t.is(whole.uses.length, 2);
});

test('the kubeconfig is read once', async t => {
	const {read, loads} = await open(t);
	await read(current);
	await read(current);
	t.is(loads(), 1);
});

test('a watch tells what is there now; folders are read when it begins, and once', async t => {
	let reads = 0;
	const {uses, signal, content, cluster} = await open(t, {
		others: [
			{
				kind: 'files',
				name: 'deploy',
				async read() {
					reads++;
					return {
						uses: [],
						sources: [buildSource({kind: 'files', name: 'deploy'})],
					};
				},
			},
		],
	});
	content.put(pod('web'));
	const watch = uses.watch({...current, contexts: ['prod', 'edge']}, signal);
	const first = await watch.current(signal);
	t.deepEqual(outline(first), {
		prod: 'read',
		edge: 'read',
		staging: 'unasked',
		deploy: 'read',
	});
	t.is(first.uses.length, 4);
	await cluster.waitForRequest(
		() =>
			cluster.requests.filter(({path}) =>
				path.startsWith('/api/v1/pods?watch=1'),
			).length === 2,
	);
	await watch.current(signal);
	t.is(reads, 1);
	watch.close();
});

const longestWait = 5 * 60 * 1000;

/** A watch that was current, and whose Pods cannot be listed any more; a batch waits for it. */
const openBehind = async (t: ExecutionContext) => {
	const fault = {isAway: false};
	const opened = await open(t, {
		intercept({path}, response) {
			const isHit = fault.isAway && path.startsWith('/api/v1/pods');
			if (isHit) {
				response.writeHead(500);
				response.end();
			}

			return isHit;
		},
	});
	const {uses, signal, cluster, clock} = opened;
	const watch = uses.watch(current, signal);
	await watch.current(signal);
	// Of all kinds, so that the Pods' is open already.
	await cluster.waitForRequest(
		() =>
			cluster.requests.filter(({path}) => path.includes('watch=1')).length >=
			12,
	);
	fault.isAway = true;
	cluster.requests.length = 0;
	cluster.breakWatches();
	await cluster.waitForRequest(({path}) => path.startsWith('/api/v1/pods'));
	const waiting = watch.current(signal);
	await clock.waitForSleep(longestWait);
	return {...opened, watch, fault, waiting};
};

test('safeguard 6: a batch waits while a watch is behind, and goes on when it is not', async t => {
	const {content, clock, fault, waiting, watch} = await openBehind(t);
	content.put(pod('web'));
	await clock.waitForSleep(8000);
	fault.isAway = false;
	clock.advance(8000);
	const {uses} = await waiting;
	t.deepEqual(uses.map(({name}) => name).toSorted(), ['api', 'web']);
	watch.close();
});

test('safeguard 6: a batch waits 5 minutes for a watch that is behind, and no longer', async t => {
	const {clock, waiting, watch} = await openBehind(t);
	let isOver = false;
	const error = t.throwsAsync(waiting, {instanceOf: UserError});
	const over = (async () => {
		await error;
		isOver = true;
	})();
	clock.advance(longestWait - 1);
	await new Promise<void>(resolve => {
		setImmediate(resolve);
	});
	t.false(isOver);
	clock.advance(1);
	const found = await error;
	await over;
	t.regex(found?.message ?? '', /staging/v);
	watch.close();
});

test('safeguard 6: what was waited for in vain is refused at once, with the same sentence, until it is current again', async t => {
	const {clock, waiting, watch, fault, content, signal, cluster} =
		await openBehind(t);
	const first = t.throwsAsync(waiting, {instanceOf: UserError});
	await clock.waitForSleep(8000);
	clock.advance(longestWait);
	const found = await first;
	// Nobody moves the clock on: whoever waited now would wait for ever.
	const second = await t.throwsAsync(watch.current(signal), {
		instanceOf: UserError,
	});
	t.is(second?.sentence, found?.sentence);

	content.put(pod('web'));
	await clock.waitForSleep(15_000);
	fault.isAway = false;
	clock.advance(15_000);
	cluster.breakWatches();
	let now: UsesReading | undefined;
	while (now === undefined) {
		try {
			now = await watch.current(signal);
		} catch {
			await new Promise<void>(resolve => {
				setImmediate(resolve);
			});
		}
	}

	t.deepEqual(now.uses.map(({name}) => name).toSorted(), ['api', 'web']);
	watch.close();
});

test('a watch of a kubeconfig that cannot be read rejects with its sentence', async t => {
	const clock = createClock();
	const uses = openUses({
		async loadKubeconfig() {
			throw new UserError('The kubeconfig is broken.', {remedy: 'Mend it.'});
		},
		namespaces: [],
		others: [],
		clock,
		readChoice: async () => current,
		saveChoice: async () => undefined,
	});
	const {signal} = new AbortController();
	const watch = uses.watch(current, signal);
	await t.throwsAsync(watch.current(signal), {
		instanceOf: UserError,
		message: /broken/v,
	});
	watch.close();
});
