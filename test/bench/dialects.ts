import type {ChildProcess} from 'node:child_process';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {connectionsPerHost} from '../../source/http/open-client.js';
import type {RegistryKind} from '../../source/world.js';
import {
	fewestAzure,
	fewestGoogle,
	images,
	indexes,
	latency,
	repositories,
} from './listing/shape.js';
import {
	listAll,
	measureLatency,
	openBenchWorld,
	serveRegistry,
	takeCounts,
} from './listing/stage.js';
import type {Measurement, Row} from './measurement.js';

type Registry = {readonly child: ChildProcess; readonly url: string};

const kinds: ReadonlyArray<{
	readonly kind: RegistryKind;
	readonly name: string;
	readonly fewest: number;
}> = [
	{kind: 'google', name: 'Google', fewest: fewestGoogle},
	{kind: 'azure', name: 'Azure', fewest: fewestAzure},
];

/** Milliseconds before each answer where round trips are counted: so long that nothing else counts. */
const long = 500;

/** A folder of settings which say what the registry is; an address tells nothing here. */
const withSettings = async <Result>(
	{url}: Registry,
	kind: RegistryKind,
	act: (folder: string) => Promise<Result>,
): Promise<Result> => {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-bench-'));
	try {
		await writeFile(
			path.join(folder, 'config.json'),
			JSON.stringify({registries: [{address: url, kind}]}),
		);
		return await act(folder);
	} finally {
		await rm(folder, {recursive: true, force: true});
	}
};

const measureAll = async function* ({
	kind,
	name,
	fewest,
}: (typeof kinds)[number]): AsyncGenerator<Row, void, undefined> {
	const registry = await serveRegistry(kind);
	try {
		const before = await measureLatency(registry.url);
		// What the program takes to load and to get going is measured elsewhere.
		await withSettings(registry, kind, async folder =>
			listAll(registry.url, folder),
		);
		await takeCounts(registry.child);
		const {milliseconds} = await withSettings(registry, kind, async folder =>
			listAll(registry.url, folder),
		);
		const {requests} = await takeCounts(registry.child);
		const bare = (before + (await measureLatency(registry.url))) / 2;
		yield {
			what: `requests, ${name}`,
			value: requests,
			unit: 'count',
			baseline: {name: "the API's minimum", value: fewest},
			atMost: 1,
		};
		yield {
			what: `time, ${name}`,
			value: milliseconds,
			unit: 'ms',
			baseline: {
				name: `minimum × ${latency} ms ÷ ${connectionsPerHost}`,
				value: (fewest * latency) / connectionsPerHost,
			},
			atMost: 1.2,
		};
		yield {
			what: `time, ${name}, beside a bare client`,
			value: milliseconds,
			unit: 'ms',
			baseline: {
				name: `minimum × ${bare.toFixed(1)} ms ÷ ${connectionsPerHost}`,
				value: (fewest * bare) / connectionsPerHost,
			},
			atMost: 1.2,
		};
	} finally {
		registry.child.disconnect();
	}
};

/** Milliseconds until something came, in round trips; the second time, when what it takes is loaded. */
const countTrips = async (act: () => Promise<unknown>): Promise<number> => {
	await act();
	const begin = performance.now();
	await act();
	return (performance.now() - begin) / long;
};

const measureFirst = async function* ({
	kind,
	name,
}: (typeof kinds)[number]): AsyncGenerator<Row, void, undefined> {
	const registry = await serveRegistry(kind, long);
	const {signal} = new AbortController();
	const bound = {
		unit: 'count' as const,
		baseline: {name: 'the greeting and a list', value: 2},
		atMost: 1.2,
	};
	try {
		const open = async (folder: string) =>
			openBenchWorld(registry.url, folder).openRegistry(registry.url, signal);
		yield {
			...bound,
			what: `round trips to the first repositories, ${name}`,
			value: await withSettings(registry, kind, async folder =>
				countTrips(async () => {
					const opened = await open(folder);
					for await (const names of opened.listRepositories(signal)) {
						if (names.length > 0) {
							break;
						}
					}
				}),
			),
		};
		yield {
			...bound,
			what: `round trips to the first digests, ${name}`,
			value: await withSettings(registry, kind, async folder =>
				countTrips(async () => {
					const opened = await open(folder);
					const parts = opened.readRepository('bench/app-0', signal);
					for await (const {records} of parts) {
						if (records.length > 0) {
							break;
						}
					}
				}),
			),
		};
	} finally {
		registry.child.disconnect();
	}
};

/** Lists registries that have more to say than the distribution API, and looks how soon the first rows are there. */
const measure = async function* (): AsyncGenerator<Row, void, undefined> {
	for (const each of kinds) {
		yield* measureAll(each);
		yield* measureFirst(each);
	}
};

export const measurement: Measurement = {
	title: `the dialects of Google and Azure, ${repositories} repositories × ${images + 3 * indexes} digests, ${latency} ms of latency`,
	measure,
};
