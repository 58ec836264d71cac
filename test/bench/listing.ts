import {type ChildProcess, fork} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {Agent, request} from 'undici';
import {readMoveOptions} from '../../source/commands/move-options.js';
import {readRuleOptions} from '../../source/commands/rule-options.js';
import {plainListView} from '../../source/plain/arrange-list.js';
import {list} from '../../source/commands/list.js';
import {openWorld} from '../../source/commands/open-world.js';
import {connectionsPerHost} from '../../source/http/open-client.js';
import {manifestMediaTypes} from '../../source/oci/manifest.js';
import {readAddress} from '../../source/registry/read-address.js';
import {
	fewestCold,
	fewestWarm,
	headsWarm,
	images,
	indexes,
	latency,
	repositories,
} from './listing/shape.js';
import type {Measurement, Row} from './measurement.js';

/** What arrived at the registry. */
type Counts = {readonly requests: number; readonly heads: number};

/** The next thing that the registry's process says. */
const listen = async <Message>(child: ChildProcess): Promise<Message> => {
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- both ends of it lie in this folder
	const [message] = (await once(child, 'message')) as [Message];
	return message;
};

const serveRegistry = async (): Promise<{
	readonly child: ChildProcess;
	readonly url: string;
}> => {
	const child = fork(
		fileURLToPath(new URL('listing/serve-registry.ts', import.meta.url)),
		{execArgv: ['--import=tsx']},
	);
	return {child, url: await listen<string>(child)};
};

const takeCounts = async (child: ChildProcess): Promise<Counts> => {
	child.send('count');
	return listen<Counts>(child);
};

/** `jetsam list` of the whole registry as a process would begin it, with nothing in memory. */
const listAll = async (
	url: string,
	folder: string,
): Promise<{readonly milliseconds: number; readonly digests: number}> => {
	const world = openWorld(
		{
			command: 'list',
			where: url,
			json: true,
			plain: false,
			readOnly: true,
			demo: false,
			insecureHosts: [],
			repositories: [],
			rules: readRuleOptions({}),
			move: readMoveOptions({}),
			planFile: undefined,
			mqtt: undefined,
			contexts: [],
			withoutContexts: [],
			namespaces: [],
			files: [],
			snapshots: [],
			keepBlobs: false,
			batch: undefined,
			yes: false,
			confirm: [],
			removeOlder: undefined,
			pulls: [],
			windowDays: undefined,
			maxBytes: undefined,
			elsewhere: false,
			marks: undefined,
			sort: undefined,
			filter: undefined,
			debug: undefined,
			state: path.join(folder, 'state'),
			config: path.join(folder, 'config.json'),
		},
		Object.fromEntries([['DOCKER_CONFIG', folder]]),
		{given: [], copyText: () => undefined, log: undefined},
	);
	const begin = performance.now();
	let text = '';
	const exitCode = await list(
		world,
		{
			where: readAddress(url),
			address: url,
			json: true,
			view: plainListView,
			signal: new AbortController().signal,
		},
		{
			print(part) {
				text += part;
			},
			printError(part) {
				throw new Error(part);
			},
		},
	);
	const milliseconds = performance.now() - begin;
	const digests = text.split('"digest":').length - 1;
	if (exitCode !== 0 || digests !== repositories * (images + 3 * indexes)) {
		throw new Error(`The list is not whole: ${digests} digests.`);
	}

	return {milliseconds, digests};
};

/** Requests of one look at what a bare client takes for each. */
const bareRequests = 1600;

/** Milliseconds that a client which does nothing else waits for a reply while every connection is busy: the latency, with what this machine and its load add to it. */
const measureLatency = async (url: string): Promise<number> => {
	const dispatcher = new Agent({connections: connectionsPerHost});
	const begin = performance.now();
	let next = 0;
	const work = async (): Promise<void> => {
		while (next < bareRequests) {
			const path = `/v2/bench/app-${next % repositories}/manifests/v${next % images}`;
			next++;
			const {body} = await request(url + path, {
				dispatcher,
				headers: {accept: manifestMediaTypes.image},
			});
			await body.arrayBuffer();
		}
	};

	await Promise.all(Array.from({length: connectionsPerHost}, work));
	const passed = performance.now() - begin;
	await dispatcher.close();
	return (passed * connectionsPerHost) / bareRequests;
};

const measureRun = async function* (
	{child, url}: {child: ChildProcess; url: string},
	folder: string,
	{
		name,
		fewest,
		heads,
		bound,
	}: {name: string; fewest: number; heads: number; bound: {atMost?: number}},
): AsyncGenerator<Row, void, undefined> {
	const before = await measureLatency(url);
	await takeCounts(child);
	const {milliseconds} = await listAll(url, folder);
	const {requests: count, heads: headCount} = await takeCounts(child);
	yield {
		what: `requests, ${name}`,
		value: count,
		unit: 'count',
		baseline: {name: "the API's minimum", value: fewest},
		atMost: 1,
	};
	yield {
		what: `of them HEAD, ${name}`,
		value: headCount,
		unit: 'count',
		...(heads > 0 && {
			baseline: {name: 'tags', value: heads},
			atLeast: 1,
		}),
	};
	yield {
		what: `time, ${name}`,
		value: milliseconds,
		unit: 'ms',
		baseline: {
			name: `requests × ${latency} ms ÷ ${connectionsPerHost}`,
			value: (count * latency) / connectionsPerHost,
		},
		...bound,
	};
	const bare = (before + (await measureLatency(url))) / 2;
	yield {
		what: `time, ${name}, beside a bare client`,
		value: milliseconds,
		unit: 'ms',
		baseline: {
			name: `requests × ${bare.toFixed(1)} ms ÷ ${connectionsPerHost}`,
			value: (count * bare) / connectionsPerHost,
		},
		...bound,
	};
};

/** Lists a registry that answers late, from nothing and again with the cache of the first time. */
const measure = async function* (): AsyncGenerator<Row, void, undefined> {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-bench-'));
	const registry = await serveRegistry();
	try {
		yield* measureRun(registry, folder, {
			name: 'cold cache',
			fewest: fewestCold,
			heads: 0,
			bound: {atMost: 1.3},
		});
		yield* measureRun(registry, folder, {
			name: 'warm cache',
			fewest: fewestWarm,
			heads: headsWarm,
			// Of the second look the requests count; its time is told.
			bound: {},
		});
	} finally {
		registry.child.disconnect();
		await rm(folder, {recursive: true, force: true});
	}
};

export const measurement: Measurement = {
	title: `listing ${repositories} repositories × ${images + 3 * indexes} digests, ${latency} ms of latency`,
	measure,
};
