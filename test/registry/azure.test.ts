import {Buffer} from 'node:buffer';
import test, {type ExecutionContext} from 'ava';
import {
	addImage,
	addIndex,
	addManifest,
} from '../../source/demo/build-content.js';
import {addReferrer} from '../../source/demo/build-referrers.js';
import {ensureRepository} from '../../source/demo/registry-content.js';
import type {Credentials} from '../../source/http/credentials.js';
import {capabilitiesOf, kindOfHost} from '../../source/registry/kinds.js';
import {openRegistry} from '../../source/registry/open-registry.js';
import type {Registry} from '../../source/world.js';
import {
	type AzureTokens,
	createAzureRegistry,
	createAzureTokens,
} from '../helpers/azure-registry.js';
import {
	startRegistry as startEmbedded,
	digestOf,
} from '../helpers/journey-world.js';
import {catchSentence, listRequests, readAll, signal} from './_embedded.js';

/** An Azure registry, and jetsam's view of it, opened as an operator opens it. */
const startAzure = async (t: ExecutionContext, login?: Credentials) => {
	const {server, faults} = await startEmbedded(t, {
		dialect: {referrers: 'served'},
	});
	const {content} = server;
	const azure = createAzureRegistry(content);
	faults.intercept = azure.intercept;
	return {
		server,
		content,
		behaviour: azure.behaviour,
		open: async (): Promise<Registry> =>
			openRegistry(server.host, {
				settings: {
					readOnly: false,
					insecureHosts: [],
					proxies: {http: undefined, https: undefined, none: undefined},
					retryPause: 1,
					now: () => Date.now(),
				},
				logins: new Map(login ? [[server.host, login]] : []),
				kind: 'azure',
				signal,
			}),
	};
};

const image = {layers: [{size: 1000, seed: 'a'}]};

/** So many images with a tag each. */
const addMany = (
	content: Parameters<typeof addImage>[0],
	repository: string,
	count: number,
) =>
	Array.from({length: count}, (_, number) =>
		digestOf(
			addImage(content, repository, {
				...image,
				tags: [`v${number}`],
				annotations: {number: String(number)},
			}),
		),
	);

for (const [host, kind] of [
	['shop.azurecr.io', 'azure'],
	['shop.azurecr.cn', 'azure'],
	['shop.azurecr.us', 'azure'],
	['shop.azurecr.io.example', undefined],
	['azurecr.io', undefined],
] as const) {
	test(`${host} is ${kind ?? 'of no known kind'}`, t => {
		t.is(kindOfHost(host), kind);
	});
}

test('what it can do is said in sentences, soft delete too', t => {
	const {undoes, listsUntagged, deletesReferrers, whyNoTagRemoval} =
		capabilitiesOf('azure');
	t.regex(undoes, /soft delete/);
	t.true(listsUntagged);
	t.true(deletesReferrers);
	t.is(whyNoTagRemoval, undefined);
});

test('a repository is read from the lists: untagged digests, times and sizes, what indexes name, and no config', async t => {
	const {content, behaviour, server, open} = await startAzure(t);
	const child = addImage(content, 'shop/app', image);
	const index = addIndex(content, 'shop/app', {
		tags: ['v1'],
		children: [child],
	});
	const lone = addImage(content, 'shop/app', {
		...image,
		annotations: {lone: 'yes'},
	});
	behaviour.times.set(lone.digest, '2025-03-04T05:06:07.8901234Z');
	const registry = await open();
	server.requests.length = 0;
	const {records, gaps, parts} = await readAll(registry, 'shop/app');
	t.deepEqual(gaps, []);
	t.is(records.size, 3);
	t.is(parts.at(-1)?.tagsListed, 1);
	t.like(records.get(lone.digest), {
		tags: [],
		uploaded: '2025-03-04T05:06:07.8901234Z',
		platforms: ['linux/amd64'],
		state: 'loaded',
		locked: undefined,
	});
	t.like(records.get(index.digest), {
		tags: ['v1'],
		children: [child.digest],
		state: 'loaded',
	});
	t.deepEqual(
		listRequests(server).filter(request => !request.includes('/manifests/')),
		[
			'GET /acr/v1/shop/app',
			'GET /acr/v1/shop/app/_manifests?n=1000',
			'GET /acr/v1/shop/app/_tags?n=1000',
		],
	);
	t.is(server.requests.length, 6);
	server.requests.length = 0;
	await readAll(registry, 'shop/app');
	t.is(server.requests.length, 3, 'what is known is not read again');
});

for (const link of [
	'relative',
	'absolute',
	'elsewhere',
	'malformed',
	'none',
] as const) {
	test(`all pages are read where a link is ${link}`, async t => {
		const {content, behaviour, server, open} = await startAzure(t);
		const digests = addMany(content, 'shop/app', 230);
		behaviour.link = link;
		behaviour.mostEntries = 100;
		behaviour.isEmptyNull = true;
		const registry = await open();
		const {records, gaps} = await readAll(registry, 'shop/app');
		t.deepEqual(gaps, []);
		t.deepEqual([...records.keys()].toSorted(), digests.toSorted());
		t.true([...records.values()].every(({tags}) => tags.length === 1));
		t.is(
			server.requests.filter(({path}) => path.includes('_manifests')).length,
			3,
		);
	});
}

test('a full page that names no next one is asked on after, to an empty one, which may be null', async t => {
	const {content, behaviour, open} = await startAzure(t);
	addMany(content, 'shop/app', 200);
	behaviour.link = 'none';
	behaviour.mostEntries = 100;
	behaviour.isEmptyNull = true;
	const {records, gaps} = await readAll(await open(), 'shop/app');
	t.is(records.size, 200);
	t.deepEqual(gaps, []);
});

test('a page that is repeated for ever ends the reading with a sentence', async t => {
	const {content, behaviour, open} = await startAzure(t);
	addMany(content, 'shop/app', 3);
	const registry = await open();
	behaviour.repeats = true;
	const sentence = await catchSentence(t, readAll(registry, 'shop/app'));
	t.regex(sentence, /gives the same page of its list again/);
});

test('an entry that cannot be read is a gap', async t => {
	const {content, behaviour, open} = await startAzure(t);
	addMany(content, 'shop/app', 1);
	ensureRepository(content, 'shop/app').manifests.set('sha256:short', {
		bytes: Buffer.from('{}'),
		mediaType: 'application/json',
	});
	behaviour.mostEntries = 100;
	const {gaps} = await readAll(await open(), 'shop/app');
	t.deepEqual(gaps, [
		"The registry's list of manifests of shop/app has an entry that cannot be read.",
	]);
});

test('tags that an entry leaves out come from their own list', async t => {
	const {content, behaviour, open} = await startAzure(t);
	const tags = Array.from({length: 14}, (_, number) => `v${number + 10}`);
	const {digest} = addImage(content, 'shop/app', {...image, tags});
	behaviour.mostTags = 10;
	const {records, parts} = await readAll(await open(), 'shop/app');
	t.deepEqual(records.get(digest)?.tags, tags);
	t.is(parts.at(-1)?.tagsListed, 14);
});

test('a manifest whose bytes are others is told, and is a gap where it may be an index', async t => {
	const {content, open} = await startAzure(t);
	const index = addIndex(content, 'shop/app', {tags: ['x'], children: []});
	ensureRepository(content, 'shop/app').manifests.set(index.digest, {
		mediaType: index.mediaType,
		bytes: Buffer.from('{"schemaVersion": 2, "manifests": []}'),
	});
	const {records, gaps} = await readAll(await open(), 'shop/app');
	t.is(records.get(index.digest)?.state, 'unreadable');
	t.regex(gaps.join(' '), /do not match their digest/);
});

test('a lock on a digest, on one of its tags and on its repository is told', async t => {
	const {content, behaviour, open} = await startAzure(t);
	const [own, tagged, free] = addMany(content, 'shop/app', 3);
	const [all] = addMany(content, 'shop/kept', 1);
	behaviour.locks.set(`shop/app@${own}`, 'deleteEnabled');
	behaviour.locks.set('shop/app:v1', 'writeEnabled');
	behaviour.locks.set('shop/kept', 'deleteEnabled');
	const registry = await open();
	const {records} = await readAll(registry, 'shop/app');
	const lockOf = (digest: string | undefined) =>
		records.get(digest ?? '')?.locked;
	t.is(lockOf(own), 'The registry has locked it (deleteEnabled is false).');
	t.is(
		lockOf(tagged),
		'The registry has locked its tag v1 (writeEnabled is false).',
	);
	t.is(lockOf(free), undefined);
	const kept = await readAll(registry, 'shop/kept');
	t.is(
		kept.records.get(all ?? '')?.locked,
		'The registry has locked the whole repository (deleteEnabled is false).',
	);
});

test('what is locked is refused about itself; what is gone is absent; a tag goes alone', async t => {
	const {content, behaviour, server, open} = await startAzure(t);
	const [locked, other] = addMany(content, 'shop/app', 2);
	behaviour.locks.set(`shop/app@${locked}`, 'writeEnabled');
	behaviour.locks.set('shop/app:v0', 'writeEnabled');
	const registry = await open();
	t.like(await registry.deleteManifest('shop/app', locked!, signal), {
		kind: 'refused',
		scope: 'digest',
		status: 405,
	});
	t.like(await registry.deleteTag('shop/app', 'v0', signal), {
		kind: 'refused',
		scope: 'digest',
	});
	t.deepEqual(await registry.deleteTag('shop/app', 'v9', signal), {
		kind: 'absent',
	});
	t.like(await registry.deleteTag('shop/app', 'v1', signal), {
		kind: 'accepted',
	});
	t.is(await registry.resolve('shop/app', other!, signal), other);
	t.like(await registry.deleteManifest('shop/app', other!, signal), {
		kind: 'accepted',
	});
	t.deepEqual(await registry.deleteManifest('shop/app', other!, signal), {
		kind: 'absent',
	});
	t.true(
		server.requests.some(
			({method, path}) =>
				method === 'DELETE' && path === '/acr/v1/shop/app/_tags/v1',
		),
	);
});

test('the catalog is listed in pages, in smaller ones where the registry fails over large ones', async t => {
	const {content, behaviour, server, open} = await startAzure(t);
	const names = Array.from(
		{length: 25},
		(_, number) => `shop/app-${number + 10}`,
	);
	for (const name of names) {
		addMany(content, name, 1);
	}

	const list = async (registry: Registry) => {
		const found: string[] = [];
		for await (const page of registry.listRepositories(signal)) {
			found.push(...page);
		}

		return found;
	};

	const registry = await open();
	server.requests.length = 0;
	t.deepEqual(await list(registry), names);
	t.is(server.requests.length, 1);
	behaviour.catalogLimit = 100;
	t.deepEqual(await list(registry), names);
	behaviour.catalogLimit = 5;
	t.regex(await catchSentence(t, list(registry)), /failed \(502\)/);
	behaviour.catalog = 'denied';
	t.regex(
		await catchSentence(t, list(registry)),
		/does not let this login list its repositories \(403\).*Catalog Lister/,
	);
});

test('a path is a repository where the registry says something of it', async t => {
	const {content, open} = await startAzure(t);
	addMany(content, 'shop/app', 1);
	const registry = await open();
	t.truthy(await registry.findRepository('shop/app', signal));
	t.is(await registry.findRepository('shop', signal), undefined);
});

test('429 is waited for', async t => {
	const {content, behaviour, open} = await startAzure(t);
	addMany(content, 'shop/app', 3);
	behaviour.busy = 4;
	const {records, gaps} = await readAll(await open(), 'shop/app');
	t.is(records.size, 3);
	t.deepEqual(gaps, []);
});

test('what the registry does not have is told', async t => {
	const {open} = await startAzure(t);
	t.regex(
		await catchSentence(t, readAll(await open(), 'shop/none')),
		/does not know it \(404/,
	);
});

test('a referrer without a tag is listed with what it is about', async t => {
	const {content, open} = await startAzure(t);
	const subject = addImage(content, 'shop/app', {...image, tags: ['v1']});
	const {digest} = addReferrer(content, 'shop/app', {
		subject,
		artifactType: 'application/spdx+json',
		payload: 'bill',
	});
	const {records} = await readAll(await open(), 'shop/app');
	t.is(records.get(digest)?.subject, digestOf(subject));
	t.is(records.get(digest)?.artifactType, 'application/spdx+json');
});

test('a manifest of a type that only the list knows keeps it', async t => {
	const {content, open} = await startAzure(t);
	const {digest} = addManifest(content, 'shop/app', {
		bytes: JSON.stringify({schemaVersion: 2}),
		mediaType: 'application/vnd.example+json',
		tags: ['odd'],
	});
	const {records} = await readAll(await open(), 'shop/app');
	t.is(records.get(digest)?.mediaType, 'application/vnd.example+json');
});

/** Lists the catalog, reads a repository, deletes a digest and removes a tag; resolves to what tokens were asked for. */
const useLogin = async (
	t: ExecutionContext,
	login: Credentials | undefined,
	tokens: AzureTokens,
) => {
	const {content, behaviour, open, server} = await startAzure(t, login);
	const [digest] = addMany(content, 'shop/app', 3);
	behaviour.tokens = tokens;
	const registry = await open();
	await registry.listRepositories(signal)[Symbol.asyncIterator]().next();
	const {records, gaps} = await readAll(registry, 'shop/app');
	t.is(records.size, 3);
	t.deepEqual(gaps, []);
	t.like(await registry.deleteManifest('shop/app', digest!, signal), {
		kind: 'accepted',
	});
	t.like(await registry.deleteTag('shop/app', 'v1', signal), {
		kind: 'accepted',
	});
	return {registry, server, behaviour, asked: tokens.asked};
};

const allAsked = (grant: string): string[] => [
	`POST /oauth2/token ${grant} azure.invalid`,
	`POST /oauth2/token ${grant} azure.invalid registry:catalog:*`,
	`POST /oauth2/token ${grant} azure.invalid repository:shop/app:pull,metadata_read`,
	`POST /oauth2/token ${grant} azure.invalid repository:shop/app:delete`,
];

for (const isByRepository of [false, true]) {
	test(`a token of Microsoft Entra is exchanged once, ${isByRepository ? 'where each repository has permissions of its own' : 'and then traded in by scope'}`, async t => {
		const tokens = createAzureTokens({
			entra: new Set(['entra']),
			isByRepository,
		});
		const login = {username: '', password: '', entraToken: 'entra'};
		const {asked, registry, behaviour} = await useLogin(t, login, tokens);
		t.deepEqual(asked, [
			'POST /oauth2/exchange access_token azure.invalid',
			...allAsked('refresh_token'),
		]);
		asked.length = 0;
		tokens.granted.clear();
		tokens.refresh.clear();
		await readAll(registry, 'shop/app');
		t.is(
			asked.filter(each => each.includes('exchange')).length,
			1,
			'a refresh token that holds no more is exchanged for anew',
		);
		behaviour.tokens = createAzureTokens();
		t.regex(
			await catchSentence(t, readAll(registry, 'shop/app')),
			/does not take the login of Microsoft Entra \(401\).*az login/,
		);
	});
}

test('what docker keeps under the name of nobody is a refresh token', async t => {
	const tokens = createAzureTokens({refresh: new Set(['kept'])});
	const username = '00000000-0000-0000-0000-000000000000';
	const login = {username, password: 'kept'};
	const {asked} = await useLogin(t, login, tokens);
	t.deepEqual(asked, allAsked('refresh_token'));
	const {behaviour, open} = await startAzure(t, login);
	behaviour.tokens = createAzureTokens();
	t.regex(await catchSentence(t, open()), /does not accept the login/);
});

test('an identity token is one too, and a user and a password are sent by Basic', async t => {
	const tokens = createAzureTokens({refresh: new Set(['kept'])});
	const login = {username: '', password: '', identityToken: 'kept'};
	const {asked} = await useLogin(t, login, tokens);
	t.deepEqual(asked, allAsked('refresh_token'));
	const byName = await useLogin(
		t,
		{username: 'shop', password: 'pw'},
		createAzureTokens({passwords: new Map([['shop', 'pw']])}),
	);
	t.is(
		byName.asked.at(-1),
		'GET /oauth2/token  azure.invalid repository:shop/app:delete',
	);
});

test('a token that holds no more is asked for anew in the middle of a reading', async t => {
	const tokens = createAzureTokens({refresh: new Set(['kept'])});
	const login = {username: '', password: '', identityToken: 'kept'};
	const {content, behaviour, open} = await startAzure(t, login);
	addMany(content, 'shop/app', 30);
	behaviour.tokens = tokens;
	behaviour.mostEntries = 10;
	const registry = await open();
	let parts = 0;
	let found = 0;
	for await (const {records} of registry.readRepository('shop/app', signal)) {
		found += records.length;
		parts++;
		if (parts === 1) {
			tokens.granted.clear();
		}
	}

	t.true(found >= 30);
	t.true(parts > 1);
	t.is(
		tokens.asked.filter(each => each.includes('pull,metadata_read')).length,
		2,
	);
});
