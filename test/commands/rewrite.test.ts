/* eslint-disable @typescript-eslint/naming-convention -- names of files */
import {execFileSync} from 'node:child_process';
import {
	chmod,
	cp,
	mkdir,
	mkdtemp,
	readdir,
	readFile,
	rm,
	stat,
	symlink,
	writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import test, {type ExecutionContext} from 'ava';
import {parseCommandLine} from '../../source/commands/command-line.js';
import {openImageFiles} from '../../source/commands/open-image-files.js';
import {rewrite} from '../../source/commands/rewrite.js';
import {parseDigest} from '../../source/oci/digest.js';
import {UserError} from '../../source/user-error.js';
import type {World} from '../../source/world.js';
import {readAt} from '../helpers/build-uses.js';
import {createManualClock} from '../helpers/fake-world.js';

const fixtures = fileURLToPath(new URL('../fixtures/rewrite', import.meta.url));
const digest = parseDigest(`sha256:${'d'.repeat(64)}`);

const makeFolder = async (t: ExecutionContext): Promise<string> => {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-rewrite-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	return folder;
};

/** All files below a folder with what they hold. */
const snapshot = async (
	folder: string,
): Promise<ReadonlyMap<string, string>> => {
	const entries = await readdir(folder, {
		recursive: true,
		withFileTypes: true,
	});
	const files = await Promise.all(
		entries
			.filter(entry => entry.isFile())
			.map(async entry => {
				const file = path.join(entry.parentPath, entry.name);
				return [
					path.relative(folder, file),
					await readFile(file, 'latin1'),
				] as const;
			}),
	);
	return new Map(
		files
			.filter(([file]) => !file.startsWith('.git/'))
			.toSorted(([one], [other]) => (one < other ? -1 : 1)),
	);
};

type Resolve = (repository: string, reference: string) => unknown;

const run = async (
	commandArguments: readonly string[],
	{own = [], resolve}: {own?: readonly string[]; resolve?: Resolve} = {},
) => {
	const {move, files, rules, json} = parseCommandLine([
		'rewrite',
		...commandArguments,
	]);
	const asked: string[] = [];
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the command uses no more of it
	const world = {
		imageFiles: openImageFiles(process.env),
		clock: createManualClock(readAt),
		listKnownRegistries: async () => own.map(host => ({host, source: 'saved'})),
		async openRegistry(host: string) {
			if (!resolve) {
				throw new UserError(`${host} does not answer.`, {remedy: ''});
			}

			return {
				async resolve(repository: string, reference: string) {
					asked.push(`${host}/${repository}:${reference}`);
					return resolve(repository, reference);
				},
			};
		},
	} as unknown as World;
	const printed: string[] = [];
	const errors: string[] = [];
	const code = await rewrite(
		world,
		{
			...move,
			out: rules.out,
			folders: files,
			json,
			signal: new AbortController().signal,
		},
		{
			environment: process.env,
			isTerminal: false,
			isShown: false,
			print(text) {
				printed.push(text);
			},
			printError(text) {
				errors.push(text);
			},
		},
	);
	return {code, text: printed.join(''), errors: errors.join(''), asked};
};

const mapFile = path.join(fixtures, 'map.yaml');

test('files of every kind are rewritten byte by byte as meant, and what cannot be is said and left alone', async t => {
	const folder = await makeFolder(t);
	await cp(path.join(fixtures, 'before'), folder, {recursive: true});
	await chmod(path.join(folder, 'compose.yaml'), 0o640);
	const {code, errors} = await run([
		'--files',
		folder,
		'--map',
		mapFile,
		'--write',
	]);
	t.is(code, 3);
	t.deepEqual(
		await snapshot(folder),
		await snapshot(path.join(fixtures, 'after')),
	);
	const compose = await stat(path.join(folder, 'compose.yaml'));
	// eslint-disable-next-line no-bitwise -- the bits of the rights
	t.is(compose.mode & 0o777, 0o640);
	const left = await readFile(path.join(fixtures, 'left.txt'), 'utf8');
	const [first, ...rest] = errors.trimEnd().split('\n');
	t.is(first, 'jetsam: 32 references in 10 files were rewritten.');
	t.deepEqual(
		rest.slice(1).map(line => line.trim().replace(`${folder}/`, '')),
		left.trimEnd().split('\n'),
	);
	t.is(rest[0], '9 places were left alone, to be looked at by hand:');

	const again = await run(['--files', folder, '--map', mapFile, '--write']);
	t.is(again.code, 3);
	t.is(again.text, '');
	t.regex(again.errors, /^jetsam: No image that the files name has another/v);
});

test('without --write nothing is written, and the diff makes the same of the files', async t => {
	const folder = await makeFolder(t);
	await cp(path.join(fixtures, 'before'), folder, {recursive: true});
	const before = await snapshot(folder);
	const {code, text, errors} = await run(['--files', folder, '--map', mapFile]);
	t.is(code, 3);
	t.regex(errors, /32 references in 10 files would be rewritten; --write/v);
	t.deepEqual(await snapshot(folder), before);
	const environment = Object.fromEntries([
		['PATH', process.env['PATH']],
		['GIT_CEILING_DIRECTORIES', path.dirname(folder)],
	]);
	execFileSync('git', ['apply', '-'], {
		cwd: folder,
		input: text,
		env: environment,
	});
	t.deepEqual(
		await snapshot(folder),
		await snapshot(path.join(fixtures, 'after')),
	);
});

test('as JSON there is the mapping, each reference with its place, the diff and what is left', async t => {
	const folder = await makeFolder(t);
	await writeFile(
		path.join(folder, 'Dockerfile'),
		'FROM redis:7 AS cache\nFROM node:$X\n',
	);
	const {code, text} = await run([
		'--files',
		folder,
		'--to',
		'home.example/m',
		'--json',
	]);
	t.is(code, 3);
	t.deepEqual(JSON.parse(text), {
		schemaVersion: 1,
		time: new Date(readAt).toISOString(),
		written: false,
		uncommitted: {},
		map: Object.fromEntries([
			['docker.io/library/redis:7', 'home.example/m/library/redis:7'],
		]),
		files: [
			{
				path: `${folder}/Dockerfile`,
				references: [
					{
						line: 1,
						place: 'cache',
						from: 'docker.io/library/redis:7',
						to: 'home.example/m/library/redis:7',
					},
				],
				diff: '--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1,2 +1,2 @@\n-FROM redis:7 AS cache\n+FROM home.example/m/library/redis:7 AS cache\n FROM node:$X\n',
			},
		],
		left: [
			{
				path: `${folder}/Dockerfile`,
				line: 2,
				message: 'node:$X names an image by X, which has no default here',
			},
		],
	});
});

test('with --to what is in own registries and at home stays, and the mapping can be written', async t => {
	const folder = await makeFolder(t);
	const out = path.join(folder, 'map.yaml');
	await writeFile(
		path.join(folder, 'Dockerfile'),
		[
			'FROM own.example/a:1',
			'FROM own.example/a:$X',
			'FROM home.example/m/library/redis:7',
			'FROM home.example/other:1',
			'FROM redis:7',
			'',
		].join('\n'),
	);
	const {code, text} = await run(
		[
			'--files',
			folder,
			'--to',
			'https://home.example/m',
			'--template',
			'{home}/{host}/{name}',
			'--out',
			out,
			'--write',
		],
		{own: ['own.example']},
	);
	t.is(code, 0);
	t.is(
		text,
		`${folder}/Dockerfile:4: home.example/other:1 → home.example/m/home.example/other:1\n${folder}/Dockerfile:5: docker.io/library/redis:7 → home.example/m/docker.io/redis:7\n`,
	);
	t.regex(
		await readFile(out, 'utf8'),
		/^ {2}docker\.io\/library\/redis:7: home\.example\/m\/docker\.io\/redis:7$/mv,
	);
});

test('--pin writes the digest that the home tells, asked once; what is not there stays as it is', async t => {
	const folder = await makeFolder(t);
	const file = path.join(folder, 'Dockerfile');
	const text = `FROM redis:7\nFROM redis:7\nFROM node\nFROM perl@${digest}\n`;
	await writeFile(file, text);
	const arguments_ = [
		'--files',
		folder,
		'--to',
		'home.example',
		'--pin',
		'--write',
	];
	const {code, asked, errors} = await run(arguments_, {
		resolve: repository =>
			repository === 'library/redis' ? digest : undefined,
	});
	t.is(code, 3);
	t.deepEqual(asked.toSorted(), [
		'home.example/library/node:latest',
		'home.example/library/redis:7',
	]);
	t.regex(
		errors,
		/Dockerfile:3: node is not at home\.example\/library\/node:latest yet, so there is no digest to write; copy it first$/mv,
	);
	t.is(
		await readFile(file, 'utf8'),
		`FROM home.example/library/redis:7@${digest}\nFROM home.example/library/redis:7@${digest}\nFROM node\nFROM home.example/library/perl@${digest}\n`,
	);
	await writeFile(file, text);
	const dead = await run(arguments_);
	t.is(dead.code, 3);
	t.regex(
		dead.errors,
		/Dockerfile:1: redis:7 has no digest to write: home\.example does not answer\.$/mv,
	);
	t.regex(await readFile(file, 'utf8'), /^FROM redis:7\nFROM redis:7\n/v);
});

test('what is not committed is said first', async t => {
	const folder = await makeFolder(t);
	const git = (...commandArguments: readonly string[]): void => {
		execFileSync('git', ['-C', folder, ...commandArguments], {
			stdio: 'ignore',
		});
	};

	git('init');
	await writeFile(path.join(folder, 'Dockerfile'), 'FROM redis:7\n');
	const arguments_ = ['--files', folder, '--to', 'home.example'];
	const dirty = await run(arguments_);
	t.is(
		dirty.errors.split('\n', 1).join(''),
		`jetsam: ${folder} has 1 file with changes that are not committed; commit them first to tell them from these.`,
	);
	git('add', '.');
	git('-c', 'user.name=a', '-c', 'user.email=a@example', 'commit', '-m', 'a');
	const clean = await run(arguments_);
	t.regex(clean.errors, /^jetsam: 1 reference in 1 file would/v);
	t.is(clean.code, 0);
});

test('links are neither followed nor replaced', async t => {
	const folder = await makeFolder(t);
	const outside = await makeFolder(t);
	await writeFile(path.join(outside, 'Dockerfile'), 'FROM redis:7\n');
	await writeFile(path.join(folder, 'real.Dockerfile'), 'FROM redis:7\n');
	await symlink(
		path.join(outside, 'Dockerfile'),
		path.join(folder, 'Dockerfile'),
	);
	await symlink('real.Dockerfile', path.join(folder, 'in.Dockerfile'));
	const {code, errors} = await run([
		'--files',
		folder,
		'--to',
		'home.example',
		'--write',
	]);
	t.is(code, 3);
	t.regex(errors, /Dockerfile: the link leads out of the folder/v);
	t.is(
		await readFile(path.join(outside, 'Dockerfile'), 'utf8'),
		'FROM redis:7\n',
	);
	const names = await readdir(folder);
	t.deepEqual(names.toSorted(), [
		'Dockerfile',
		'in.Dockerfile',
		'real.Dockerfile',
	]);
	t.is(
		await readFile(path.join(folder, 'in.Dockerfile'), 'utf8'),
		'FROM home.example/library/redis:7\n',
	);
});

const bad: ReadonlyArray<
	readonly [
		title: string,
		files: Readonly<Record<string, string>>,
		commandArguments: readonly string[],
		message: RegExp,
	]
> = [
	[
		'a folder without references',
		{notes: 'FROM redis:7\n'},
		['--to', 'home.example'],
		/has no file that names an image\. Give --files the folder/v,
	],
	[
		'a folder that is not there',
		{},
		['--files', '/nowhere', '--to', 'home.example'],
		/^--files \/nowhere is no folder that can be read\. /v,
	],
	[
		'two images that go to one name',
		{Dockerfile: 'FROM redis:7\nFROM quay.io/library/redis:7\n'},
		['--to', 'home.example', '--write'],
		/^docker\.io\/library\/redis:7 and quay\.io\/library\/redis:7 would both go to home\.example\/library\/redis\. Give another --template/v,
	],
	[
		'a mapping that sends two images to one name',
		{
			Dockerfile: 'FROM redis:7\n',
			'map.yaml':
				'version: 1\nimages:\n  redis:7: h.io/r\n  quay.io/redis:7: h.io/r\n',
		},
		['--map', 'map.yaml', '--write'],
		/map\.yaml:4: docker\.io\/library\/redis:7 and quay\.io\/redis:7 would both go to h\.io\/r\. /v,
	],
	[
		'a mapping that is not there',
		{Dockerfile: 'FROM redis:7\n'},
		['--map', 'map.yaml', '--write'],
		/map\.yaml cannot be read: there is no such file\. /v,
	],
	[
		'a home that is none',
		{Dockerfile: 'FROM redis:7\n'},
		['--to', 'mirror'],
		/^"mirror" is no registry to bring images to\. /v,
	],
	[
		'a template that is none',
		{Dockerfile: 'FROM redis:7\n'},
		['--to', 'home.example', '--template', '{repository}'],
		/^The template \{repository\} does not begin/v,
	],
	[
		'a home and a mapping',
		{},
		['--to', 'home.example', '--map', 'map.yaml'],
		/^--map and --to say both where images go\. /v,
	],
	[
		'a template without a home',
		{},
		['--map', 'map.yaml', '--template', '{home}/{name}'],
		/^--template makes names at the home that --to names\. /v,
	],
	[
		'nowhere to go',
		{},
		[],
		/^rewrite needs a folder and where its images go\. /v,
	],
	[
		'a place',
		{},
		['x', '--to', 'h.io'],
		/^"x" is nothing that rewrite takes\. /v,
	],
];

for (const [title, files, commandArguments, message] of bad) {
	test(`${title}: one sentence, exit code 2, nothing written`, async t => {
		const folder = await makeFolder(t);
		for (const [name, text] of Object.entries(files)) {
			await writeFile(path.join(folder, name), text);
		}

		const before = await snapshot(folder);
		const error = await t.throwsAsync(
			run([
				...(commandArguments.includes('--files') ? [] : ['--files', folder]),
				...commandArguments.map(argument =>
					argument === 'map.yaml' ? path.join(folder, argument) : argument,
				),
			]),
			{instanceOf: UserError},
		);
		t.is(error?.exitCode, 2);
		t.regex(error?.sentence ?? '', message);
		t.deepEqual(await snapshot(folder), before);
	});
}

test('a file that does not parse is said and left alone, beside one that is written', async t => {
	const folder = await makeFolder(t);
	const broken =
		'apiVersion: v1\nkind: Pod\nspec: {containers: [{image: redis:7}\n';
	await mkdir(path.join(folder, 'a'));
	await writeFile(path.join(folder, 'a', 'broken.yaml'), broken);
	await writeFile(path.join(folder, 'Dockerfile'), 'FROM redis:7\n');
	const {code, errors} = await run([
		'--files',
		folder,
		'--to',
		'home.example',
		'--write',
	]);
	t.is(code, 3);
	t.regex(errors, /a\/broken\.yaml:\d: it does not parse: /v);
	t.is(await readFile(path.join(folder, 'a', 'broken.yaml'), 'utf8'), broken);
	t.is(
		await readFile(path.join(folder, 'Dockerfile'), 'utf8'),
		'FROM home.example/library/redis:7\n',
	);
});
