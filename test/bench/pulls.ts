import {spawn} from 'node:child_process';
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';
import {isJsonObject, parseJson} from '../../source/oci/json.js';
import type {Measurement, Row} from './measurement.js';
import {
	pythonEvents,
	pythonEventsOnce,
	pythonUsage,
} from './pulls/baselines.js';
import {azureHost, writeAzureLogs, writeUsageLogs} from './pulls/write-logs.js';

const lines = 1_000_000;
/** For the memory that does not depend on the lines. */
const fewLines = 50_000;
const hours = 720;
const runs = 3;
const megabyte = 1024 * 1024;
/** What a kept line may take, and what else may grow until there is something to be collected: objects of images and days, garbage. */
const bytesPerLine = 16;
const memoryBesides = 48;

const median = (numbers: readonly number[]): number =>
	numbers.toSorted((one, other) => one - other)[
		Math.floor(numbers.length / 2)
	] ?? Number.NaN;

type Finished = {readonly milliseconds: number; readonly output: string};

/** Runs a command to its end; `undefined` where there is no such command. */
const run = async (
	command: string,
	commandArguments: readonly string[],
): Promise<Finished | undefined> =>
	new Promise((resolve, reject) => {
		const began = performance.now();
		const child = spawn(command, commandArguments, {
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		let output = '';
		child.stdout.on('data', (chunk: Uint8Array) => {
			output += String(chunk);
		});
		child.on('error', error => {
			if ('code' in error && error.code === 'ENOENT') {
				resolve(undefined);
			} else {
				reject(error);
			}
		});
		child.on('close', code => {
			if (code === 0) {
				resolve({milliseconds: performance.now() - began, output});
			} else {
				reject(new Error(`${command} ended with ${String(code)}.`));
			}
		});
	});

const bundleReader = async (folder: string): Promise<string> => {
	await writeFile(path.join(folder, 'package.json'), '{"type": "module"}');
	await build({
		entryPoints: [fileURLToPath(new URL('pulls/read.ts', import.meta.url))],
		outdir: folder,
		bundle: true,
		splitting: true,
		minify: true,
		platform: 'node',
		format: 'esm',
		target: 'node20',
		banner: {
			js: `import {createRequire} from 'node:module'; const require = createRequire(import.meta.url);`,
		},
	});
	return path.join(folder, 'read.js');
};

/** What the reader's own process told of one reading. */
type Told = {
	/** Of the whole process. */
	readonly milliseconds: number;
	readonly pulls: number;
	/** Bytes. */
	readonly most: number;
};

const read = async (
	reader: string,
	readerArguments: readonly string[],
): Promise<Told> => {
	const finished = await run(process.execPath, [reader, ...readerArguments]);
	const told = parseJson(finished?.output ?? '');
	if (!finished || !isJsonObject(told) || told['skipped'] !== 0) {
		throw new Error(`The reading is not whole: ${finished?.output ?? ''}`);
	}

	return {
		milliseconds: finished.milliseconds,
		pulls: Number(told['pulls']),
		most: Number(told['most']),
	};
};

/** Python's loops, one after the other; `undefined` where there is no Python. */
const runPython = async (
	script: string,
	logs: string,
): Promise<{milliseconds: number; pulls: number} | undefined> => {
	const finished = await run('python3', ['-c', script, logs]);
	return (
		finished && {
			milliseconds: finished.milliseconds,
			pulls: Number(finished.output),
		}
	);
};

type Compared = {
	readonly ours: readonly Told[];
	readonly theirs: ReadonlyMap<string, number>;
};

/** Reads the same logs by turns. */
const compare = async (
	scripts: Readonly<Record<string, string>>,
	logs: string,
	readOurs: () => Promise<Told>,
): Promise<Compared> => {
	const ours: Told[] = [];
	const theirs = new Map<string, number[]>();
	for (let count = 0; count < runs; count++) {
		ours.push(await readOurs());
		for (const [name, script] of Object.entries(scripts)) {
			const told = await runPython(script, logs);
			if (told) {
				theirs.set(name, [...(theirs.get(name) ?? []), told.milliseconds]);
				const isSame = told.pulls === ours[0]?.pulls;
				if (name.includes('once') && !isSame) {
					throw new Error(
						`Python counts ${told.pulls} and jetsam ${ours[0]?.pulls ?? 0}.`,
					);
				}
			}
		}
	}

	return {
		ours,
		theirs: new Map([...theirs].map(([name, all]) => [name, median(all)])),
	};
};

const compareRow = (
	what: string,
	value: number,
	{
		theirs,
		name,
		atMost,
	}: {theirs: Compared['theirs']; name: string; atMost?: number},
): Row => {
	const baseline = theirs.get(name);
	return baseline === undefined
		? {what, skipped: 'there is no python3 here'}
		: {
				what,
				value,
				unit: 'ms',
				baseline: {name, value: baseline},
				...(atMost !== undefined && {atMost}),
			};
};

const timeOf = (told: readonly Told[]): number =>
	median(told.map(({milliseconds}) => milliseconds));

async function* measureEvents(
	folder: string,
	reader: string,
): AsyncGenerator<Row> {
	const logs = path.join(folder, 'azure');
	const bytes = await writeAzureLogs(logs, {lines, hours});
	const few = path.join(folder, 'few');
	await writeAzureLogs(few, {lines: fewLines, hours});
	const ask = (where: string) => ['acr-events', where, azureHost];
	const name = 'python3, json.loads';
	const nameOnce = 'python3, json.loads, once each';
	const {ours, theirs} = await compare(
		{[name]: pythonEvents, [nameOnce]: pythonEventsOnce},
		logs,
		async () => read(reader, ask(logs)),
	);
	const value = timeOf(ours);
	const what = `${lines.toLocaleString('en')} events of Azure, ${Math.round(bytes / lines)} bytes each`;
	yield compareRow(what, value, {theirs, name: nameOnce, atMost: 0.5});
	yield compareRow(
		'the same, beside a loop that counts twice what stands twice',
		value,
		{
			theirs,
			name,
			atMost: 0.5,
		},
	);

	const base = await read(reader, ask(few));
	const kept = (ours[0]?.pulls ?? 0) - base.pulls;
	yield {
		what: `the most memory it takes above that for ${fewLines.toLocaleString('en')} events`,
		value: (median(ours.map(({most}) => most)) - base.most) / megabyte,
		unit: 'MB',
		baseline: {
			name: `${bytesPerLine} bytes a kept line, ${memoryBesides} MB`,
			value: (kept * bytesPerLine) / megabyte + memoryBesides,
		},
		atMost: 1,
	};

	const cache = path.join(folder, 'cache');
	await read(reader, [...ask(logs), cache]);
	const again = await read(reader, [...ask(logs), cache]);
	if (again.pulls !== ours[0]?.pulls) {
		throw new Error('What was kept does not come to the same.');
	}

	yield {
		what: 'the same files a second time',
		value: again.milliseconds,
		unit: 'ms',
		baseline: {name: 'the first time', value},
		atMost: 0.5,
	};
}

async function* measureUsage(
	folder: string,
	reader: string,
): AsyncGenerator<Row> {
	const logs = path.join(folder, 'usage');
	const bytes = await writeUsageLogs(logs, {lines, files: 240});
	const name = 'python3, csv.reader, once each';
	const {ours, theirs} = await compare({[name]: pythonUsage}, logs, async () =>
		read(reader, ['gcs-usage', logs, 'gcr.io']),
	);
	yield compareRow(
		`${lines.toLocaleString('en')} rows of GCS usage logs, ${Math.round(bytes / lines)} bytes each`,
		timeOf(ours),
		{theirs, name, atMost: 1 / 1.5},
	);
}

/** Reading log files, against the loops that people write in Python. */
export const measurement: Measurement = {
	title: 'pulls from log files, whole processes',
	async *measure() {
		const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-pulls-'));
		try {
			await mkdir(path.join(folder, 'bundle'));
			const reader = await bundleReader(path.join(folder, 'bundle'));
			yield* measureEvents(folder, reader);
			yield* measureUsage(folder, reader);
		} finally {
			await rm(folder, {recursive: true, force: true});
		}
	},
};
