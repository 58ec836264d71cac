/* eslint-disable ava/no-ignored-test-files -- deleting.test.ts loads it */
import test from 'ava';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import type {Digest} from '../../source/oci/digest.js';
import {
	addImages,
	addPlatforms,
	deletionOf,
	type JourneyRegistry,
	journeyWorld,
	listDeletions,
} from '../helpers/journey-world.js';
import {openApp, type OpenApp} from '../helpers/render-app.js';

/** Answers every DELETE of these digests with a status, until it is told otherwise. */
const breakDeletes = (
	faults: JourneyRegistry['faults'],
	status: number,
	digests: readonly Digest[],
): void => {
	faults.intercept = ({method, path}, response) => {
		if (method !== 'DELETE' || !digests.some(each => path.endsWith(each))) {
			return false;
		}

		response.writeHead(status).end();
		return true;
	};
};

/** The screen as running text. */
const read = (app: OpenApp): string => app.frame().replaceAll(/\s+/gv, ' ');

test('r tries again what failed and nothing else, without the phrase, as the same batch; what was refused stays', async t => {
	const content = createRegistryContent();
	const [fails, moves, goes] = addImages(content, 'app', ['c', 'b', 'a', 'z']);
	const {world, server, faults, readJournal} = await journeyWorld(t, {content});
	const app = await openApp(t, world, {place: `${server.host}/app`});
	await app.press('space', 'space', 'space', 'd');
	const {tags} = content.repositories.get('app')!;
	tags.set('b', tags.get('z')!);
	breakDeletes(faults, 500, [fails!]);
	await app.typeText(`delete 3 from ${server.host}, 3 of 4 from app`);
	await app.press('enter');
	t.true(app.frame().includes('deleted 1, refused 1, failed 1'));
	t.true(read(app).includes('Press r to try it again.'));
	t.true(read(app).includes('Esc, then d reviews it anew.'));
	t.is(app.state().exitCode, 1);
	t.is(app.state().marks.size, 2);

	const before = listDeletions(server).length;
	faults.intercept = undefined;
	await app.press('r');
	t.true(app.frame().includes('deleted 2, refused 1'));
	t.deepEqual(listDeletions(server).slice(before), [deletionOf('app', fails!)]);
	t.true(listDeletions(server).includes(deletionOf('app', goes!)));
	t.deepEqual(
		[...app.state().marks.values()].map(({digest}) => digest),
		[moves],
	);

	// Now nothing has failed, and the batch ends as what was refused says.
	await app.press('r');
	t.true(app.frame().includes('Nothing failed'));
	t.is(app.state().exitCode, 3);
	t.is(app.state().farewell.length, 2);
	const journal = await readJournal();
	t.is(journal.filter(({kind}) => kind === 'batch-began').length, 1);
	const resumed = journal.filter(({kind}) => kind === 'batch-resumed');
	t.like(resumed, [{plans: [{steps: [{digest: fails}]}]}]);
	const batch = app.state().trail.find(screen => screen.kind === 'run')?.batch;
	const record = await world.batches.read(batch!);
	t.deepEqual(
		record.steps.map(({digest, state}) => [digest, state]),
		[
			[fails, 'deleted'],
			[moves, 'not-begun'],
			[goes, 'deleted'],
		],
	);
});

test('r takes what waited for an index that failed along, the index first', async t => {
	const content = createRegistryContent();
	addImages(content, 'app', ['stays']);
	const [index, ...children] = addPlatforms(content, 'app', {
		tags: ['v1'],
		architectures: ['amd64', 'arm64'],
		age: 0,
	});
	const {world, server, faults} = await journeyWorld(t, {content});
	breakDeletes(faults, 429, [index]);
	const app = await openApp(t, world, {place: `${server.host}/app`});
	await app.press('space', 'd');
	await app.typeText(`delete 3 from ${server.host}`);
	await app.press('enter');
	t.true(app.frame().includes('failed 3'));
	faults.intercept = undefined;
	const before = listDeletions(server).length;
	await app.press('r');
	t.true(app.frame().includes('deleted 3'));
	t.deepEqual(
		listDeletions(server).slice(before),
		[index, ...children].map(digest => deletionOf('app', digest)),
	);
	t.is(app.state().exitCode, 0);
});

test('r deletes a child that failed although no list names it any more, and undo puts all of it back', async t => {
	const content = createRegistryContent();
	addImages(content, 'app', ['stays']);
	const [index, amd64] = addPlatforms(content, 'app', {
		tags: ['v1'],
		architectures: ['amd64', 'arm64'],
		age: 0,
	});
	const {world, server, faults, clock} = await journeyWorld(t, {content});
	breakDeletes(faults, 503, [amd64!]);
	const app = await openApp(t, world, {place: `${server.host}/app`});
	await app.press('space', 'd');
	await app.typeText(`delete 3 from ${server.host}`);
	await app.press('enter');
	t.true(app.frame().includes('deleted 2, failed 1'));
	faults.intercept = undefined;
	clock.advance(120_000);
	await app.press('r');
	t.true(app.frame().includes('deleted 3'));
	t.is(listDeletions(server).at(-1), deletionOf('app', amd64!));

	await app.press('u', 'y');
	t.true(app.frame().includes('put back 3'));
	t.true(content.repositories.get('app')?.manifests.has(index));
	await app.press('esc', 'r');
	t.true(app.frame().includes('Nothing of this batch can be tried again.'));
});

test('safeguard 6: what has changed since is not deleted by r', async t => {
	const content = createRegistryContent();
	const [fails, other] = addImages(content, 'app', ['b', 'a', 'z']);
	const {world, server, faults} = await journeyWorld(t, {content});
	breakDeletes(faults, 500, [fails!]);
	const app = await openApp(t, world, {place: `${server.host}/app`});
	await app.press('space', 'd');
	await app.typeText(`delete 1 from ${server.host}`);
	await app.press('enter');
	const before = listDeletions(server).length;
	faults.intercept = undefined;
	content.repositories.get('app')!.tags.set('b', other!);
	await app.press('r');
	t.true(app.frame().includes('refused 1'));
	t.is(listDeletions(server).length, before);
	t.is(app.state().marks.size, 1);
});

test('what was confirmed is tried again for a day', async t => {
	const content = createRegistryContent();
	const [fails] = addImages(content, 'app', ['b', 'a', 'z']);
	const {world, server, faults, clock} = await journeyWorld(t, {content});
	breakDeletes(faults, 500, [fails!]);
	const app = await openApp(t, world, {place: `${server.host}/app`});
	await app.press('space', 'd');
	await app.typeText(`delete 1 from ${server.host}`);
	await app.press('enter');
	const before = listDeletions(server).length;
	faults.intercept = undefined;
	clock.advance(25 * 60 * 60 * 1000);
	await app.press('r');
	t.true(app.frame().includes('older than a day'));
	t.is(listDeletions(server).length, before);
});

test('a right that is missing is named', async t => {
	const content = createRegistryContent();
	const [denied] = addImages(content, 'app', ['b', 'a', 'z']);
	const {world, server, faults} = await journeyWorld(t, {content});
	breakDeletes(faults, 403, [denied!]);
	const app = await openApp(t, world, {place: `${server.host}/app`});
	await app.press('space', 'd');
	await app.typeText(`delete 1 from ${server.host}`);
	await app.press('enter');
	t.true(read(app).includes('with the right repository:app:delete'));
	await app.press('r');
	t.true(app.frame().includes('Nothing failed'));
});

test('a child that was refused after its index is gone stays marked, and a new review finds it although no list names it', async t => {
	const content = createRegistryContent();
	addImages(content, 'app', ['stays']);
	const [, amd64] = addPlatforms(content, 'app', {
		tags: ['v1'],
		architectures: ['amd64', 'arm64'],
		age: 0,
	});
	const {world, server, faults, clock} = await journeyWorld(t, {content});
	breakDeletes(faults, 403, [amd64!]);
	const app = await openApp(t, world, {place: `${server.host}/app`});
	await app.press('space', 'd');
	await app.typeText(`delete 3 from ${server.host}`);
	await app.press('enter');
	t.true(app.frame().includes('deleted 2, refused 1'));
	t.deepEqual(
		[...app.state().marks.values()].map(({digest}) => digest),
		[amd64],
	);
	faults.intercept = undefined;
	clock.advance(120_000);
	await app.press('esc', 'd');
	t.true(app.frame().includes('1 digest and 0 tags go'));
	await app.typeText(`delete 1 from ${server.host}`);
	await app.press('enter');
	t.true(app.frame().includes('deleted 1'));
	t.is(listDeletions(server).at(-1), deletionOf('app', amd64!));
	t.is(app.state().marks.size, 0);
});
