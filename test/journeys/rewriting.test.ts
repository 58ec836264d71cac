import {execFileSync} from 'node:child_process';
import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {addImage} from '../../source/demo/build-content.js';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {
	buildSource,
	buildUse,
	buildUsesReading,
	buildUsesSources,
} from '../helpers/build-uses.js';
import {journeyWorld} from '../helpers/journey-world.js';
import {openApp} from '../helpers/render-app.js';

const begin = Date.UTC(2026, 10, 22);

const manifest = (redis: string): string =>
	`# ours\r\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - {name: a, image: "nginx:1"}\n  - name: b\n    image: ${redis} # the cache\n`;
const dockerfile = ['ARG BASE', 'FROM redis:7', 'FROM $BASE', ''].join('\n');
const values = 'image:\n  repository: redis\n  pullPolicy: Always\n';

/** A folder with three files, and a cluster that runs what they name; the home has redis and no nginx. All are marked. */
const open = async (
	t: ExecutionContext,
	{
		readOnly = false,
		isKnown = true,
		rows = 40,
	}: {readOnly?: boolean; isKnown?: boolean; rows?: number} = {},
) => {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-files-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	const file = path.join(folder, 'pod.yaml');
	await writeFile(file, manifest('redis:7'));
	await writeFile(path.join(folder, 'Dockerfile'), dockerfile);
	await writeFile(path.join(folder, 'values.yaml'), values);
	const content = createRegistryContent();
	const {digest} = addImage(content, 'mirror/library/redis', {
		tags: ['7'],
		layers: [],
	});
	let reads = 0;
	const journey = await journeyWorld(t, {
		content,
		readOnly,
		uses: buildUsesSources(() => {
			reads++;
			return buildUsesReading(
				[
					buildUse('redis:7', {
						role: 'template',
						kind: 'Deployment',
						name: 'cache',
					}),
					buildUse('nginx:1', {name: 'web'}),
				],
				[
					buildSource({readAt: begin}),
					...(isKnown
						? [buildSource({kind: 'files', name: folder, readAt: begin})]
						: []),
				],
			);
		}),
	});
	const app = await openApp(t, journey.world, {columns: 140, rows});
	await app.press('enter', 'E', 'a', 't');
	await app.typeText(`${journey.server.host}/mirror`);
	await app.press('enter');
	const text = async (name = 'pod.yaml') =>
		readFile(path.join(folder, name), 'utf8');
	return {
		...journey,
		app,
		folder,
		digest,
		text,
		reads: () => reads,
		home: `${journey.server.host}/mirror/library`,
	};
};

test('R shows the change as a diff and what is left alone, with file and line; only a typed yes writes it, and then the commands for clusters are said', async t => {
	const {app, text, home, reads} = await open(t);
	await app.press('R');
	const frame = app.frame();
	t.regex(frame, /3 references in 2 files to change, 2 left alone/v);
	t.true(frame.includes('-    image: redis:7 # the cache'));
	t.true(frame.includes(`+    image: ${home}/redis:7 # the cache`));
	t.regex(frame, /Dockerfile:3: \$BASE names an image by BASE/v);
	t.regex(frame, /values\.yaml:2: redis is given no tag here/v);
	t.true(
		frame.includes(`! Not known to be at home: ${home}/nginx:1. Copy first`),
	);
	await app.press('enter', ' ', 'y', 'w');
	for (const wrong of ['y', 'Yes', 'no', 'yes!']) {
		await app.press('ctrl-u');
		await app.typeText(wrong);
		await app.press('enter');
		t.regex(app.frame(), /That is not yes; nothing was written/v);
	}

	t.is(await text(), manifest('redis:7'));
	// Esc leaves the question first.
	await app.press('esc');
	t.regex(app.frame(), /Nothing has been written yet/v);
	const before = reads();
	await app.press('w');
	await app.typeText('yes');
	await app.press('enter');
	t.is(
		await text(),
		manifest(`${home}/redis:7`).replace('nginx:1', `${home}/nginx:1`),
	);
	t.is(
		await text('Dockerfile'),
		dockerfile.replace('redis:7', `${home}/redis:7`),
	);
	t.is(await text('values.yaml'), values);
	t.regex(app.frame(), /3 references in 2 files written/v);
	t.regex(
		app.frame(),
		/kubectl --context prod -n shop set image deployment\/cache app=\S+\/redis:7/v,
	);
	t.is(reads(), before + 1);
	t.true(
		app
			.state()
			.farewell.some(line => line.startsWith('kubectl --context prod')),
	);
});

test('p puts digests beside tags, which the home tells; what is not there is left alone', async t => {
	const {app, text, home, digest} = await open(t);
	await app.press('R', 'p');
	t.regex(
		app.frame(),
		/2 references in 2 files to change, 3 left alone, with/v,
	);
	t.regex(app.frame(), /nginx:1 is not at \S+ yet/v);
	await app.press('w');
	await app.typeText('yes');
	await app.press('enter');
	t.is(await text(), manifest(`${home}/redis:7@${digest}`));
});

test('a git work tree with changes is said first', async t => {
	const {app, folder} = await open(t);
	execFileSync('git', ['init', '-q', folder]);
	await app.press('R');
	t.regex(app.frame(), /has 3 files with changes that are not committed/v);
});

test('where no folder is known one is asked for; f asks for another', async t => {
	const {app, folder, home} = await open(t, {isKnown: false});
	await app.press('R');
	t.regex(app.frame(), /type the folder of your Dockerfiles and manifests/v);
	await app.typeText(path.join(folder, 'none'));
	await app.press('enter');
	t.regex(app.frame(), /is no folder that can be read/v);
	await mkdir(path.join(folder, 'empty'));
	await app.press('f');
	await app.typeText(path.join(folder, 'empty'));
	await app.press('enter');
	t.regex(app.frame(), /has no file that names an image/v);
	await app.press('f');
	await app.typeText(folder);
	await app.press('enter');
	t.true(app.frame().includes(`+    image: ${home}/redis:7 # the cache`));
});

test('a file that has changed since it was shown stays as it is, and so do the others', async t => {
	const {app, folder, text} = await open(t);
	await app.press('R', 'w');
	const changed = `${manifest('redis:7')}# mine\n`;
	await writeFile(path.join(folder, 'pod.yaml'), changed);
	await app.typeText('yes');
	await app.press('enter');
	t.regex(app.frame(), /pod\.yaml has changed since it was read/v);
	t.is(await text(), changed);
	t.is(await text('Dockerfile'), dockerfile);
});

test('safeguard 5: a read-only run writes no file', async t => {
	const {app, text} = await open(t, {readOnly: true});
	await app.press('R', 'w');
	t.regex(app.frame(), /This is a read-only run; nothing is written/v);
	await app.press(...'yes', 'enter');
	t.is(await text(), manifest('redis:7'));
});

test('a long change is scrolled to its end', async t => {
	const {app, home} = await open(t, {rows: 24});
	await app.press('R');
	t.regex(app.frame(), /↓ \d+ more/v);
	await app.press('end');
	t.notRegex(app.frame(), /↓ \d+ more/v);
	t.true(app.frame().includes(`${home}/nginx:1`));
});
