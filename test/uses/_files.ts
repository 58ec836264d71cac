/* eslint-disable ava/no-ignored-test-files, no-template-curly-in-string -- names.test.ts loads it; variables of the fixtures */
import {
	chmod,
	cp,
	mkdir,
	mkdtemp,
	rm,
	symlink,
	writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import test, {type ExecutionContext} from 'ava';
import {type FilesReading, readFiles} from '../../source/uses/files.js';
import {largestFile} from '../../source/uses/read-folder.js';
import {type FileKind, findFileKind} from '../../source/uses/list-files.js';
import type {Clock} from '../../source/world.js';
import {readAt} from '../helpers/build-uses.js';

const fixtures = fileURLToPath(new URL('../fixtures/files', import.meta.url));

const clock: Clock = {
	now: () => readAt,
	async sleep() {
		throw new Error('Nothing here waits.');
	},
};

const read = async (folder: string): Promise<FilesReading> =>
	readFiles(folder, {clock, signal: new AbortController().signal});

const makeFolder = async (t: ExecutionContext): Promise<string> => {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-files-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	return folder;
};

const listUses = ({reading}: FilesReading): string[] =>
	reading.uses.map(
		({name, container, written, image}) =>
			`${name} ${container} ${image.kind === 'reference' ? image.repository + ':' + (image.tag ?? '') : ''} ${written}`,
	);

const listGaps = ({reading}: FilesReading): string[] =>
	reading.sources.flatMap(({gaps}) =>
		gaps.map(
			({message, repositories}) =>
				`${message} | ${repositories?.join(' ') ?? 'any'}`,
		),
	);

test('a folder of all kinds', async t => {
	const found = await read(fixtures);
	t.deepEqual(
		found.reading.uses.map(({name, container, image}) =>
			[
				name,
				container,
				image.kind === 'reference' &&
					`${image.repository}${image.digest === undefined ? `:${image.tag}` : '@'}`,
			].join(' '),
		),
		[
			'build/Dockerfile:3 build base/node:20',
			'chart/templates/deployment.yaml:13 fixed shop/fixed:v1',
			'chart/values.yaml:2 image shop/worker:2.10',
			'compose.yaml:2 web shop/web:v1',
			'deploy/api.yaml:12 migrate shop/migrate:v7',
			'deploy/api.yaml:15 app shop/api:v1.4.2',
			'deploy/api.yaml:17 proxy envoyproxy/envoy:v1.30.1',
			'deploy/api.yaml:21 model shop/model:v3',
			'deploy/api.yaml:31 report shop/report@',
			'deploy/broken.yaml:8 other shop/other:v1',
			'deploy/list.json:2 a shop/json:v1',
			'overlay/kustomization.yaml:3 registry.acme.io/shop/api shop/api:v2',
		],
	);
	t.deepEqual(listGaps(found), [
		'chart/templates/deployment.yaml:11: {{ .Values.image.repository }}:{{ .Values.image.tag }} is a template, so what it names is not known | any',
		'chart/templates/deployment.yaml:15: registry.acme.io/shop/{{ .Values.half }}:v1 is a template, so what it names is not known | registry.acme.io/shop/*',
		'chart/values.yaml:7: registry.acme.io/shop/sidecar is given no tag here, so it has that of the chart | registry.acme.io/shop/sidecar',
		'compose.yaml:3: registry.acme.io/shop/lost:${LOST} names an image by LOST, which has no default here | registry.acme.io/shop/lost',
		'deploy/broken.yaml:6: registry.acme.io/shop/Upper:v1 is no image reference | registry.acme.io/shop/upper',
		'deploy/broken.yaml:9: it does not parse: Flow sequence in block collection must be sufficiently indented and end with a ] | any',
	]);
	const [source] = found.reading.sources;
	t.like(source, {kind: 'files', name: fixtures, state: 'read', readAt});
	t.deepEqual(source?.kinds, [
		{kind: 'Dockerfile', count: 1},
		{kind: 'JSON file', count: 2},
		{kind: 'YAML file', count: 6},
	]);
	t.true(
		source?.gaps.every(({kind, isRefusal}) => kind === 'File' && isRefusal),
	);
	t.is(source?.gaps[0]?.namespace, 'chart/templates/deployment.yaml');
	t.true(
		found.reading.uses.every(
			({role, kind, context, namespace}) =>
				role === 'file' &&
				kind === 'File' &&
				context === '' &&
				namespace === '',
		),
	);
});

test('what was put together keeps the file’s own text and place', async t => {
	const {references} = await read(fixtures);
	const base = references.find(({file}) => file === 'build/Dockerfile');
	t.is(base?.written, '${BASE}:${VERSION}');
	t.is(base?.text, 'registry.acme.io/base/node:20');
	t.false(base?.isLiteral);
	t.is(
		references.filter(({image}) => image === undefined).length,
		3,
		'what breaks the grammar is there, too',
	);
});

test('.git and node_modules are left out, links are not followed', async t => {
	const folder = await makeFolder(t);
	const outside = await makeFolder(t);
	const inside = path.join(folder, 'in');
	for (const name of ['.git', 'node_modules', 'in', '.hidden']) {
		await mkdir(path.join(folder, name));
		await writeFile(path.join(folder, name, 'Dockerfile'), 'FROM a:1\n');
	}

	await writeFile(path.join(outside, 'Dockerfile'), 'FROM b:1\n');
	await writeFile(path.join(outside, 'notes.txt'), 'FROM b:1\n');
	await symlink(outside, path.join(folder, 'folder-out'));
	await symlink(path.join(outside, 'Dockerfile'), path.join(folder, 'x.yaml'));
	await symlink(
		path.join(outside, 'notes.txt'),
		path.join(folder, 'notes.txt'),
	);
	await symlink(inside, path.join(folder, 'again'));
	await symlink(folder, path.join(inside, 'round'));
	await symlink('nowhere', path.join(folder, 'dead.yaml'));
	const found = await read(folder);
	t.deepEqual(listUses(found), [
		'.hidden/Dockerfile:1  library/a:1 a:1',
		'in/Dockerfile:1  library/a:1 a:1',
	]);
	t.deepEqual(listGaps(found), [
		'folder-out: the link leads out of the folder and was not followed | any',
		'x.yaml: the link leads out of the folder and was not followed | any',
	]);
});

test('a folder that is a link is read', async t => {
	const folder = await makeFolder(t);
	const link = path.join(await makeFolder(t), 'link');
	await writeFile(path.join(folder, 'Dockerfile'), 'FROM a:1\n');
	await symlink(folder, link);
	const found = await read(link);
	t.is(found.reading.uses.length, 1);
	t.is(found.reading.sources[0]?.name, link);
});

test('what is huge, binary or not UTF-8 is skipped with a word', async t => {
	const folder = await makeFolder(t);
	await writeFile(path.join(folder, 'binary.yaml'), 'a\0b');
	await writeFile(
		path.join(folder, 'latin.yaml'),
		new Uint8Array([0x61, 0xe9]),
	);
	await writeFile(path.join(folder, 'huge.yaml'), ' '.repeat(largestFile + 1));
	await writeFile(path.join(folder, 'large.yaml'), ' '.repeat(largestFile));
	t.deepEqual(listGaps(await read(folder)), [
		'binary.yaml: it is no UTF-8 text and was not read | any',
		'huge.yaml: it is larger than 5 MiB and was not read | any',
		'latin.yaml: it is no UTF-8 text and was not read | any',
	]);
});

// Root may read everything.
const testUnlessRoot = process.getuid?.() === 0 ? test.skip : test;

testUnlessRoot('what may not be read is told', async t => {
	const folder = await makeFolder(t);
	const closed = path.join(folder, 'closed');
	await mkdir(closed);
	await writeFile(path.join(folder, 'Dockerfile'), 'FROM a:1\n', {mode: 0});
	await chmod(closed, 0);
	t.teardown(async () => chmod(closed, 0o700));
	t.deepEqual(listGaps(await read(folder)), [
		'closed: the folder could not be read (EACCES) | any',
		'Dockerfile: it could not be read (EACCES) | any',
	]);
});

test('a folder that is not there has failed, and nobody can accept that', async t => {
	const folder = path.join(await makeFolder(t), 'nowhere');
	const {reading} = await read(folder);
	t.like(reading.sources[0], {state: 'failed', name: folder});
	t.like(reading.sources[0]?.gaps[0], {
		message: 'The folder could not be read (ENOENT).',
		isRefusal: false,
		repositories: undefined,
	});
});

test('a file instead of a folder has a gap', async t => {
	const {reading} = await read(path.join(fixtures, 'compose.yaml'));
	t.is(reading.uses.length, 0);
	t.is(
		reading.sources[0]?.gaps[0]?.message,
		'.: the folder could not be read (ENOTDIR)',
	);
});

test('an abort ends the reading', async t => {
	const controller = new AbortController();
	const reading = readFiles(fixtures, {clock, signal: controller.signal});
	controller.abort(new Error('enough'));
	await t.throwsAsync(reading, {message: 'enough'});
});

test('many files are read', async t => {
	const folder = await makeFolder(t);
	await Promise.all(
		Array.from({length: 60}, async (_, number) =>
			cp(
				path.join(fixtures, 'compose.yaml'),
				path.join(folder, `${number}.yaml`),
			),
		),
	);
	const {reading} = await read(folder);
	t.is(reading.uses.length, 60);
});

const kinds: ReadonlyArray<readonly [string, FileKind | undefined]> = [
	['Dockerfile', 'dockerfile'],
	['dockerfile', 'dockerfile'],
	['Containerfile', 'dockerfile'],
	['Dockerfile.dev', 'dockerfile'],
	['api.Dockerfile', 'dockerfile'],
	['api.containerfile', 'dockerfile'],
	['Dockerfile.dockerignore', undefined],
	['.dockerignore', undefined],
	['Dockerfiles', undefined],
	['a.yaml', 'yaml'],
	['a.YML', 'yaml'],
	['Kustomization', 'yaml'],
	['a.json', 'json'],
	['yaml', undefined],
	['readme.md', undefined],
];

for (const [name, expected] of kinds) {
	test(`${name} is ${expected ?? 'not read'}`, t => {
		t.is(findFileKind(name), expected);
	});
}
