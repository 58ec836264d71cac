/* eslint-disable ava/no-ignored-test-files -- deleting.test.ts loads it */
import test, {type ExecutionContext} from 'ava';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {
	addImages,
	journeyWorld,
	type JourneyOptions,
	listDeletions,
} from '../helpers/journey-world.js';
import {openApp} from '../helpers/render-app.js';

/** An image with three tags in a registry that can untag, its list open. */
const openTags = async (t: ExecutionContext, options: JourneyOptions = {}) => {
	const content = createRegistryContent();
	const digests = addImages(content, 'app', ['a b c', 'old']);
	const journey = await journeyWorld(t, {
		content,
		dialect: {tagDeletes: 'untag'},
		kind: 'distribution-3',
		...options,
	});
	const app = await openApp(t, journey.world);
	await app.press('enter', 'enter');
	return {
		...journey,
		app,
		digests,
		tags: content.repositories.get('app')!.tags,
	};
};

test('t, a tag, the phrase: the tag goes, its digest and siblings stay, the journal tells', async t => {
	const {app, server, tags, digests, readJournal} = await openTags(t);
	await app.press('t');
	t.regex(app.frame(), /remove a tag/v);
	await app.press('down', 'enter');
	t.regex(app.frame(), /the tag b goes, the digest stays/v);
	await app.press('enter');
	t.deepEqual(listDeletions(server), []);
	await app.typeText(`remove b from ${server.host}`);
	await app.press('enter');
	t.deepEqual(listDeletions(server), ['DELETE app b 202']);
	t.deepEqual([...tags.keys()], ['a', 'c', 'old']);
	const lines = await readJournal();
	t.deepEqual(
		lines.map(({kind, onlyTag}) => [kind, onlyTag]),
		[
			['batch-began', undefined],
			['step-began', 'b'],
			['step-ended', 'b'],
			['batch-ended', undefined],
		],
	);
	await app.press('esc');
	t.true(app.frame().includes(digests[0]!.slice(7, 19)));
	t.regex(app.frame(), / a c /v);
	t.regex(
		app.state().farewell[0] ?? '',
		/deleted 1 \(a tag; its digest stays\)/v,
	);
});

test('the only tag of a digest is reviewed at once, with a warning', async t => {
	const {app, server, tags} = await openTags(t);
	await app.press('down', 't');
	t.regex(
		app.frame(),
		/the tag old goes, the digest stays - It is\s+the last tag/v,
	);
	await app.typeText(`remove old from ${server.host}`);
	await app.press('enter');
	t.deepEqual([...tags.keys()], ['a', 'b', 'c']);
	t.is(server.content.repositories.get('app')?.manifests.size, 2);
});

for (const kind of [undefined, 'distribution-2'] as const) {
	test(`a registry that is ${kind ?? 'not identified'} is never asked to delete a tag`, async t => {
		const {app, server} = await openTags(t, {kind});
		await app.press('t');
		t.regex(
			app.frame(),
			kind ? /distribution 2 cannot remove a tag/v : /not known what kind/v,
		);
		await app.typeText(`remove a from ${server.host}`);
		await app.press('enter');
		t.deepEqual(listDeletions(server), []);
	});
}

test('a tag that moves before the delete is refused', async t => {
	const {app, server, tags, digests} = await openTags(t);
	await app.press('t', 'enter');
	tags.set('a', digests[1]!);
	await app.typeText(`remove a from ${server.host}`);
	await app.press('enter');
	t.deepEqual(listDeletions(server), []);
	t.regex(app.frame(), /refused.*now means/v);
	t.is(app.state().exitCode, 3);
});

test('a registry that takes the digest along is found out', async t => {
	const {app, server, faults} = await openTags(t);
	faults.intercept = ({method}) => {
		if (method === 'DELETE') {
			server.content.repositories.get('app')?.manifests.clear();
		}

		return false;
	};

	await app.press('t', 'enter');
	await app.typeText(`remove a from ${server.host}`);
	await app.press('enter');
	t.regex(app.frame(), /failed: The registry deleted\s+the digest/v);
	t.is(app.state().exitCode, 1);
});

test('under read-only the request for a tag is held too', async t => {
	const {app, server, tags} = await openTags(t, {readOnly: true});
	await app.press('t', 'enter');
	await app.typeText(`remove a from ${server.host}`);
	await app.press('enter');
	t.regex(app.frame(), /would be deleted/v);
	t.deepEqual(listDeletions(server), []);
	t.is(tags.size, 4);
});
