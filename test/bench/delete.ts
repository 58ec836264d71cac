import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {connectionsPerHost} from '../../source/http/open-client.js';
import {parseDigest} from '../../source/oci/digest.js';
import {deleteMarks, openStateWorld} from '../helpers/build-batch.js';
import {timeKeys} from './delete/key-times.js';
import {type Stage, openStage} from './delete/open-stage.js';
import {digests, latency, requestsPerStep} from './delete/shape.js';
import type {Measurement, Row} from './measurement.js';
import {quantile} from './pty/quantiles.js';

/** Deletes all that is to go, with the real journal and trash in a folder on disk; resolves to what the batch alone took. */
const deleteAll = async (
	{host, places}: Stage,
	state: string,
	onBegin: () => Promise<void>,
): Promise<number> => {
	const marks = places.flatMap(({repository, digest: text}) => {
		const digest = parseDigest(text);
		return digest ? [{registry: host, repository, digest}] : [];
	});
	let begin = 0;
	let counted: Promise<void> = Promise.resolve();
	const outcomes = await deleteMarks(openStateWorld(state), marks, () => {
		counted = onBegin();
		begin = performance.now();
	});
	const milliseconds = performance.now() - begin;
	await counted;
	const deleted = outcomes.filter(kind => kind === 'deleted').length;
	if (deleted !== digests) {
		throw new Error(`Only ${deleted} of ${digests} were deleted.`);
	}

	return milliseconds;
};

async function* measureBatch(
	stage: Stage,
	folder: string,
): AsyncGenerator<Row, void, undefined> {
	const value = await deleteAll(stage, folder, async () => {
		// What the plan was made from does not count.
		await stage.takeCount();
	});
	const requests = await stage.takeCount();
	const fewest = digests * requestsPerStep.length;
	yield {
		what: 'time, journal and trash included',
		value,
		unit: 'ms',
		baseline: {
			name: `${requestsPerStep.length} requests a step × ${latency} ms ÷ ${connectionsPerHost}`,
			value: (fewest * latency) / connectionsPerHost,
		},
		atMost: 1.5,
	};
	yield {
		what: 'requests',
		value: requests,
		unit: 'count',
		baseline: {name: 'the fewest', value: fewest},
	};
}

async function* measureKeys(
	stage: Stage,
	folder: string,
): AsyncGenerator<Row, void, undefined> {
	const {during, after} = await timeKeys(stage, folder);
	for (const part of [0.5, 0.95]) {
		yield {
			what: `a key meanwhile, to its frame, p${part * 100} of ${during.length}`,
			value: quantile(during, part),
			unit: 'ms',
			baseline: {name: 'when it has ended', value: quantile(after, part)},
			atMost: 1.3,
		};
	}
}

const measure = async function* (): AsyncGenerator<Row, void, undefined> {
	for (const take of [measureBatch, measureKeys]) {
		const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-bench-'));
		const stage = await openStage();
		try {
			yield* take(stage, folder);
		} finally {
			stage.close();
			await rm(folder, {recursive: true, force: true});
		}
	}
};

export const measurement: Measurement = {
	title: `deleting ${digests.toLocaleString('en')} digests, ${latency} ms of latency`,
	measure,
};
