/* eslint-disable ava/no-ignored-test-files -- deleting.test.ts loads it */
import test from 'ava';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {
	addImages,
	addPlatforms,
	deletionOf,
	journeyWorld,
	listDeletions,
	startRegistry,
} from '../helpers/journey-world.js';
import {openApp} from '../helpers/render-app.js';

test('a mark is taken off in the review: what goes along, the totals and the phrase follow, and it stays', async t => {
	const content = createRegistryContent();
	addPlatforms(content, 'app', {
		tags: ['multi'],
		architectures: ['amd64', 'arm64'],
	});
	const images = addImages(content, 'app', ['d', 'c', 'b', 'a']);
	const {world, server} = await journeyWorld(t, {content});
	const app = await openApp(t, world, {place: `${server.host}/app`, rows: 40});
	await app.press('/');
	await app.typeText('multi');
	await app.press('enter', 'space', 'esc', 'g');
	await app.press('/');
	await app.typeText('tag:a');
	await app.press('enter', 'space', 'd');
	t.regex(app.frame(), /delete \d+ from/v);
	t.is(app.state().marks.size, 2);
	t.true(app.frame().includes('goes with'));
	const rows = app.frame().split('\n');
	const at = rows.findIndex(row => row.includes('›'));
	const isIndex = rows[at]?.includes('multi') ?? false;
	await app.press(...(isIndex ? [] : ['down' as const]), 'ctrl-x');
	t.is(app.state().marks.size, 1);
	t.false(app.frame().includes('goes with'));
	t.true(app.frame().includes(`delete 1 from ${server.host}`));
	await app.typeText(`delete 1 from ${server.host}`);
	await app.press('enter');
	t.deepEqual(listDeletions(server), [deletionOf('app', images[3]!)]);
});

test('the last mark is taken off: nothing is left to review', async t => {
	const content = createRegistryContent();
	addImages(content, 'app', ['b', 'a']);
	const {world, server} = await journeyWorld(t, {content});
	const app = await openApp(t, world, {place: `${server.host}/app`});
	await app.press('space', 'd', 'ctrl-x');
	t.is(app.state().marks.size, 0);
	t.true(app.frame().includes('Nothing is marked any more.'));
	t.deepEqual(listDeletions(server), []);
});

test('two registries, the last one left out: nothing begins before the word is typed', async t => {
	const content = createRegistryContent();
	addImages(content, 'app', ['b', 'a']);
	const others = createRegistryContent();
	addImages(others, 'lib', ['y', 'x']);
	const other = await startRegistry(t, {content: others});
	const {world, server} = await journeyWorld(t, {
		content,
		alsoKnown: [other.known],
	});
	const app = await openApp(t, world);
	await app.press('enter', 'enter', 'space', 'esc', 'esc');
	await app.press('down', 'enter', 'enter', 'space', 'd');
	t.true(app.frame().includes('registry 1 of 2'));
	const phrase = /delete 1 from \S+/v.exec(app.frame())?.[0] ?? '';
	await app.typeText(phrase);
	await app.press('enter');
	t.deepEqual(listDeletions(server), []);
	await app.press('tab');
	t.deepEqual(listDeletions(server), []);
	t.true(app.frame().includes('left out: nothing is sent there'));
	await app.press('enter');
	t.deepEqual(listDeletions(server), []);
	await app.typeText('start');
	await app.press('enter');
	const sent = [...listDeletions(server), ...listDeletions(other.server)];
	t.is(sent.length, 1);
});
