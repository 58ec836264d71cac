import {type ChildProcess, fork} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {connectionsPerHost} from '../../source/http/open-client.js';
import {parseDigest} from '../../source/oci/digest.js';
import {deleteMarks, openStateWorld} from '../helpers/build-batch.js';
import {digests, latency, requestsPerStep} from './delete/shape.js';
import type {Measurement, Row} from './measurement.js';

/** What the registry's process says first. */
type Stage = {
	readonly host: string;
	readonly places: ReadonlyArray<{
		readonly repository: string;
		readonly digest: string;
	}>;
};

/** The next thing that the registry's process says. */
const listen = async <Message>(child: ChildProcess): Promise<Message> => {
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- both ends of it lie in this folder
	const [message] = (await once(child, 'message')) as [Message];
	return message;
};

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

const measure = async function* (): AsyncGenerator<Row, void, undefined> {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-bench-'));
	const child = fork(
		fileURLToPath(new URL('delete/serve-registry.ts', import.meta.url)),
		{execArgv: ['--import=tsx']},
	);
	try {
		const stage = await listen<Stage>(child);
		const takeCount = async (): Promise<number> => {
			child.send('count');
			return listen<number>(child);
		};

		const value = await deleteAll(stage, folder, async () => {
			// What the plan was made from does not count.
			await takeCount();
		});
		const requests = await takeCount();
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
	} finally {
		child.disconnect();
		await rm(folder, {recursive: true, force: true});
	}
};

export const measurement: Measurement = {
	title: `deleting ${digests.toLocaleString('en')} digests, ${latency} ms of latency`,
	measure,
};
