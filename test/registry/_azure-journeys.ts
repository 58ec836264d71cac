/* eslint-disable ava/no-ignored-test-files -- vendor-journeys.test.ts loads it */
import test, {type ExecutionContext} from 'ava';
import {undo} from '../../source/commands/undo.js';
import {runInterruptibly} from '../../source/commands/batch-session.js';
import {addReferrer} from '../../source/demo/build-referrers.js';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import type {Digest} from '../../source/oci/digest.js';
import type {World} from '../../source/world.js';
import {createAzureRegistry} from '../helpers/azure-registry.js';
import {
	addImages,
	addPlatforms,
	deletionOf,
	digestOf,
	journeyWorld,
	listDeletions,
} from '../helpers/journey-world.js';
import {openApp} from '../helpers/render-app.js';

/** An untagged image, two that stay, and an index with two children and an SBOM, in an Azure registry whose list is open; the index stands first. */
const openAzure = async (t: ExecutionContext) => {
	const content = createRegistryContent();
	const azure = createAzureRegistry(content);
	const [old, stays, untagged] = addImages(content, 'app', [
		'old',
		'stays',
		'',
	]);
	const [index, ...children] = addPlatforms(content, 'app', {
		tags: ['v1', 'v1.0'],
		architectures: ['amd64', 'arm64'],
	});
	const repository = content.repositories.get('app')!;
	const attach = (payload: string): Digest =>
		digestOf(
			addReferrer(content, 'app', {
				subject: {...repository.manifests.get(index)!, digest: index, size: 1},
				artifactType: 'application/spdx+json',
				payload,
				list: 'untagged',
			}),
		);
	const sbom = attach('{}');
	const times = [index, old, stays, untagged, sbom];
	for (const [days, digest] of times.entries()) {
		azure.behaviour.times.set(
			digest!,
			`2026-11-${20 - days}T08:00:00.1234567Z`,
		);
	}

	const journey = await journeyWorld(t, {
		content,
		kind: 'azure',
		dialect: {referrers: 'served'},
	});
	journey.faults.intercept = azure.intercept;
	const app = await openApp(t, journey.world, {
		place: `${journey.server.host}/app`,
	});
	return {
		...journey,
		app,
		attach,
		repository,
		behaviour: azure.behaviour,
		index,
		children,
		sbom,
		old: old!,
		stays: stays!,
		untagged: untagged!,
	};
};

const runUndo = async (world: World): Promise<number> =>
	runInterruptibly(world, async session =>
		undo(
			session,
			{batch: undefined, yes: true, json: false},
			{print: () => undefined, printError: () => undefined, isTerminal: false},
		),
	);

test('an index goes with its children; the SBOM that Azure takes along counts as deleted, was saved, and comes back', async t => {
	const made = await openAzure(t);
	const {app, server, world, repository, index, children, sbom} = made;
	const before = new Map(repository.manifests);
	const tags = new Map(repository.tags);
	t.true(app.frame().includes(made.untagged.slice(7, 19)));
	await app.press('space', 'd');
	t.regex(app.frame(), /SBOM, goes with/v);
	await app.typeText(`delete 4 from ${server.host}`);
	await app.press('enter');
	t.deepEqual(
		listDeletions(server),
		[index, ...children].map(digest => deletionOf('app', digest)),
	);
	t.false(repository.manifests.has(sbom));
	t.regex(app.state().farewell.join(' '), /deleted 4/v);
	const lines = await made.readJournal();
	t.deepEqual(
		lines
			.filter(({kind, digest}) => kind === 'step-ended' && digest === sbom)
			.map(({outcome}) => outcome),
		[{kind: 'deleted'}],
	);
	t.is(await runUndo(world), 0);
	t.deepEqual(
		[...repository.manifests.keys()].toSorted(),
		[...before.keys()].toSorted(),
	);
	t.deepEqual(new Map(repository.tags), tags);
});

test('what is locked is shown, is not marked, and the screen says why', async t => {
	const {app, behaviour, server} = await openAzure(t);
	behaviour.locks.set('app:v1.0', 'deleteEnabled');
	await app.press('r');
	t.regex(app.frame(), /locked v1/v);
	await app.press('space');
	t.is(app.state().marks.size, 0);
	t.regex(
		app.frame(),
		/It was not marked\. The registry has locked its tag v1\.0/v,
	);
	await app.press('up', 'enter');
	t.regex(app.frame(), /locked +The registry has locked its tag v1\.0/v);
	await app.press('esc', 'a');
	t.is(app.state().marks.size, 4);
	t.deepEqual(listDeletions(server), []);
});

test('safeguard 6: a lock that is set after the review refuses its step and no other', async t => {
	const {app, behaviour, repository, index, old, server} = await openAzure(t);
	await app.press('down', 'space', 'space', 'd');
	t.regex(app.frame(), /delete 2 from/v);
	behaviour.locks.set(`app@${old}`, 'writeEnabled');
	await app.typeText(`delete 2 from ${server.host}`);
	await app.press('enter');
	t.regex(app.frame(), /405/v);
	t.true(repository.manifests.has(old));
	t.true(repository.manifests.has(index));
	t.deepEqual(
		listDeletions(server).map(text => text.slice(-3)),
		['405', '202'],
	);
});

test('safeguard 6: what is about a digest since the review keeps it, for the registry would delete both', async t => {
	const made = await openAzure(t);
	const {app, attach, server, clock, repository, index} = made;
	await app.press('space', 'd');
	t.regex(app.frame(), /SBOM, goes with/v);
	const late = attach('late');
	clock.advance(61_000);
	await app.typeText(`delete 4 from ${server.host}`);
	await app.press('enter');
	t.true(repository.manifests.has(late));
	t.true(repository.manifests.has(index));
	t.regex(app.frame(), /is\s+about it since/v);
	t.deepEqual(listDeletions(server), []);
});

test("a tag goes alone, by the registry's own path", async t => {
	const {app, server, repository, index} = await openAzure(t);
	await app.press('t', 'enter', 'enter');
	await app.typeText(`remove v1 from ${server.host}`);
	await app.press('enter');
	t.deepEqual(listDeletions(server), ['DELETE /acr/v1/app/_tags/v1 202']);
	t.is(repository.tags.get('v1.0'), index);
	t.true(repository.manifests.has(index));
});

test('safeguard 6: a lock that a new look finds is not even asked about', async t => {
	const {app, behaviour, clock, old, server} = await openAzure(t);
	await app.press('down', 'space', 'd');
	behaviour.locks.set('app:old', 'writeEnabled');
	clock.advance(61_000);
	await app.typeText(`delete 1 from ${server.host}`);
	await app.press('enter');
	t.regex(app.frame(), /locked its tag old/v);
	t.deepEqual(listDeletions(server), []);
	t.true(server.content.repositories.get('app')?.manifests.has(old));
});
