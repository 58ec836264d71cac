/* eslint-disable ava/no-ignored-test-files -- deleting.test.ts loads it */
import {Buffer} from 'node:buffer';
import test from 'ava';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {undo} from '../../source/commands/undo.js';
import {listBatches} from '../../source/commands/batches.js';
import {runInterruptibly} from '../../source/commands/batch-session.js';
import {decodeText} from '../../source/oci/json.js';
import {parseManifest} from '../../source/oci/manifest.js';
import {UserError} from '../../source/user-error.js';
import type {World} from '../../source/world.js';
import {
	addImages,
	addPlatforms,
	journeyWorld,
	listDeletions,
} from '../helpers/journey-world.js';
import {openApp} from '../helpers/render-app.js';

const tagged = {tags: ['1.0', 'latest'], architectures: ['amd64', 'arm64']};

/** `jetsam undo` as a process without a terminal would run it. */
const runUndo = async (
	world: World,
	options: {batch?: string; yes: boolean},
): Promise<{exitCode: number; text: string}> => {
	let text = '';
	const print = (line: string): void => {
		text += line;
	};

	const exitCode = await runInterruptibly(world, async session =>
		undo(
			session,
			{batch: options.batch, yes: options.yes, json: false},
			{print, printError: print, isTerminal: false},
		),
	);
	return {exitCode, text};
};

/** Digests with the exact bytes, in an order of their own. */
const showManifests = (
	manifests:
		ReadonlyMap<string, {bytes: Uint8Array; mediaType: string}> | undefined,
): string[] =>
	[...(manifests ?? [])]
		.map(
			([digest, {bytes, mediaType}]) =>
				`${digest} ${mediaType} ${Buffer.from(bytes).toString('hex')}`,
		)
		.toSorted();

/** A registry in which an index and its two children were deleted. */
const deleteIndex = async (
	t: Parameters<typeof journeyWorld>[0],
	options: Parameters<typeof journeyWorld>[1] = {},
) => {
	const content = createRegistryContent();
	addImages(content, 'shop/cart', ['0.9']);
	const digests = addPlatforms(content, 'shop/cart', {...tagged, age: 0});
	const before = structuredClone(
		new Map(content.repositories.get('shop/cart')?.manifests),
	);
	const made = await journeyWorld(t, {content, ...options});
	const app = await openApp(t, made.world);
	await app.press('enter', 'enter', 'space', 'd');
	await app.typeText(`delete 3 from ${made.server.host}`);
	await app.press('enter');
	t.is(content.repositories.get('shop/cart')?.manifests.size, 1);
	return {...made, app, content, before, digests};
};

test('safeguard 7: u on the outcome puts everything back, the tags too, children before their index', async t => {
	const {app, server, content, before, digests, readJournal} =
		await deleteIndex(t);
	const [index, ...children] = digests;
	server.requests.length = 0;
	await app.press('u');
	t.regex(app.frame(), /Nothing has been sent yet/v);
	t.deepEqual(listDeletions(server), []);
	await app.press('y');
	t.regex(app.frame(), /put back 3/v);
	const repository = content.repositories.get('shop/cart');
	t.deepEqual(showManifests(repository?.manifests), showManifests(before));
	t.deepEqual(
		Object.fromEntries(repository?.tags ?? []),
		Object.fromEntries([
			...[...(repository?.tags ?? [])].filter(([tag]) => tag === '0.9'),
			['1.0', index],
			['latest', index],
		]),
	);
	t.deepEqual(
		listDeletions(server).filter(line => line.startsWith('PUT')),
		[...children, index, '1.0', 'latest'].map(
			reference => `PUT shop/cart ${reference} 201`,
		),
	);
	const lines = await readJournal();
	t.deepEqual(lines.map(({kind}) => kind).slice(-8), [
		'undo-began',
		...Array.from({length: 3}, () => [
			'undo-step-began',
			'undo-step-ended',
		]).flat(),
		'undo-ended',
	]);
	await app.press('esc', 'esc');
	t.true(app.frame().includes(index.slice(7, 19)));
});

test('an undo that is left sends nothing', async t => {
	const {app, server} = await deleteIndex(t);
	server.requests.length = 0;
	await app.press('u', 'esc', 'esc');
	t.deepEqual(listDeletions(server), []);
});

test('a tag that has moved is shown; undo --yes never moves it and exits with 3; the screen moves it when told to', async t => {
	const {app, world, content, digests} = await deleteIndex(t);
	const [index] = digests;
	const repository = content.repositories.get('shop/cart');
	const other = [...(repository?.manifests.keys() ?? [])][0]!;
	repository?.tags.set('latest', other);
	const {exitCode, text} = await runUndo(world, {yes: true});
	t.is(exitCode, 3);
	t.regex(text, /the tag latest means sha256:[\da-f]+ now and was left there/v);
	t.is(repository?.tags.get('latest'), other);
	t.is(repository?.tags.get('1.0'), index);

	await app.press('u');
	t.regex(app.frame(), /the tag latest\s+means/v);
	await app.press('t', 'y');
	t.is(repository?.tags.get('latest'), index);
});

test('safeguard 7: a blob that is gone is named, and nothing is sent for what needs it', async t => {
	const {server, world, content, digests, before} = await deleteIndex(t);
	const [index, amd64, arm64] = digests;
	const {bytes} = before.get(amd64!)!;
	const [layer] = parseManifest(decodeText(bytes), '')!.layers;
	content.declaredBlobs.delete(layer!.digest);
	server.requests.length = 0;
	const {exitCode, text} = await runUndo(world, {yes: true});
	t.is(exitCode, 1);
	t.true(text.includes(layer!.digest));
	t.regex(text, /put back 1, lost 2/v);
	const {manifests} = content.repositories.get('shop/cart')!;
	t.false(manifests.has(amd64!));
	t.false(manifests.has(index));
	t.true(manifests.has(arm64!));
});

test('safeguard 7: a 201 is not believed: what is not handed out afterwards has failed', async t => {
	const {world, faults, digests} = await deleteIndex(t);
	faults.intercept = ({method, path}, response) => {
		if (method !== 'PUT' || !path.includes(digests[2]!)) {
			return false;
		}

		response.writeHead(201).end();
		return true;
	};

	const {exitCode, text} = await runUndo(world, {yes: true});
	t.is(exitCode, 1);
	t.regex(text, /said that it took the manifest, and does not hand it out/v);
});

test('safeguard 7: a blob whose head is served and whose bytes are not is gone', async t => {
	const {world, faults, content} = await deleteIndex(t);
	faults.intercept = ({method, path}, response) => {
		if (method !== 'GET' || !path.includes('/blobs/')) {
			return false;
		}

		response.writeHead(200, {'content-length': '10'});
		response.flushHeaders();
		response.destroy();
		return true;
	};

	const {exitCode, text} = await runUndo(world, {yes: true});
	t.is(exitCode, 1);
	t.regex(text, /lost 3/v);
	t.is(content.repositories.get('shop/cart')?.manifests.size, 1);
});

test('push rights are found out first: without them nothing is sent', async t => {
	const {world, faults, server} = await deleteIndex(t);
	faults.intercept = ({method}, response) => {
		if (method !== 'POST') {
			return false;
		}

		response.writeHead(403, {'content-type': 'application/json'});
		response.end('{"errors":[{"code":"DENIED","message":"no"}]}');
		return true;
	};

	server.requests.length = 0;
	const {exitCode, text} = await runUndo(world, {yes: true});
	t.is(exitCode, 3);
	t.regex(text, /pushing is not allowed there, so nothing was sent/v);
	t.deepEqual(
		listDeletions(server).filter(line => !line.startsWith('POST')),
		[],
	);
});

test('safeguard 5: under --read-only undo sends nothing', async t => {
	const {world, server} = await deleteIndex(t);
	const reading = await journeyWorld(t, {
		content: server.content,
		readOnly: true,
	});
	server.requests.length = 0;
	const {exitCode, text} = await runUndo(
		{
			...world,
			readOnly: true,
			openRegistry: async (_, signal) =>
				reading.world.openRegistry(server.host, signal),
		},
		{yes: true},
	);
	t.is(exitCode, 0);
	t.regex(text, /would be put back 3/v);
	t.deepEqual(listDeletions(server), []);
});

test('without a terminal undo needs --yes; a batch that is not there and one without anything left are one sentence', async t => {
	const {world, server} = await deleteIndex(t);
	server.requests.length = 0;
	const needsYes = await t.throwsAsync(runUndo(world, {yes: false}), {
		instanceOf: UserError,
	});
	t.is(needsYes?.exitCode, 2);
	const none = await t.throwsAsync(
		runUndo(world, {batch: '../etc/passwd', yes: true}),
		{instanceOf: UserError},
	);
	t.is(none?.message, 'There is no batch ../etc/passwd.');
	t.deepEqual(listDeletions(server), []);
	const first = await runUndo(world, {yes: true});
	t.is(first.exitCode, 0);
	const second = await runUndo(world, {yes: true});
	t.is(second.exitCode, 0);
	t.regex(second.text, /Nothing of the batch batch-1 is left to put back/v);
});

test('batches says what was done and what can be put back; old trash goes only when that is confirmed', async t => {
	const {world, clock} = await deleteIndex(t);
	const output = (texts: string[]) => ({
		print(text: string) {
			texts.push(text);
		},
		printError(text: string) {
			texts.push(text);
		},
		isTerminal: false,
	});
	const texts: string[] = [];
	const list = async (removeOlder: number | undefined, yes: boolean) =>
		listBatches(world, {json: false, yes, removeOlder}, output(texts));
	t.is(await list(undefined, false), 0);
	t.regex(texts.join(''), /^batch-1 .*deleted 3 +3 steps can be put back/v);
	clock.advance(31 * 24 * 60 * 60 * 1000);
	await list(undefined, false);
	t.regex(texts.join(''), /is older than 30 days/v);
	await t.throwsAsync(list(30, false), {instanceOf: UserError});
	t.true((await world.batches.measureTrash('batch-1')) > 0);
	t.is(await list(40, true), 0);
	t.true((await world.batches.measureTrash('batch-1')) > 0);
	t.is(await list(30, true), 0);
	t.is(await world.batches.measureTrash('batch-1'), 0);
});
