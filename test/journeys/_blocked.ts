/* eslint-disable ava/no-ignored-test-files -- marking.test.ts loads it */
import test from 'ava';
import {addManifest} from '../../source/demo/build-content.js';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {
	addImages,
	addPlatforms,
	deletionOf,
	digestOf,
	journeyWorld,
	listDeletions,
} from '../helpers/journey-world.js';
import {openApp} from '../helpers/render-app.js';

test('the child of an index that stays is blocked, with the reason, and never asked for', async t => {
	const content = createRegistryContent();
	const [index, amd64] = addPlatforms(content, 'app', {
		tags: ['multi'],
		architectures: ['amd64'],
		childTags: {amd64: 'multi-amd64'},
		age: 9,
	});
	const [other] = addImages(content, 'app', ['other']);
	const {world, server} = await journeyWorld(t, {content});
	const app = await openApp(t, world, {
		place: `${server.host}/app:multi-amd64`,
	});

	await app.press('space', 'home', 'space', 'd');
	t.deepEqual(
		[...app.state().marks.values()].map(({digest}) => digest),
		[amd64!, other!],
	);
	const lines = app.frame().split('\n');
	const blockedLine = lines.findIndex(line =>
		line.includes(amd64!.slice(7, 19)),
	);
	t.regex(lines[blockedLine] ?? '', /✕ .*blocked: The index/v);
	t.true(blockedLine < lines.findIndex(line => line.includes('other')));
	t.true(app.frame().includes(`The index ${index.slice(7, 19)}`));
	t.true(app.frame().includes('1 digest and 1 tag go, 1 blocked'));
	await app.typeText(`delete 1 from ${server.host}`);
	await app.press('enter');
	t.deepEqual(listDeletions(server), [deletionOf('app', other!)]);
	t.true(content.repositories.get('app')?.manifests.has(amd64!));
	t.is(app.state().marks.size, 1);
});

test('where all is blocked there is nothing to confirm', async t => {
	const content = createRegistryContent();
	addPlatforms(content, 'app', {
		tags: ['multi'],
		architectures: ['amd64'],
		childTags: {amd64: 'multi-amd64'},
	});
	const {world, server} = await journeyWorld(t, {content});
	const app = await openApp(t, world, {
		place: `${server.host}/app:multi-amd64`,
	});
	await app.press('space', 'd');
	t.true(app.frame().includes('Nothing of this can go.'));
	await app.typeText(`delete 0 from ${server.host}`);
	await app.press('enter');
	t.is(app.state().trail.at(-1)?.kind, 'review');
	t.deepEqual(listDeletions(server), []);
	await app.press('tab');
	t.true(app.frame().includes('Nothing was confirmed, so nothing was sent.'));
});

test('a media type that nobody knows is shown, and warned about before all else', async t => {
	const content = createRegistryContent();
	addImages(content, 'app', ['a']);
	const odd = digestOf(
		addManifest(content, 'app', {
			bytes: '{"schemaVersion":2,"things":[]}',
			mediaType: 'application/vnd.odd.thing.v1+json',
			tags: ['odd'],
		}),
	);
	const {world, server} = await journeyWorld(t, {content});
	const app = await openApp(t, world, {
		place: `${server.host}/app`,
		rows: 40,
	});
	t.true(app.frame().includes(odd.slice(7, 19)));
	await app.press('space', 'space', 'd');
	const steps = app
		.frame()
		.split('\n')
		.filter(line => /[\da-f]{12} /v.test(line));
	t.regex(steps[0] ?? '', /!.* odd - jetsam does not know the media type/v);
	t.regex(steps[1] ?? '', / a, not in use$/v);
	await app.typeText(
		`delete 2 from ${server.host}, 1 of unknown use, empty app`,
	);
	await app.press('enter');
	t.true(listDeletions(server).includes(deletionOf('app', odd)));
});

test('deletes disabled: the first 405 is believed for its whole repository, and says what to set', async t => {
	const content = createRegistryContent();
	addImages(content, 'app', ['c', 'b', 'a']);
	addImages(content, 'tool', ['x']);
	const {world, server} = await journeyWorld(t, {
		content,
		deletes: 'disabled',
	});
	const app = await openApp(t, world);
	await app.press('enter', 'enter', 'space', 'space', 'space', 'd');
	await app.typeText(`delete 3 from ${server.host}, empty app`);
	await app.press('enter');
	t.is(listDeletions(server).length, 1);
	t.regex(listDeletions(server)[0] ?? '', / 405$/v);
	t.true(app.frame().includes('refused 3'));
	// The way out is said in full, and once.
	t.is(app.frame().split('storage.delete.enabled').length, 2);
	await app.press('esc');
	t.is(app.state().marks.size, 3);
	await app.press('q', 'q');
	t.is(app.exitCode(), 3);
});

test('403 three times in a row ends the host: the rest is not reached', async t => {
	const content = createRegistryContent();
	addImages(content, 'app', ['e', 'd', 'c', 'b', 'a']);
	const {world, server, faults} = await journeyWorld(t, {content});
	const app = await openApp(t, world, {place: `${server.host}/app`});
	faults.intercept = ({method}, response) => {
		if (method !== 'DELETE') {
			return false;
		}

		response.writeHead(403, {'content-type': 'application/json'});
		response.end(
			JSON.stringify({errors: [{code: 'DENIED', message: 'not for you'}]}),
		);
		return true;
	};

	await app.press('space', 'space', 'space', 'space', 'space', 'd');
	await app.typeText(`delete 5 from ${server.host}, empty app`);
	await app.press('enter');
	t.is(listDeletions(server).length, 3);
	t.true(app.frame().includes('refused 3, not reached 2'));
	t.is(app.state().marks.size, 5);
});
