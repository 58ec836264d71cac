import {type ChildProcess, fork} from 'node:child_process';
import {once} from 'node:events';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {Agent, request} from 'undici';
import {parseCommandLine} from '../../../source/commands/command-line.js';
import {plainListView} from '../../../source/plain/arrange-list.js';
import {list} from '../../../source/commands/list.js';
import {openWorld} from '../../../source/commands/open-world.js';
import {connectionsPerHost} from '../../../source/http/open-client.js';
import {manifestMediaTypes} from '../../../source/oci/manifest.js';
import {readAddress} from '../../../source/registry/read-address.js';
import type {RegistryKind, World} from '../../../source/world.js';
import {images, indexes, latency, repositories} from './shape.js';

/** What arrived at the registry. */
export type Counts = {readonly requests: number; readonly heads: number};

/** The next thing that the registry's process says. */
const listen = async <Message>(child: ChildProcess): Promise<Message> => {
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- both ends of it lie in this folder
	const [message] = (await once(child, 'message')) as [Message];
	return message;
};

/** Starts a registry of the shape in a process of its own, as a kind speaks it; it answers each request after some milliseconds. */
export const serveRegistry = async (
	kind: RegistryKind | 'any',
	late: number = latency,
	/** How many times as many images as usual each repository has. */
	times = 1,
): Promise<{
	readonly child: ChildProcess;
	readonly url: string;
}> => {
	const child = fork(
		fileURLToPath(new URL('serve-registry.ts', import.meta.url)),
		[kind, String(late), String(times)],
		{execArgv: ['--import=tsx']},
	);
	return {child, url: await listen<string>(child)};
};

/** What has arrived there since the last time. */
export const takeCounts = async (child: ChildProcess): Promise<Counts> => {
	child.send('count');
	return listen<Counts>(child);
};

/** The world as a process would begin it, with nothing in memory; the settings lie in a folder. */
export const openBenchWorld = (url: string, folder: string): World =>
	openWorld(
		parseCommandLine([
			'list',
			url,
			'--json',
			'--read-only',
			'--state',
			path.join(folder, 'state'),
			'--config',
			path.join(folder, 'config.json'),
		]),
		Object.fromEntries([['DOCKER_CONFIG', folder]]),
		{given: [], copyText: () => undefined, log: undefined},
	);

/** `jetsam list` of the whole registry. Throws where not all of it is listed. */
export const listAll = async (
	url: string,
	folder: string,
): Promise<{readonly milliseconds: number; readonly digests: number}> => {
	const world = openBenchWorld(url, folder);
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
export const measureLatency = async (url: string): Promise<number> => {
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
