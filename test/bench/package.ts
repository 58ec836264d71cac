import {mkdir, mkdtemp, readFile, rm, stat, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {root} from '../../source/build/bundle-options.js';
import {isJsonObject, parseJson} from '../../source/oci/json.js';
import type {Measurement, Row} from './measurement.js';
import {median} from './pty/quantiles.js';
import {mustRun, runCommand} from './pty/run-command.js';

const runs = 3;

const pack = async (folder: string): Promise<string> => {
	// It was built just before; packing must not build again.
	const {output} = await mustRun(
		'npm',
		['pack', '--silent', '--ignore-scripts', '--pack-destination', folder],
		root,
	);
	return path.join(folder, output.trim().split('\n').at(-1) ?? '');
};

/** How many packages an installation of the tarball brings. */
const countInstalled = async (
	tarball: string,
	folder: string,
): Promise<number> => {
	await writeFile(path.join(folder, 'package.json'), '{"private": true}\n');
	await mustRun('npm', ['install', '--no-audit', '--no-fund', tarball], folder);
	const lock = parseJson(
		await readFile(path.join(folder, 'package-lock.json'), 'utf8'),
	);
	const packages = isJsonObject(lock) ? lock['packages'] : undefined;
	// The folder itself is listed too.
	return isJsonObject(packages) ? Object.keys(packages).length - 1 : Number.NaN;
};

async function* measureNpx(
	tarball: string,
	folder: string,
): AsyncGenerator<Row> {
	const cold: number[] = [];
	const bare: number[] = [];
	for (let run = 0; run < runs; run++) {
		const cache = path.join(folder, `cache-${run}`);
		const version = await mustRun('npm', ['--version'], folder);
		bare.push(version.milliseconds);
		const {milliseconds} = await mustRun(
			'npx',
			['--yes', '--cache', cache, '-p', tarball, 'jetsam', '--version'],
			folder,
		);
		cold.push(milliseconds);
	}

	yield {
		what: 'npx of the tarball with an empty cache, --version',
		value: median(cold),
		unit: 'ms',
		baseline: {name: 'npm --version', value: median(bare)},
	};
}

/** What an operator downloads. */
export const measurement: Measurement = {
	title: 'the packed tarball',
	async *measure() {
		const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-package-'));
		try {
			if ((await runCommand('npm', ['--version'], folder)) === undefined) {
				yield {what: 'the packed tarball', skipped: 'there is no npm here'};
				return;
			}

			const tarball = await pack(folder);
			const {size} = await stat(tarball);
			yield {what: 'the packed tarball', value: size, unit: 'bytes'};
			const place = path.join(folder, 'installed');
			await mkdir(place);
			yield {
				what: 'packages that are installed with it',
				value: await countInstalled(tarball, place),
				unit: 'count',
			};
			const other = path.join(folder, 'elsewhere');
			await mkdir(other);
			yield* measureNpx(tarball, other);
		} finally {
			await rm(folder, {recursive: true, force: true});
		}
	},
};
