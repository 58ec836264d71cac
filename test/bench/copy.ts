import {spawn, spawnSync} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {once} from 'node:events';
import {readFile, mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import {bin} from '../helpers/open-program.js';
import {pushImage} from '../helpers/push-content.js';
import {
	findRealRegistry,
	type RealRegistry,
	startRealRegistry,
} from '../helpers/real-registry.js';
import {findSkopeo} from '../helpers/skopeo.js';
import type {Measurement, Row} from './measurement.js';

const images = 20;
const layers = 10;
const megabyte = 1_000_000;
const names = Array.from({length: images}, (_, number) => `team/app${number}`);

const fill = async (
	{url}: RealRegistry,
	{count, size}: {count: number; size: number},
): Promise<void> => {
	for (const name of names.slice(0, count)) {
		await pushImage(url, name, {
			tags: ['1'],
			layers: Array.from({length: layers}, () => randomBytes(size)),
			created: '2026-05-06T07:08:09Z',
			platform: {os: 'linux', architecture: 'amd64'},
		});
	}
};

type Ran = {readonly milliseconds: number; readonly peak: number};

/** Bytes that a process has held at most so far; 0 where the system does not tell. */
const readPeak = async (process_: number): Promise<number> => {
	const text = await readFile(`/proc/${process_}/status`, 'utf8').catch(
		() => '',
	);
	const kilobytes = /VmHWM:\s+(?<size>\d+)/v.exec(text)?.groups?.['size'];
	return Number(kilobytes ?? 0) * 1024;
};

const time = async (
	file: string,
	words: readonly string[],
	environment: NodeJS.ProcessEnv,
): Promise<Ran> => {
	const begin = performance.now();
	const child = spawn(file, words, {
		env: environment,
		stdio: ['ignore', 'ignore', 'pipe'],
	});
	let errors = '';
	child.stderr.on('data', (piece: unknown) => {
		errors += String(piece);
	});
	const ended = once(child, 'close');
	let peak = 0;
	while (child.exitCode === null && child.pid !== undefined) {
		peak = Math.max(peak, await readPeak(child.pid));
		await Promise.race([ended, sleep(50)]);
	}

	await ended;
	if (child.exitCode !== 0) {
		throw new Error(`${file} failed: ${errors}`);
	}

	return {milliseconds: performance.now() - begin, peak};
};

const copyWithJetsam = async (
	source: RealRegistry,
	home: RealRegistry,
	{count, folder}: {count: number; folder: string},
): Promise<Ran> =>
	time(
		process.execPath,
		[
			bin,
			'copy',
			...names.slice(0, count).map(name => `${source.host}/${name}:1`),
			'--to',
			`${home.host}/mirror`,
			'--yes',
			'--state',
			folder,
		],
		{...process.env, ...Object.fromEntries([['DOCKER_CONFIG', folder]])},
	);

/** One image after the other, as its users script it. */
const copyWithSkopeo = async (
	source: RealRegistry,
	home: RealRegistry,
	folder: string,
): Promise<number | undefined> => {
	const skopeo = findSkopeo();
	if (!skopeo) {
		return undefined;
	}

	let sum = 0;
	for (const name of names) {
		const {milliseconds} = await time(
			skopeo.file,
			[
				'--insecure-policy',
				'copy',
				'--all',
				'--src-tls-verify=false',
				'--dest-tls-verify=false',
				`docker://${source.host}/${name}:1`,
				`docker://${home.host}/skopeo/${name}:1`,
			],
			{
				...skopeo.env,
				...Object.fromEntries([
					['HOME', folder],
					['XDG_RUNTIME_DIR', folder],
				]),
			},
		);
		sum += milliseconds;
	}

	return sum;
};

const copyWithCrane = async (
	source: RealRegistry,
	home: RealRegistry,
): Promise<number | undefined> => {
	if (spawnSync('crane', ['version'], {stdio: 'ignore'}).status !== 0) {
		return undefined;
	}

	let sum = 0;
	for (const name of names) {
		const {milliseconds} = await time(
			'crane',
			[
				'copy',
				'--insecure',
				`${source.host}/${name}:1`,
				`${home.host}/crane/${name}:1`,
			],
			process.env,
		);
		sum += milliseconds;
	}

	return sum;
};

/** Registries that are gone with what is measured. */
const withRegistries = async <Result>(
	work: (source: RealRegistry, home: RealRegistry) => Promise<Result>,
): Promise<Result> => {
	const source = await startRealRegistry({deletes: false});
	const home = await startRealRegistry({deletes: false});
	try {
		return await work(source, home);
	} finally {
		await source.stop();
		await home.stop();
	}
};

const measurePeak = async (size: number, folder: string): Promise<number> =>
	withRegistries(async (source, home) => {
		await fill(source, {count: 2, size});
		const {peak} = await copyWithJetsam(source, home, {count: 2, folder});
		return peak;
	});

async function* measure(): AsyncGenerator<Row> {
	if (!findRealRegistry()) {
		yield {what: 'copies', skipped: 'there is no docker-registry'};
		return;
	}

	const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-bench-copy-'));
	try {
		const [jetsam, skopeo, crane] = await withRegistries(
			async (source, home) => {
				await fill(source, {count: images, size: 5 * megabyte});
				const mine = await copyWithJetsam(source, home, {
					count: images,
					folder,
				});
				return [
					mine.milliseconds,
					await copyWithSkopeo(source, home, folder),
					await copyWithCrane(source, home),
				] as const;
			},
		);
		const others = [
			...(skopeo === undefined ? [] : [['skopeo copy --all', skopeo] as const]),
			...(crane === undefined ? [] : [['crane copy', crane] as const]),
		];
		for (const [name, value] of others) {
			yield {
				what: `${images} images of ${layers} layers of 5 MB`,
				value: jetsam,
				unit: 'ms',
				baseline: {name: `${name}, one after the other`, value},
				atMost: 1,
			};
		}

		if (others.length === 0) {
			yield {what: 'copies', skipped: 'there is neither skopeo nor crane'};
		}

		const small = await measurePeak(5 * megabyte, folder);
		yield {
			what: 'memory, layers of 50 MB',
			value: (await measurePeak(50 * megabyte, folder)) / megabyte,
			unit: 'MB',
			baseline: {name: 'layers of 5 MB', value: small / megabyte},
			atMost: 1.2,
		};
	} finally {
		await rm(folder, {recursive: true, force: true});
	}
}

export const measurement: Measurement = {
	title: `copying ${images} images between two registries`,
	measure,
};
