/* eslint-disable ava/no-ignored-test-files -- marking.test.ts loads it */
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

test('three marks in two repositories: exactly these are deleted, and it is journalled', async t => {
	const content = createRegistryContent();
	const cart = addImages(content, 'shop/cart', ['3.0 latest', '2.0', '1.0']);
	const web = addImages(content, 'shop/web', ['b', 'a']);
	const {world, server, readJournal} = await journeyWorld(t, {content});
	const app = await openApp(t, world);

	await app.press('enter', 'enter', 'down', 'space', 'space', 'esc', 'down');
	t.regex(app.frame(), /shop\/cart +3 .* 2$/mv);
	await app.press('enter', 'down', 'space', 'd');
	t.is(app.store.getState().marks.size, 3);
	for (const text of ['shop/cart', '2.0', '1.0', 'shop/web', 'a']) {
		t.true(app.frame().includes(text));
	}

	t.deepEqual(listDeletions(server), []);
	await app.typeText(`delete 3 from ${server.host}, 2 of 3 from shop/cart`);
	t.deepEqual(listDeletions(server), []);
	await app.press('enter');
	// Repositories go at the same time.
	t.deepEqual(
		listDeletions(server).toSorted(),
		[
			deletionOf('shop/cart', cart[1]!),
			deletionOf('shop/cart', cart[2]!),
			deletionOf('shop/web', web[1]!),
		].toSorted(),
	);
	t.deepEqual(
		[...content.repositories].map(([name, {manifests, tags}]) => [
			name,
			[...manifests.keys()],
			[...tags.keys()],
		]),
		[
			['shop/cart', [cart[0]], ['3.0', 'latest']],
			['shop/web', [web[0]], ['b']],
		],
	);

	t.true(app.frame().includes('deleted 3'));
	await app.press('esc');
	t.true(app.frame().includes('shop/web'));
	t.true(app.frame().includes(web[0]!.slice(7, 19)));
	t.false(app.frame().includes(web[1]!.slice(7, 19)));
	t.is(app.state().marks.size, 0);

	const lines = await readJournal();
	t.is(lines[0]?.['kind'], 'batch-began');
	t.is(lines.at(-1)?.['kind'], 'batch-ended');
	t.is(lines.length, 8);
	for (const gone of [cart[1], cart[2], web[1]]) {
		t.deepEqual(
			lines.filter(({digest}) => digest === gone).map(({kind}) => kind),
			['step-began', 'step-ended'],
		);
	}

	await app.press('q');
	t.is(app.exitCode(), 0);
	t.deepEqual(app.state().farewell, [
		`jetsam: deleted 3 in ${server.host}; journal: ${app.state().farewell[0]?.split('journal: ')[1]}`,
		'jetsam: undo with: jetsam undo batch-1',
	]);
});

test('an index takes its children along, the index first, and says so', async t => {
	const content = createRegistryContent();
	const [index, amd64, arm64] = addPlatforms(content, 'app', {
		tags: ['multi'],
		architectures: ['amd64', 'arm64'],
	});
	const [kept] = addImages(content, 'app', ['other']);
	const {world, server} = await journeyWorld(t, {content});
	const app = await openApp(t, world, {place: `${server.host}/app:multi`});

	await app.press('space', 'd');
	t.true(app.frame().includes('3 digests and 1 tag go'));
	t.is(app.frame().split(`goes with ${index.slice(7, 19)}`).length, 3);
	await app.typeText(`delete 3 from ${server.host}`);
	await app.press('enter');
	t.deepEqual(
		listDeletions(server),
		[index, amd64!, arm64!].map(digest => deletionOf('app', digest)),
	);
	t.deepEqual(
		[...(content.repositories.get('app')?.manifests.keys() ?? [])],
		[kept],
	);
});

test('two registries in one batch are confirmed one after the other, each by its own phrase', async t => {
	const content = createRegistryContent();
	const [old] = addImages(content, 'app', ['old', 'new']);
	const otherContent = createRegistryContent();
	const [first, second] = addImages(otherContent, 'tool', ['x', 'y', 'z']);
	const other = await startRegistry(t, {content: otherContent});
	const {world, server, readJournal} = await journeyWorld(t, {
		content,
		alsoKnown: [other.known],
	});
	const app = await openApp(t, world);

	await app.press('enter', 'enter', 'space', 'esc', 'esc');
	await app.press('down', 'enter', 'enter', 'space', 'space', 'd');
	t.true(app.frame().includes('registry 1 of 2'));
	await app.typeText(`delete 1 from ${server.host}`);
	await app.press('enter');
	t.true(app.frame().includes('registry 2 of 2'));
	t.deepEqual(listDeletions(server), []);

	// The phrase of the first registry is not that of the second.
	await app.typeText(`delete 1 from ${server.host}`);
	await app.press('enter');
	t.true(
		app
			.frame()
			.includes(`To delete, type exactly: delete 2 from ${other.server.host}`),
	);
	await app.press('ctrl-u');
	await app.typeText(`delete 2 from ${other.server.host}, 2 of 3 from tool`);
	await app.press('enter');
	t.deepEqual(listDeletions(server), [deletionOf('app', old!)]);
	t.deepEqual(listDeletions(other.server), [
		deletionOf('tool', first!),
		deletionOf('tool', second!),
	]);
	const lines = await readJournal();
	t.is(lines.filter(({kind}) => kind === 'batch-began').length, 1);
	t.is(lines.filter(({kind}) => kind === 'step-ended').length, 3);
	t.is(app.state().marks.size, 0);
});

test('Tab leaves a registry out of the batch: nothing is asked of it, and its marks stay', async t => {
	const content = createRegistryContent();
	addImages(content, 'app', ['old', 'new']);
	const otherContent = createRegistryContent();
	const [gone] = addImages(otherContent, 'tool', ['x', 'y']);
	const other = await startRegistry(t, {content: otherContent});
	const {world, server} = await journeyWorld(t, {
		content,
		alsoKnown: [other.known],
	});
	const app = await openApp(t, world);

	await app.press('enter', 'enter', 'space', 'esc', 'esc');
	await app.press('down', 'enter', 'enter', 'space', 'd', 'tab');
	await app.typeText(`delete 1 from ${other.server.host}`);
	await app.press('enter');
	t.deepEqual(listDeletions(server), []);
	t.deepEqual(listDeletions(other.server), [deletionOf('tool', gone!)]);
	t.deepEqual(
		[...app.state().marks.values()].map(({registry}) => registry),
		[server.host],
	);
});

test('marks survive leaving their repository, and are taken back where they were set', async t => {
	const content = createRegistryContent();
	addImages(content, 'one', ['b', 'a']);
	addImages(content, 'two', ['d', 'c']);
	const {world} = await journeyWorld(t, {content});
	const app = await openApp(t, world);

	await app.press('enter', 'enter', 'space', 'esc', 'down', 'enter', 'space');
	t.true(app.frame().includes('2 digests marked in 2 repositories'));
	await app.press('esc', 'up', 'enter');
	t.regex(app.frame(), /● {2}[\da-f]{12} {2}b/v);
	await app.press('up', 'space');
	t.notRegex(app.frame(), /● {2}[\da-f]{12}/v);
	t.true(app.frame().includes('1 digest marked in 1 repository'));
	await app.press('u', 'd');
	t.true(app.frame().includes('Nothing is marked.'));
});
