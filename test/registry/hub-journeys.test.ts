import test, {type ExecutionContext} from 'ava';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {createHubRegistry} from '../helpers/hub-registry.js';
import {
	addImages,
	addPlatforms,
	deletionOf,
	journeyWorld,
	listDeletions,
} from '../helpers/journey-world.js';
import {openApp} from '../helpers/render-app.js';

const ann = {username: 'ann', password: 'secret of ann'};

/** Three images and an index with two children and two tags in Ann's namespace, seen by Ann; the index stands first. */
const openHub = async (
	t: ExecutionContext,
	{path, more = 0}: {path?: string; more?: number} = {},
) => {
	const content = createRegistryContent();
	const hub = createHubRegistry(content);
	const {behaviour} = hub;
	behaviour.passwords.set(ann.username, ann.password);
	const [old, stays] = addImages(content, 'ann/app', ['old', 'stays', 'new']);
	const [index, ...children] = addPlatforms(content, 'ann/app', {
		tags: ['v1', 'v1.0'],
		architectures: ['amd64', 'arm64'],
	});
	addImages(
		content,
		'ann/app',
		Array.from({length: more}, (_, number) => `more-${number}`),
	);
	for (const [days, tag] of ['v1', 'v1.0', 'old', 'stays', 'new'].entries()) {
		behaviour.times.set(tag, `2026-11-${20 - days}T08:00:00.123456Z`);
	}

	const journey = await journeyWorld(t, {
		content,
		kind: 'docker-hub',
		logins: {get: () => ann},
	});
	journey.faults.intercept = hub.intercept;
	const app = await openApp(t, journey.world, {
		place: [journey.server.host, path].filter(Boolean).join('/'),
	});
	return {
		...journey,
		app,
		behaviour,
		repository: content.repositories.get('ann/app')!,
		index,
		children,
		old: old!,
		stays: stays!,
	};
};

test('an index is found by its namespace, goes after its tags and with its children, and comes back', async t => {
	const made = await openHub(t);
	const {app, server, repository, index, children} = made;
	const manifests = new Map(repository.manifests);
	const tags = new Map(repository.tags);
	t.regex(app.frame(), /ann/v);
	await app.press('enter');
	t.regex(app.frame(), /v1\.0/v);
	await app.press('space', 'd');
	t.regex(app.frame(), /Saving reads 3 manifests\. Docker Hub counts/v);
	await app.typeText(`delete 3 from ${server.host}`);
	const before = server.requests.length;
	await app.press('enter');
	const reads = server.requests
		.slice(before)
		.filter(({method, path}) => method === 'GET' && path.includes('sha256:'))
		.filter(({path}) => path.includes('/manifests/'));
	t.is(reads.length, 3);
	t.deepEqual(listDeletions(server), [
		'POST auth/token 200',
		'DELETE repositories/ann/app/tags/v1/ 204',
		'DELETE repositories/ann/app/tags/v1.0/ 204',
		...[index, ...children].map(digest => deletionOf('ann/app', digest)),
	]);
	await app.press('u', 'y');
	t.regex(app.frame(), /put back 3/v);
	t.deepEqual(
		[...repository.manifests.keys()].toSorted(),
		[...manifests.keys()].toSorted(),
	);
	t.deepEqual(new Map(repository.tags), tags);
});

test('safeguard 8: what Docker Hub keeps because something refers to it keeps its tags, and the next step is not held up', async t => {
	const made = await openHub(t, {path: 'ann/app'});
	const {app, server, behaviour, repository, old, stays} = made;
	behaviour.kept.add(old);
	await app.press('down', 'space', 'space', 'd');
	await app.typeText(`delete 2 from ${server.host}`);
	await app.press('enter');
	t.regex(app.frame(), /still refers to it/v);
	t.is(repository.tags.get('old'), old);
	t.true(repository.manifests.has(old));
	t.false(repository.manifests.has(stays));
	t.is(
		listDeletions(server).filter(line => line.includes(` ${old} `)).length,
		1,
	);
});

test('what is accepted with 500 and done later is looked at patiently, and not asked for again', async t => {
	const made = await openHub(t, {path: 'ann/app'});
	const {app, server, behaviour, repository, old} = made;
	behaviour.late.set(old, 7);
	await app.press('down', 'space', 'd');
	await app.typeText(`delete 1 from ${server.host}`);
	await app.press('enter');
	t.regex(app.state().farewell.join(' '), /deleted 1/v);
	t.false(repository.manifests.has(old));
	t.deepEqual(listDeletions(server).slice(1), [
		'DELETE repositories/ann/app/tags/old/ 204',
		`DELETE ann/app ${old} 500`,
	]);
});

test('what is accepted with 500 and not done keeps its tag, and nothing says that it is deleted', async t => {
	const made = await openHub(t, {path: 'ann/app'});
	const {app, server, behaviour, repository, old} = made;
	behaviour.late.set(old, 1000);
	await app.press('down', 'space', 'd');
	await app.typeText(`delete 1 from ${server.host}`);
	await app.press('enter');
	t.regex(app.frame(), /failed/v);
	t.is(repository.tags.get('old'), old);
	t.is(
		listDeletions(server).filter(line => line.includes(` ${old} 500`)).length,
		1,
	);
});

test('where the pull limit is reached no further step begins, and the screen says until when', async t => {
	const {app, server, behaviour, repository} = await openHub(t, {
		path: 'ann/app',
		more: 80,
	});
	const marks = Array.from({length: 40}, () => 'space' as const);
	await app.press('down', ...marks, 'd');
	t.regex(app.frame(), /Saving reads 40 manifests/v);
	await app.typeText(`delete 40 from ${server.host}`);
	behaviour.pulls = 1;
	await app.press('enter');
	t.regex(app.frame(), /deleted 1, failed \d+, not reached \d+/v);
	t.regex(
		app.frame(),
		/no\s+more\s+until\s+2026-11-22\s+06:\d\d\s+UTC\s+at\s+the\s+latest/v,
	);
	t.is(repository.tags.size, 84);
	t.is(listDeletions(server).length, 3);
	const refused = server.requests.filter(({status}) => status === 429);
	t.true(refused.length <= 32);
});

test('a tag goes alone, by the API, with a token that is renewed', async t => {
	const {app, server, behaviour, repository, index} = await openHub(t, {
		path: 'ann/app',
	});
	await app.press('t', 'enter', 'enter');
	behaviour.tokens.clear();
	behaviour.tokens.add('of somebody else');
	await app.typeText(`remove v1 from ${server.host}`);
	await app.press('enter');
	t.deepEqual(listDeletions(server).slice(1), [
		'DELETE repositories/ann/app/tags/v1/ 401',
		'POST auth/token 200',
		'DELETE repositories/ann/app/tags/v1/ 204',
	]);
	t.is(repository.tags.get('v1.0'), index);
	t.true(repository.manifests.has(index));
});
