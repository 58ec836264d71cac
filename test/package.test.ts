import {execFileSync} from 'node:child_process';
import {readFile, stat} from 'node:fs/promises';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';

const root = fileURLToPath(new URL('..', import.meta.url));

type Package = {
	readonly name: string;
	readonly bin: string;
	readonly dependencies?: Readonly<Record<string, string>>;
	readonly optionalDependencies?: Readonly<Record<string, string>>;
	readonly peerDependencies?: Readonly<Record<string, string>>;
	readonly files?: readonly string[];
};

type Packed = ReadonlyArray<{
	readonly unpackedSize: number;
	readonly files: ReadonlyArray<{readonly path: string}>;
}>;

const read = async (name: string): Promise<string> =>
	readFile(path.join(root, name), 'utf8');

const readPackage = async (): Promise<Package> =>
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- a wrong shape fails the test, as it should
	JSON.parse(await read('package.json')) as Package;

/** What npm would publish. Without scripts, because prepack would build again under the other tests. */
const pack = (): Packed => {
	const stdout = execFileSync(
		'npm',
		['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'],
		{cwd: root, encoding: 'utf8'},
	);
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- a wrong shape fails the test, as it should
	return JSON.parse(stdout) as Packed;
};

test('the package holds what was built, package.json, the readme and the license, and is small', t => {
	const [packed] = pack();
	const paths = packed?.files.map(file => file.path) ?? [];
	t.deepEqual(
		paths
			.filter(
				name => !/^distribution\/(?:sql\/[^\/]+\.sql|[^\/]+)$/v.test(name),
			)
			.toSorted(),
		['license', 'package.json', 'readme.md'],
	);
	t.true(paths.includes('distribution/cli.js'));
	t.true(paths.includes('distribution/documents.schema.json'));
	for (const name of ['ar-audit', 'gcs-usage', 'kubernetes-events']) {
		t.true(paths.includes(`distribution/sql/${name}.sql`));
	}

	t.true((packed?.unpackedSize ?? Number.POSITIVE_INFINITY) < 4_000_000);
});

test('the bin is built, executable, and begins with the shebang', async t => {
	const {bin} = await readPackage();
	t.is(bin, './distribution/cli.js');
	const file = path.join(root, bin);
	const {mode} = await stat(file);
	t.is((mode % 0o1000).toString(8), '755');
	const text = await readFile(file, 'utf8');
	t.true(text.startsWith('#!/usr/bin/env node\n'));
});

test('nothing is installed with the package', async t => {
	const {dependencies, optionalDependencies, peerDependencies, files} =
		await readPackage();
	t.deepEqual(
		{...dependencies, ...optionalDependencies, ...peerDependencies},
		{},
	);
	// It would win over .npmignore.
	t.is(files, undefined);
});

test('the lock file names no server', async t => {
	const lock = await read('package-lock.json');
	t.true(lock.includes('"integrity"'));
	t.notRegex(lock, /"resolved":\s*"[^"]*http/v);
});
