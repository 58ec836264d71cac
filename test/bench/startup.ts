import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {inRoot} from '../../source/build/bundle-options.js';
import {startEmbeddedRegistry} from '../../source/demo/embedded-registry.js';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {type Apps, bundleApps} from './apps/bundle-apps.js';
import type {Measurement, Row} from './measurement.js';
import {startProgram} from './pty/program.js';
import {median} from './pty/quantiles.js';
import {mustRun} from './pty/run-command.js';

const bin = inRoot('distribution/cli.js');
const runs = 11;
const size = {columns: 120, rows: 40};

/** Does each of some things so often, in turns, and resolves to the median of each. */
const takeTurns = async <Name extends string>(
	things: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Record<Name, number>> => {
	const times = new Map<string, number[]>();
	const entries = Object.entries<() => Promise<number>>(things);
	for (let run = 0; run < runs; run++) {
		for (const [name, take] of entries) {
			times.set(name, [...(times.get(name) ?? []), await take()]);
		}
	}

	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- it has the names of `things`
	return Object.fromEntries(
		entries.map(([name]) => [name, median(times.get(name) ?? [])]),
	) as Record<Name, number>;
};

const timeNode =
	(...commandArguments: readonly string[]) =>
	async (): Promise<number> => {
		const {milliseconds} = await mustRun(
			process.execPath,
			commandArguments,
			os.tmpdir(),
		);
		return milliseconds;
	};

async function* measureCommands(folder: string): AsyncGenerator<Row> {
	const registry = await startEmbeddedRegistry({
		content: createRegistryContent(),
		deletes: 'disabled',
	});
	try {
		const {node, version, list} = await takeTurns({
			node: timeNode('-e', '0'),
			version: timeNode(bin, '--version'),
			list: timeNode(
				bin,
				'list',
				registry.host,
				'--state',
				folder,
				'--config',
				path.join(folder, 'config.json'),
			),
		});
		const baseline = {name: 'node -e 0', value: node};
		yield {what: 'jetsam --version', value: version, unit: 'ms', baseline};
		yield {
			what: 'jetsam list, of an empty registry',
			value: list,
			unit: 'ms',
			baseline,
		};
	} finally {
		await registry.close();
	}
}

/** Milliseconds from before a program's start to its first frame in which a text stands. */
const timeFirstFrame =
	(commandArguments: readonly string[], text: RegExp) =>
	async (): Promise<number> => {
		const start = performance.now();
		const program = startProgram(commandArguments, size);
		try {
			await program.timeUntil('', text);
			return performance.now() - start;
		} finally {
			await program.end();
		}
	};

async function* measureFirstFrame(apps: Apps): AsyncGenerator<Row> {
	const demo = [bin, '--demo', '--state', apps.folder];
	const {hello, first, names} = await takeTurns({
		hello: timeFirstFrame([apps.hello], /hello world/),
		first: timeFirstFrame(demo, /jetsam/),
		names: timeFirstFrame(demo, /› +\w/),
	});
	const baseline = {name: 'bare Ink hello world, bundled', value: hello};
	yield {what: 'first frame of the demo', value: first, unit: 'ms', baseline};
	yield {
		what: 'first repositories of the demo, with its delays',
		value: names,
		unit: 'ms',
		baseline,
	};
}

/** Start to end, and to the first frame. */
export const measurement: Measurement = {
	title: 'from the start of a process to its end, or to its first frame',
	async *measure() {
		const apps = await bundleApps();
		const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-startup-'));
		try {
			yield* measureCommands(folder);
			yield* measureFirstFrame(apps);
		} finally {
			await apps.remove();
			await rm(folder, {recursive: true, force: true});
		}
	},
};
