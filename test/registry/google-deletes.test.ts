import {cpSync, rmSync} from 'node:fs';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {runInterruptibly} from '../../source/commands/batch-session.js';
import {resume} from '../../source/commands/resume.js';
import {undo} from '../../source/commands/undo.js';
import {addReferrer} from '../../source/demo/build-referrers.js';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import type {Intercept} from '../../source/demo/embedded-registry.js';
import type {Digest} from '../../source/oci/digest.js';
import {openBatches} from '../../source/storage/batches.js';
import type {World} from '../../source/world.js';
import {deleteMarks, makeStateFolder} from '../helpers/build-batch.js';
import {createGoogleRegistry} from '../helpers/google-registry.js';
import {
	addImages,
	addPlatforms,
	journeyWorld,
	type JourneyOptions,
	listDeletions,
} from '../helpers/journey-world.js';
import {openApp} from '../helpers/render-app.js';

const name = 'shipyard/docks/crane';

/** An image with two tags that is to go, among others that stay, in a registry of Google's kind. */
const open = async (t: ExecutionContext, options: JourneyOptions = {}) => {
	const content = createRegistryContent();
	const digests = addImages(content, name, ['1.0 stable', 'b', 'c', 'd']);
	const journey = await journeyWorld(t, {content, kind: 'google', ...options});
	const google = createGoogleRegistry(content);
	journey.faults.intercept = google.intercept;
	const repository = content.repositories.get(name)!;
	const {server, world, readJournal} = journey;
	const listTags = (): string[] => [...repository.tags.keys()].toSorted();
	return {
		...journey,
		google: google.faults,
		repository,
		digests,
		going: digests[0]!,
		listTags,
		remove: async (...marked: readonly Digest[]) =>
			deleteMarks(
				world,
				(marked.length > 0 ? marked : [digests[0]!]).map(digest => ({
					registry: server.host,
					repository: name,
					digest,
				})),
			),
		/** Why the last step ended as it did. */
		async readReason() {
			const lines = await readJournal();
			return JSON.stringify(
				lines.findLast(({kind}) => kind === 'step-ended')?.['outcome'],
			);
		},
	};
};

const all = ['1.0', 'b', 'c', 'd', 'stable'];

/** Answers a delete of a digest, once or always. */
const onDigest =
	(answer: (...call: Parameters<Intercept>) => boolean): Intercept =>
	(request, response, attempt) =>
		request.method === 'DELETE' &&
		request.path.includes('sha256:') &&
		answer(request, response, attempt);

const runCommand = async (
	world: World,
	what: 'undo' | 'resume',
): Promise<{exitCode: number | undefined; text: string}> => {
	let text = '';
	const print = (line: string): void => {
		text += line;
	};

	const output = {print, printError: print, isTerminal: false};
	const options = {batch: undefined, yes: true, json: false};
	const exitCode = await runInterruptibly(world, async session =>
		what === 'undo'
			? undo(session, options, output)
			: resume(
					session,
					{...options, confirm: ['no such phrase'], maxShare: undefined},
					output,
				),
	).catch(() => undefined);
	return {exitCode, text};
};

test('drill, mark, confirm: the tags go first, then the index, then its children, and undo brings all of it back', async t => {
	const content = createRegistryContent();
	const [index, ...children] = addPlatforms(content, name, {
		tags: ['1.0', 'stable'],
		architectures: ['amd64', 'arm64'],
	});
	addImages(content, name, ['b', 'c', 'd', 'e']);
	const {world, server, faults, readJournal} = await journeyWorld(t, {
		content,
		kind: 'google',
	});
	faults.intercept = createGoogleRegistry(content).intercept;
	const repository = content.repositories.get(name)!;
	const show = (): readonly string[] =>
		[...repository.manifests.keys(), ...[...repository.tags].flat()].toSorted();
	const before = show();
	const app = await openApp(t, world);
	await app.press('enter', 'enter');
	t.regex(app.frame(), /1\.0/v);
	const marks = [{registry: server.host, repository: name, digest: index}];
	t.deepEqual(await deleteMarks(world, marks), [
		'deleted',
		'deleted',
		'deleted',
	]);
	t.deepEqual(listDeletions(server), [
		`DELETE ${name} 1.0 202`,
		`DELETE ${name} stable 202`,
		`DELETE ${name} ${index} 202`,
		...children.map(child => `DELETE ${name} ${child} 202`),
	]);
	t.false(repository.tags.has('stable'));
	const lines = await readJournal();
	const began = lines.find(({kind}) => kind === 'step-began');
	t.deepEqual(began?.['tags'], ['1.0', 'stable']);
	const {exitCode} = await runCommand(world, 'undo');
	t.is(exitCode, 0);
	t.deepEqual(show(), before);
});

test('safeguard 8: a delete that is refused puts the tags back, and says so', async t => {
	const {google, repository, going, remove, server, listTags, readReason} =
		await open(t);
	const bytes = repository.manifests.get(going)!;
	google.before = onDigest(() => {
		// Somebody tags it at the last moment.
		repository.tags.set('late', going);
		return false;
	});
	t.deepEqual(await remove(), ['refused']);
	t.deepEqual(listTags(), [...all, 'late'].toSorted());
	t.is(repository.tags.get('stable'), going);
	t.deepEqual([...repository.manifests.get(going)!.bytes], [...bytes.bytes]);
	t.regex(
		await readReason(),
		/the tag late still means it\. .* Its tags 1\.0, stable were put back/v,
	);
	t.deepEqual(listDeletions(server), [
		`DELETE ${name} 1.0 202`,
		`DELETE ${name} stable 202`,
		`DELETE ${name} ${going} 400`,
		`PUT ${name} 1.0 201`,
		`PUT ${name} stable 201`,
	]);
});

test('safeguard 8: a delete that fails for good puts the tags back; a login without rights as well', async t => {
	for (const [status, outcome] of [
		[500, 'failed'],
		[403, 'refused'],
	] as const) {
		const {google, remove, listTags, readReason} = await open(t);
		google.before = onDigest((_request, response) => {
			response.writeHead(status).end();
			return true;
		});
		t.deepEqual(await remove(), [outcome]);
		t.deepEqual(listTags(), all);
		t.regex(await readReason(), /Its tags 1\.0, stable were put back/v);
	}
});

test('a delete whose reply was lost is done, and no tag comes back', async t => {
	const {google, repository, going, remove, listTags} = await open(t);
	google.before = onDigest((_request, response, attempt) => {
		if (attempt === 1) {
			repository.manifests.delete(going);
			response.destroy();
		}

		return attempt === 1;
	});
	t.deepEqual(await remove(), ['deleted']);
	t.deepEqual(listTags(), ['b', 'c', 'd']);
});

test('a tag that moves while others are being removed refuses the step; it stays, the others come back', async t => {
	const {
		google,
		repository,
		digests,
		going,
		remove,
		listTags,
		readReason,
		server,
	} = await open(t);
	google.before = ({method, path: at}) => {
		if (method === 'DELETE' && at.endsWith('/1.0')) {
			repository.tags.set('stable', digests[1]!);
		}

		return false;
	};

	t.deepEqual(await remove(), ['refused']);
	t.deepEqual(listTags(), all);
	t.deepEqual(
		[repository.tags.get('1.0'), repository.tags.get('stable')],
		[going, digests[1]],
	);
	t.regex(
		await readReason(),
		/the tag stable now means .* Its tag 1\.0 was put back/v,
	);
	t.deepEqual(listDeletions(server), [
		`DELETE ${name} 1.0 202`,
		`PUT ${name} 1.0 201`,
	]);
});

test('tags that cannot be put back are named, and undo puts them back later', async t => {
	const {google, remove, listTags, readReason, world} = await open(t);
	google.before = ({method, path: at}, response) => {
		const isRefused =
			method === 'PUT' || (method === 'DELETE' && at.includes('sha256:'));
		if (isRefused) {
			response.writeHead(403).end();
		}

		return isRefused;
	};

	t.deepEqual(await remove(), ['failed']);
	t.deepEqual(listTags(), ['b', 'c', 'd']);
	t.regex(
		await readReason(),
		/Its tags 1\.0, stable were removed before and could not be put back: .*Undoing the batch puts back what is missing/v,
	);
	google.before = undefined;
	const {exitCode, text} = await runCommand(world, 'undo');
	t.is(exitCode, 0);
	t.regex(text, /is there; its tag 1\.0 goes back; its tag stable goes back/v);
	t.deepEqual(listTags(), all);
});

test('immutable tags refuse the step, and nothing has changed', async t => {
	const {google, remove, listTags, readReason, server} = await open(t);
	google.areImmutable = true;
	t.deepEqual(await remove(), ['refused']);
	t.deepEqual(listTags(), all);
	t.deepEqual(listDeletions(server), [`DELETE ${name} 1.0 400`]);
	t.regex(
		await readReason(),
		/Its tag 1\.0 has to go first: Tags of this repository are immutable/v,
	);
});

test('a list that may not be whole lets nothing of its repository go', async t => {
	const {google, remove, listTags, server} = await open(t);
	google.moreTags = ['lost'];
	t.deepEqual(await remove(), []);
	t.deepEqual(listTags(), all);
	t.deepEqual(listDeletions(server), []);
});

test('a child whose index was pushed again meanwhile stays, with its tag', async t => {
	const content = createRegistryContent();
	const [index, child] = addPlatforms(content, name, {
		tags: ['multi'],
		architectures: ['amd64'],
		childTags: {amd64: 'amd'},
	});
	addImages(content, name, ['b', 'c', 'd']);
	const {world, server, faults} = await journeyWorld(t, {
		content,
		kind: 'google',
	});
	const google = createGoogleRegistry(content);
	faults.intercept = google.intercept;
	const {tags, manifests} = content.repositories.get(name)!;
	const marks = [index, child!].map(digest => ({
		registry: server.host,
		repository: name,
		digest,
	}));
	// It is pushed again as soon as it is gone and looked for.
	const kept = manifests.get(index)!;
	let isBack = false;
	google.faults.before = ({method, path: at}) => {
		if (method === 'DELETE' && at.endsWith('/amd') && !isBack) {
			isBack = true;
			manifests.set(index, kept);
		}

		return false;
	};

	t.deepEqual(await deleteMarks(world, marks), ['deleted', 'refused']);
	t.deepEqual([...tags.keys()].toSorted(), ['amd', 'b', 'c', 'd']);
	t.true(manifests.has(child!));
});

test('safeguard 2: a referrer alone is blocked in the review, because an old list that names it would keep it', async t => {
	const content = createRegistryContent();
	addImages(content, name, ['a', 'b', 'c']);
	const {tags, manifests} = content.repositories.get(name)!;
	const digest = tags.get('a')!;
	const sbom = addReferrer(content, name, {
		subject: {...manifests.get(digest)!, digest, size: 1},
		artifactType: 'application/spdx+json',
		payload: '{}',
	});
	tags.set('bill', sbom.digest);
	const {world, server, faults} = await journeyWorld(t, {
		content,
		kind: 'google',
	});
	faults.intercept = createGoogleRegistry(content).intercept;
	const app = await openApp(t, world, {
		place: `${server.host}/${name}`,
		rows: 40,
	});
	await app.press('/');
	await app.typeText('bill');
	await app.press('enter', 'space', 'd');
	t.regex(
		app.frame().replaceAll(/\s+/gv, ' '),
		/cannot be written anew without it, because this registry keeps what any list names, also an old one/v,
	);
	t.regex(app.frame(), /Nothing of this can go/v);
	t.deepEqual(listDeletions(server), []);
});

test('read only sends nothing', async t => {
	const {remove, listTags, server} = await open(t, {readOnly: true});
	t.deepEqual(await remove(), ['would-delete']);
	t.deepEqual(listTags(), all);
	t.deepEqual(listDeletions(server), []);
});

/** A world as a crash leaves it between the removal of the tags and the delete of their digest. */
const crash = async (t: ExecutionContext) => {
	const stage = await open(t);
	const {google, world, repository, going, server} = stage;
	const state = await makeStateFolder(t);
	const manifest = repository.manifests.get(going)!;
	let folder = '';
	google.before = onDigest(() => {
		cpSync(folder, state, {recursive: true});
		return false;
	});
	const marks = [{registry: server.host, repository: name, digest: going}];
	await deleteMarks(
		{
			...world,
			async openJournal() {
				const journal = await world.openJournal();
				folder = path.dirname(path.dirname(journal.path));
				return journal;
			},
		},
		marks,
	);
	// The program that held the batch is gone, and its last request never came.
	rmSync(path.join(state, 'journal', 'batch-1.lock'));
	repository.manifests.set(going, manifest);
	google.before = undefined;
	t.deepEqual(stage.listTags(), ['b', 'c', 'd']);
	server.requests.length = 0;
	return {...stage, world: {...world, batches: openBatches(state)}};
};

test('safeguard 8: after a crash between the tags and their digest an undo puts the tags back', async t => {
	const {world, listTags, repository, going} = await crash(t);
	const {exitCode, text} = await runCommand(world, 'undo');
	t.regex(text, /is there; its tag 1\.0 goes back; its tag stable goes back/v);
	t.is(exitCode, 0);
	t.deepEqual(listTags(), all);
	t.is(repository.tags.get('1.0'), going);
});

test('safeguard 8: after such a crash a resume puts the tags back before it asks, and the journal keeps their names', async t => {
	const {world, listTags, server} = await crash(t);
	const {text} = await runCommand(world, 'resume');
	t.deepEqual(listTags(), all);
	t.regex(text, /in flight/v);
	t.deepEqual(listDeletions(server), [
		`PUT ${name} 1.0 201`,
		`PUT ${name} stable 201`,
	]);
	const {steps} = await world.batches.read('batch-1');
	t.deepEqual(steps[0]?.tags, ['1.0', 'stable']);
});
