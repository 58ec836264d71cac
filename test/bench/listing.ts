import type {ChildProcess} from 'node:child_process';
import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {connectionsPerHost} from '../../source/http/open-client.js';
import {
	fewestCold,
	fewestWarm,
	headsWarm,
	images,
	indexes,
	latency,
	repositories,
} from './listing/shape.js';
import {
	listAll,
	measureLatency,
	serveRegistry,
	takeCounts,
} from './listing/stage.js';
import type {Measurement, Row} from './measurement.js';

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
	const registry = await serveRegistry('any');
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
