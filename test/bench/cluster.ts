import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';
import {getNumber, getObject} from '../../source/uses/kubernetes/fields.js';
import {parseJson} from '../../source/oci/json.js';
import type {Measurement, Row} from './measurement.js';

const pods = 20_000;
const replicaSets = 5000;
const runs = 3;
const megabyte = 1024 * 1024;

const here = (name: string): string =>
	fileURLToPath(new URL(`cluster/${name}`, import.meta.url));

const noDevtools = fileURLToPath(
	new URL('../../source/build/no-devtools.ts', import.meta.url),
);

const median = (numbers: readonly number[]): number =>
	numbers.toSorted((one, other) => one - other)[
		Math.floor(numbers.length / 2)
	] ?? Number.NaN;

type Finished = {readonly milliseconds: number; readonly output: string};

/** Runs a command to its end; `undefined` where there is no such command. What it prints is kept if it is short, and thrown away if not. */
const run = async (
	[command = '', ...commandArguments]: readonly string[],
	environment: Readonly<Record<string, string>>,
): Promise<Finished | undefined> =>
	new Promise((resolve, reject) => {
		const start = performance.now();
		const child = spawn(command, commandArguments, {
			env: {...process.env, ...environment},
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		let output = '';
		child.stdout.on('data', (chunk: Uint8Array) => {
			output = output.length < megabyte ? output + String(chunk) : output;
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
				resolve({milliseconds: performance.now() - start, output});
			} else {
				reject(new Error(`${command} ended with ${String(code)}.`));
			}
		});
	});

/** The API server, in a process of its own. */
const startServer = async (): Promise<{
	readonly url: string;
	readonly bytes: number;
	readonly close: () => void;
}> => {
	const child = spawn(
		process.execPath,
		['--import=tsx', here('serve.ts'), String(pods), String(replicaSets)],
		{stdio: ['ignore', 'pipe', 'inherit']},
	);
	const answer: readonly unknown[] = await Promise.race([
		once(createInterface(child.stdout), 'line'),
		once(child, 'exit'),
	]);
	const told = getObject(parseJson(String(answer[0])));
	if (typeof told['url'] !== 'string') {
		throw new TypeError('The API server ended before it began.');
	}

	return {
		url: told['url'],
		bytes: getNumber(told, 'bytes') ?? Number.NaN,
		close() {
			child.kill();
		},
	};
};

const bundleReader = async (folder: string): Promise<string> => {
	await build({
		entryPoints: [here('read.ts')],
		outdir: folder,
		bundle: true,
		splitting: true,
		minify: true,
		platform: 'node',
		format: 'esm',
		target: 'node20',
		// As the program's own bundle.
		// eslint-disable-next-line @typescript-eslint/naming-convention -- it is an expression that esbuild replaces
		define: {'process.env.NODE_ENV': '"production"'},
		alias: {
			'react-devtools-core': noDevtools,
			'#ink-table': fileURLToPath(
				new URL(
					'../../source/ui/components/bundled-ink-table.ts',
					import.meta.url,
				),
			),
		},
		banner: {
			js: `import {createRequire} from 'node:module'; const require = createRequire(import.meta.url);`,
		},
	});
	return path.join(folder, 'read.js');
};

const writeKubeconfig = async (
	folder: string,
	server: string,
): Promise<string> => {
	// What node takes for a module in this folder.
	await writeFile(path.join(folder, 'package.json'), '{"type": "module"}');
	const file = path.join(folder, 'kubeconfig');
	await writeFile(
		file,
		JSON.stringify({
			apiVersion: 'v1',
			kind: 'Config',
			'current-context': 'big',
			clusters: [{name: 'big', cluster: {server}}],
			users: [{name: 'visitor', user: {}}],
			contexts: [{name: 'big', context: {cluster: 'big', user: 'visitor'}}],
		}),
	);
	return file;
};

async function* measureReading(
	folder: string,
	server: {readonly url: string; readonly bytes: number},
): AsyncGenerator<Row> {
	const environment = Object.fromEntries([
		['KUBECONFIG', await writeKubeconfig(folder, server.url)],
		// The cache of what a server can do begins empty.
		['HOME', folder],
	]);
	const reader = await bundleReader(folder);
	const ours: number[] = [];
	const theirs: number[] = [];
	const memory: number[] = [];
	const kubectl = 'kubectl get pods,rs -A -o json'.split(' ');
	for (let count = 0; count < runs; count++) {
		const read = await run([process.execPath, reader], environment);
		const told = getObject(parseJson(read?.output ?? ''));
		if (getNumber(told, 'uses') !== pods * 2.5 + replicaSets * 1.25) {
			throw new Error(`The reading is not whole: ${read?.output ?? ''}`);
		}

		ours.push(read?.milliseconds ?? Number.NaN);
		memory.push(
			((getNumber(told, 'most') ?? Number.NaN) -
				(getNumber(told, 'before') ?? Number.NaN)) /
				megabyte,
		);
		const other = await run(kubectl, environment);
		if (other) {
			theirs.push(other.milliseconds);
		}
	}

	const what = `reading ${pods} Pods and ${replicaSets} ReplicaSets`;
	yield theirs.length === 0
		? {what, skipped: 'there is no kubectl here'}
		: {
				what: `${what}, the whole process`,
				value: median(ours),
				unit: 'ms',
				baseline: {name: kubectl.join(' '), value: median(theirs)},
				atMost: 1,
			};
	yield {
		what: 'the most memory it took above the program with the client library',
		value: median(memory),
		unit: 'MB',
		baseline: {name: 'the JSON', value: server.bytes / megabyte},
		atMost: 0.25,
	};
}

/** Reading a large cluster, against kubectl and against the size of its JSON. */
export const measurement: Measurement = {
	title: 'the uses of a large cluster',
	async *measure() {
		const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-cluster-'));
		const server = await startServer();
		try {
			yield* measureReading(folder, server);
		} finally {
			server.close();
			await rm(folder, {recursive: true, force: true});
		}
	},
};
