/* eslint-disable ava/no-ignored-test-files -- marking.test.ts loads it */
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import {addImage} from '../../source/demo/build-content.js';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {usualCare} from '../../source/plan/care.js';
import {
	addImages,
	addPlatforms,
	journeyWorld,
	listDeletions,
} from '../helpers/journey-world.js';
import {openApp} from '../helpers/render-app.js';

test('e says what a registry and a repository come to, layers that are shared counted once', async t => {
	const content = createRegistryContent();
	const shared = {size: 5_000_000, seed: 'base'};
	for (const repository of ['one', 'two']) {
		addImage(content, repository, {
			tags: ['a'],
			created: new Date(0),
			layers: [shared, {size: 1_000_000, seed: repository}],
		});
	}

	const {world, server} = await journeyWorld(t, {content});
	const app = await openApp(t, world);
	await app.press('enter', 'e');
	t.regex(app.frame(), /what this repository comes to/v);
	t.regex(app.frame(), /size +6 MB, each layer counted once/v);
	await app.press('esc', 'esc', 'e');
	t.regex(app.frame(), /what this registry comes to/v);
	t.regex(app.frame(), /repositories +2, 2 of them read/v);
	t.regex(app.frame(), /digests +2 digests with 2 tags/v);
	t.regex(app.frame(), /size +7 MB, what repositories share counted once/v);
	t.regex(app.frame(), new RegExp(String.raw`^ ${server.host}`, 'mv'));
	await app.press('esc');
	t.is(app.state().trail.length, 1);
});

test('e in a repository counts what is untagged, its platforms and what is largest', async t => {
	const content = createRegistryContent();
	addPlatforms(content, 'app', {
		tags: ['multi'],
		architectures: ['amd64', 'arm64'],
	});
	addImages(content, 'app', ['x y']);
	const {world} = await journeyWorld(t, {content});
	const app = await openApp(t, world);
	await app.press('enter', 'enter', 'e');
	t.regex(
		app.frame(),
		/2 digests with 3 tags, 0 untagged; 4 with all children/v,
	);
	t.regex(app.frame(), /platforms +2 {2}linux\/amd64/v);
	t.regex(app.frame(), /largest .* multi/v);
});

test('R asks for the digest under the cursor and its tags, and for nothing else', async t => {
	const content = createRegistryContent();
	const [first, second] = addImages(content, 'app', ['a b', 'c']);
	const {world, server} = await journeyWorld(t, {content});
	const app = await openApp(t, world);
	await app.press('enter', 'enter');
	content.repositories.get('app')!.tags.set('b', second!);
	server.requests.length = 0;
	await app.press('ctrl-r');
	t.deepEqual(
		server.requests.map(({method, path: at}) => `${method} ${at}`).toSorted(),
		[first!, 'a', 'b']
			.map(reference => `HEAD /v2/app/manifests/${reference}`)
			.toSorted(),
	);
	t.regex(app.frame(), /has lost b; r reads the whole list again/v);
	t.regex(app.frame(), new RegExp(`${second!.slice(7, 19)} +b c `, 'v'));
});

test('R on a digest that is gone takes its row and its mark away', async t => {
	const content = createRegistryContent();
	const [first] = addImages(content, 'app', ['a', 'b']);
	const {world} = await journeyWorld(t, {content});
	const app = await openApp(t, world);
	await app.press('enter', 'enter', 'space', 'up');
	content.repositories.get('app')!.manifests.delete(first!);
	await app.press('ctrl-r');
	t.regex(app.frame(), /is not there any more/v);
	t.regex(app.frame(), /1 digest/v);
	t.is(app.state().marks.size, 0);
});

test('R on a repository reads that one again', async t => {
	const content = createRegistryContent();
	addImages(content, 'one', ['a']);
	addImages(content, 'two', ['a']);
	const {world, server} = await journeyWorld(t, {content});
	const app = await openApp(t, world);
	await app.press('enter');
	addImages(content, 'two', ['z']);
	server.requests.length = 0;
	await app.press('down', 'ctrl-r');
	t.regex(app.frame(), /two +2 /v);
	t.false(server.requests.some(({path: at}) => at.includes('/one/')));
});

test('L marks what a file names, says what of it means nothing, and keeps what is never touched', async t => {
	const content = createRegistryContent();
	const images = addImages(content, 'app', ['a', 'b', 'c']);
	const [kept] = addImages(content, 'base', ['latest']);
	const {world, server} = await journeyWorld(t, {
		content,
		care: {...usualCare, neverTouch: ['base']},
	});
	const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-marks-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	const file = path.join(folder, 'marks.txt');
	const {host} = server;
	await writeFile(
		file,
		[
			`${host}/app:a`,
			`${host}/app@${images[2]}`,
			`${host}/base@${kept}`,
			`${host}/app:gone`,
			`${host}/app`,
		].join('\n'),
	);
	const app = await openApp(t, world, {columns: 200, rows: 60});
	await app.press('enter', 'L');
	await app.typeText(file);
	await app.press('enter');
	t.deepEqual(
		[...app.state().marks.values()].map(({digest}) => digest),
		[images[0], images[2]],
	);
	t.is(
		app.state().notice,
		`2 marked from ${file}. neverTouch keeps 1. Line 4: ${host}/app:gone is not there. And 1 more.`,
	);
	t.deepEqual(listDeletions(server), []);
	await app.press('d');
	t.regex(app.frame(), /2 digests and 2 tags go/v);
});

test('L with a file that cannot be read says so and marks nothing', async t => {
	const {world} = await journeyWorld(t);
	const app = await openApp(t, world);
	await app.press('L');
	await app.typeText('/nowhere');
	await app.press('enter');
	t.regex(app.frame(), /\/nowhere cannot be read \(ENOENT\)/v);
	t.is(app.state().marks.size, 0);
});
