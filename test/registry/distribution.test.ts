import test from 'ava';
import {addImage} from '../../source/demo/build-content.js';
import {
	computeDigest,
	ensureRepository,
	type RegistryContent,
} from '../../source/demo/registry-content.js';
import {type Digest, parseDigest} from '../../source/oci/digest.js';
import type {Registry} from '../../source/world.js';
import {
	catchSentence,
	listRequests,
	readAll,
	signal,
	startRegistry,
} from './_embedded.js';

const brand = (text: string): Digest => {
	const digest = parseDigest(text);
	if (!digest) {
		throw new TypeError(`${text} is no digest`);
	}

	return digest;
};

const listPages = async (registry: Registry): Promise<string[][]> => {
	const pages: string[][] = [];
	for await (const page of registry.listRepositories(signal)) {
		pages.push([...page]);
	}

	return pages;
};

test('repositories come in the pages of the catalog', async t => {
	const {registry, content, embedded} = await startRegistry(t, {pageSize: 2});
	for (const name of ['e', 'd/x', 'c', 'b', 'a/y/z']) {
		ensureRepository(content, name);
	}

	t.deepEqual(await listPages(registry), [['a/y/z', 'b'], ['c', 'd/x'], ['e']]);
	t.deepEqual(listRequests(embedded), [
		'GET /v2/_catalog?last=b&n=2',
		'GET /v2/_catalog?last=d%2Fx&n=2',
		'GET /v2/_catalog?n=1000',
	]);
});

test('a registry without repositories lists none', async t => {
	const {registry} = await startRegistry(t, {});
	t.deepEqual(await listPages(registry), [[]]);
});

test('names that no repository may have are left out, and that is said', async t => {
	const repositories = ['fine', '../../etc', 'UPPER', 'a b', 7, null, ''];
	const {registry, embedded} = await startRegistry(t, {
		intercept(_request, response) {
			response.end(JSON.stringify({repositories}));
			return true;
		},
	});
	t.deepEqual(await listPages(registry), [['fine']]);
	const said: string[] = [];
	const pages = registry.listRepositories(signal, sentence => {
		said.push(sentence);
	});
	for await (const names of pages) {
		t.deepEqual(names, ['fine']);
	}

	t.deepEqual(said, [
		`${embedded.host} lists 6 names that no repository may have (the first is "../../etc"); they were not read.`,
	]);
});

test('a catalog that is denied is a sentence', async t => {
	const {registry, embedded} = await startRegistry(t, {catalog: 'denied'});
	const sentence = await catchSentence(t, listPages(registry));
	t.is(
		sentence,
		`${embedded.host} does not allow this with your login (403 DENIED: requested access to the resource is denied). Ask for the right, or log in as somebody who has it.`,
	);
});

test('a repository has tags or not, and an unknown one has none', async t => {
	const {registry, content, embedded} = await startRegistry(t, {});
	addImage(content, 'app', {tags: ['v1', 'v2'], layers: []});
	ensureRepository(content, 'empty');
	t.truthy(await registry.findRepository('app', signal));
	t.is(await registry.findRepository('empty', signal), undefined);
	t.is(await registry.findRepository('none', signal), undefined);
	t.is(embedded.requests.length, 3);
});

test('whether a repository has tags may be denied', async t => {
	const {registry} = await startRegistry(t, {
		intercept(_request, response) {
			response.writeHead(403).end();
			return true;
		},
	});
	const sentence = await catchSentence(
		t,
		registry.findRepository('app', signal),
	);
	t.regex(sentence, /does not allow this/);
});

test('a tag and a digest are resolved by HEAD', async t => {
	const {registry, content, embedded} = await startRegistry(t, {});
	const {digest} = addImage(content, 'app', {tags: ['v1'], layers: []});
	t.is(await registry.resolve('app', 'v1', signal), brand(digest));
	t.is(await registry.resolve('app', digest, signal), brand(digest));
	t.is(await registry.resolve('app', 'v2', signal), undefined);
	t.is(await registry.resolve('app', computeDigest('none'), signal), undefined);
	t.true(embedded.requests.every(({method}) => method === 'HEAD'));
});

test('what a tag means may not be told', async t => {
	const {registry} = await startRegistry(t, {
		intercept(_request, response) {
			response.writeHead(500).end();
			return true;
		},
	});
	const sentence = await catchSentence(
		t,
		registry.resolve('app', 'v1', signal),
	);
	t.regex(sentence, /failed \(500\)/);
});

const fill = (content: RegistryContent) => {
	const {digest} = addImage(content, 'app', {tags: ['v1'], layers: []});
	addImage(content, 'app', {tags: ['v2'], layers: [{size: 1, seed: 'other'}]});
	return brand(digest);
};

test('a delete by digest is accepted, and then there is nothing to delete', async t => {
	const {registry, content, embedded} = await startRegistry(t, {});
	const digest = fill(content);
	t.deepEqual(await registry.deleteManifest('app', digest, signal), {
		kind: 'accepted',
		status: 202,
	});
	t.deepEqual(await registry.deleteManifest('app', digest, signal), {
		kind: 'absent',
	});
	const path = `DELETE /v2/app/manifests/${digest}`;
	t.deepEqual(listRequests(embedded), [path, path]);
	t.deepEqual([...ensureRepository(content, 'app').tags.keys()], ['v2']);
});

test('a registry that allows no deletes refuses the whole repository, with the remedy', async t => {
	const {registry, content} = await startRegistry(t, {deletes: 'disabled'});
	const reply = await registry.deleteManifest('app', fill(content), signal);
	t.like(reply, {
		kind: 'refused',
		scope: 'repository',
		status: 405,
		reason: registry.capabilities.deletesDisabledRemedy,
	});
	t.is(ensureRepository(content, 'app').manifests.size, 2);
});

const unsupported = '{"errors": [{"code": "UNSUPPORTED", "message": "no"}]}';
const denied = '{"errors": [{"code": "DENIED", "message": "not you"}]}';

const refusals: ReadonlyArray<
	readonly [number, string, 'repository' | 'host' | 'digest', RegExp]
> = [
	[405, '', 'repository', /REGISTRY_STORAGE_DELETE_ENABLED=true/],
	[400, unsupported, 'repository', /REGISTRY_STORAGE_DELETE_ENABLED=true/],
	[400, '', 'digest', /refused it: 400$/],
	[401, denied, 'host', /refused it: 401 DENIED not you$/],
	[403, denied, 'host', /refused it: 403 DENIED not you$/],
	[409, denied, 'digest', /refused it: 409 DENIED not you$/],
	[412, '<html>', 'digest', /refused it: 412$/],
];

for (const [status, body, scope, reason] of refusals) {
	test(`${status} ${body} to a delete is a no for the ${scope}`, async t => {
		const {registry, content, embedded} = await startRegistry(t, {
			intercept(_request, response) {
				response.writeHead(status).end(body);
				return true;
			},
		});
		const reply = await registry.deleteManifest('app', fill(content), signal);
		t.like(reply, {kind: 'refused', scope, status});
		t.regex(reply.kind === 'refused' ? reply.reason : '', reason);
		t.is(embedded.requests.length, 1);
	});
}

for (const [what, status] of [
	['500', 500],
	['503', 503],
	['a redirect', 307],
	['a cut connection', 0],
] as const) {
	test(`after ${what} it is not clear whether a delete was done, and it is not sent again`, async t => {
		const {registry, content, embedded} = await startRegistry(t, {
			intercept(_request, response) {
				if (status === 0) {
					response.destroy();
				} else {
					response.writeHead(status, {location: '/elsewhere'}).end();
				}

				return true;
			},
		});
		const reply = await registry.deleteManifest('app', fill(content), signal);
		t.is(reply.kind, 'unclear');
		t.true(reply.kind === 'unclear' && reply.reason.startsWith(embedded.host));
		t.is(embedded.requests.length, 1);
	});
}

test('safeguard 5: under --read-only a delete is held back', async t => {
	const {registry, content, embedded} = await startRegistry(t, {
		readOnly: true,
	});
	const digest = fill(content);
	t.deepEqual(await registry.deleteManifest('app', digest, signal), {
		kind: 'held',
	});
	t.is(await registry.resolve('app', digest, signal), digest);
	t.deepEqual(listRequests(embedded), [`HEAD /v2/app/manifests/${digest}`]);
	t.is(ensureRepository(content, 'app').manifests.size, 2);
});

test('an aborted delete ends by its reason', async t => {
	const stop = new AbortController();
	const reason = new Error('the operator left');
	const {registry, content} = await startRegistry(t, {
		intercept() {
			stop.abort(reason);
			return true;
		},
	});
	const reply = registry.deleteManifest('app', fill(content), stop.signal);
	const error = await t.throwsAsync(reply);
	t.is(error, reason);
});

test('what the operator waits for overtakes a thousand requests of the background, and a batch both', async t => {
	const atOnce = 16;
	let letGo: () => void = () => undefined;
	const held = new Promise<void>(resolve => {
		letGo = resolve;
	});
	let arrived = 0;
	const {registry, embedded} = await startRegistry(t, {
		async intercept() {
			arrived++;
			if (arrived === atOnce) {
				letGo();
			}

			await held;
			return false;
		},
	});
	const background = registry.withUrgency(() => 'background');
	const batch = registry.withUrgency(() => 'batch');
	const all = [
		...Array.from({length: 1000}, async (_, number) =>
			background.resolve('app', `background-${number}`, signal),
		),
		registry.resolve('app', 'screen', signal),
		batch.resolve('app', 'batch', signal),
	];
	await Promise.all(all);
	const tags = embedded.requests.map(({path}) => path.split('/').at(-1));
	t.is(tags.length, 1002);
	t.deepEqual(tags.slice(atOnce, atOnce + 2), ['batch', 'screen']);
});

test('how urgent requests are is asked at each of them', async t => {
	const {registry, content, embedded} = await startRegistry(t, {});
	let asked = 0;
	const view = registry.withUrgency(() => {
		asked++;
		return 'background';
	});
	addImage(content, 'app', {tags: ['v1', 'v2'], layers: []});
	await readAll(view, 'app');
	t.is(asked, embedded.requests.length);
	embedded.requests.length = 0;
	await readAll(registry, 'app');
	t.true(
		listRequests(embedded).every(
			request => request.startsWith('HEAD') || request.includes('tags/list'),
		),
		'both know the same',
	);
});
