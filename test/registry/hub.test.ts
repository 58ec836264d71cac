import test, {type ExecutionContext} from 'ava';
import {addImage, addIndex} from '../../source/demo/build-content.js';
import type {Credentials} from '../../source/http/credentials.js';
import {parseWhere} from '../../source/oci/reference.js';
import {kindOfHost} from '../../source/registry/kinds.js';
import {openRegistry} from '../../source/registry/open-registry.js';
import type {Registry} from '../../source/world.js';
import {createHubRegistry} from '../helpers/hub-registry.js';
import {
	addPlatforms,
	digestOf,
	startRegistry as startEmbedded,
} from '../helpers/journey-world.js';
import {catchSentence, listRequests, readAll, signal} from './_embedded.js';

const ann = {username: 'ann', password: 'secret of ann'};

/** Docker Hub's registry and its API, which are two hosts, and jetsam's view of them. */
const startHub = async (
	t: ExecutionContext,
	{
		login,
		now = () => Date.now(),
	}: {login?: Credentials; now?: () => number} = {},
) => {
	const {server, faults} = await startEmbedded(t);
	const {content} = server;
	const hub = createHubRegistry(content);
	faults.intercept = hub.registry;
	const api = await startEmbedded(t, {content});
	api.faults.intercept = hub.api;
	return {
		server,
		api: api.server,
		content,
		behaviour: hub.behaviour,
		open: async (): Promise<Registry> =>
			openRegistry(server.host, {
				settings: {
					readOnly: false,
					insecureHosts: [],
					proxies: {http: undefined, https: undefined, none: undefined},
					retryPause: 1,
					now,
				},
				logins: new Map(login ? [[server.host, login]] : []),
				kind: 'docker-hub',
				vendorOrigin: api.server.url,
				signal,
			}),
	};
};

const layers = [{size: 1000, seed: 'a'}];

const listNames = async (registry: Registry): Promise<readonly string[]> => {
	const names: string[] = [];
	for await (const page of registry.listRepositories(signal)) {
		names.push(...page);
	}

	return names.toSorted();
};

for (const [address, host, path] of [
	['docker.io', 'docker.io', undefined],
	['index.docker.io/ann/app', 'docker.io', 'ann/app'],
	['registry-1.docker.io/ann/app', 'docker.io', 'ann/app'],
	['https://registry.hub.docker.com/ann', 'docker.io', 'ann'],
	['https://hub.docker.com/r/ann/app/', 'docker.io', 'ann/app'],
	['hub.docker.com/r', 'docker.io', 'r'],
	['docker.io.example/r/ann', 'docker.io.example', 'r/ann'],
] as const) {
	test(`${address} is at ${host}`, t => {
		const where = parseWhere(address);
		t.deepEqual([where?.host, where?.path], [host, path]);
		t.is(kindOfHost(host), host === 'docker.io' ? 'docker-hub' : undefined);
	});
}

test('the repositories of who is logged in are listed, and those of a namespace that was asked about', async t => {
	const {content, behaviour, open} = await startHub(t, {login: ann});
	behaviour.passwords.set(ann.username, ann.password);
	behaviour.mostEntries = 2;
	for (const name of ['ann/a', 'ann/b', 'ann/c', 'team/x', 'other/y']) {
		addImage(content, name, {tags: ['v1'], layers});
	}

	const registry = await open();
	t.deepEqual(await listNames(registry), ['ann/a', 'ann/b', 'ann/c']);
	t.false(await registry.hasTags('team', signal));
	t.false(await registry.hasTags('nobody', signal));
	t.true(await registry.hasTags('team/x', signal));
	t.false(await registry.hasTags('team/none', signal));
	t.false(await registry.hasTags('team/x/deep', signal));
	t.deepEqual(await listNames(registry), ['ann/a', 'ann/b', 'ann/c', 'team/x']);
});

test('without a login and a namespace a sentence says that one has to be named', async t => {
	const {open} = await startHub(t);
	const registry = await open();
	t.regex(
		await catchSentence(t, listNames(registry)),
		/one namespace at a time\. Name one/v,
	);
});

test('tags come from the API with platforms, sizes and times; only an index is read', async t => {
	const {content, behaviour, server, api, open} = await startHub(t);
	behaviour.mostEntries = 1;
	behaviour.times.set('v2', '2026-03-01T00:00:00.5Z');
	const [index, ...children] = addPlatforms(content, 'ann/app', {
		tags: ['v1', 'v2'],
		architectures: ['amd64', 'arm64'],
	});
	const single = digestOf(
		addImage(content, 'ann/app', {tags: ['single'], layers, docker: true}),
	);
	const registry = await open();
	const {records, gaps} = await readAll(registry, 'ann/app');
	t.deepEqual(gaps, []);
	t.deepEqual(
		[...records.keys()].toSorted(),
		[index, ...children, single].toSorted(),
	);
	t.like(records.get(index), {
		tags: ['v1', 'v2'],
		children,
		uploaded: '2026-03-01T00:00:00.5Z',
		platforms: ['linux/amd64', 'linux/arm64'],
		state: 'loaded',
	});
	t.like(records.get(single), {
		tags: ['single'],
		platforms: ['linux/amd64'],
		uploaded: '2026-01-01T08:00:00.123456Z',
		state: 'loaded',
	});
	t.true(records.get(index)!.size! > records.get(children[0]!)!.size! * 2);
	t.deepEqual(
		listRequests(server).filter(request => !request.endsWith(' /v2/')),
		[`GET /v2/ann/app/manifests/${index}`],
	);
	t.is(api.requests.length, 3);
});

test('the login goes to the API alone, its token is renewed, and neither goes anywhere else', async t => {
	const {content, behaviour, server, api, open} = await startHub(t, {
		login: ann,
	});
	behaviour.passwords.set(ann.username, ann.password);
	addPlatforms(content, 'ann/app', {tags: ['v1'], architectures: ['amd64']});
	addImage(content, 'ann/app', {tags: ['v2'], layers});
	const registry = await open();
	await readAll(registry, 'ann/app');
	behaviour.tokens.clear();
	behaviour.tokens.add('of somebody else');
	const background = registry.withUrgency(() => 'background');
	t.deepEqual((await readAll(background, 'ann/app')).gaps, []);
	t.deepEqual(await registry.deleteTag('ann/app', 'v2', signal), {
		kind: 'accepted',
		status: 204,
	});
	t.deepEqual(
		api.requests.map(({method, path, status, authorization = ''}) =>
			[method, path.replace(/\?.*$/v, ''), status, authorization]
				.join(' ')
				.trim(),
		),
		[
			'POST /v2/auth/token 200',
			'GET /v2/namespaces/ann/repositories/app/tags 200 Bearer api-token-1',
			'GET /v2/namespaces/ann/repositories/app/tags 401 Bearer api-token-1',
			'POST /v2/auth/token 200',
			'GET /v2/namespaces/ann/repositories/app/tags 200 Bearer api-token-2',
			'DELETE /v2/repositories/ann/app/tags/v2/ 204 Bearer api-token-2',
		],
	);
	t.true(
		server.requests.every(({authorization}) => authorization === undefined),
	);
});

for (const [what, login, sentence] of [
	[
		'a wrong password',
		{...ann, password: 'wrong'},
		/does not accept the login of this machine \(401\)/v,
	],
	['a password that wants a second factor', ann, /second factor/v],
	[
		'a token of the registry only',
		{username: '', password: '', identityToken: 'of a browser'},
		/only the registry takes/v,
	],
] as const) {
	test(`with ${what} everybody's part is read, and a tag stays with the reason`, async t => {
		const {content, behaviour, open} = await startHub(t, {login});
		behaviour.passwords.set(ann.username, ann.password);
		behaviour.wantsSecondFactor = true;
		addImage(content, 'ann/app', {tags: ['v1'], layers});
		const registry = await open();
		const {records, gaps} = await readAll(registry, 'ann/app');
		t.is(records.size, 1);
		t.deepEqual(gaps, []);
		const reply = await registry.deleteTag('ann/app', 'v1', signal);
		t.like(reply, {kind: 'refused', scope: 'host', status: 401});
		t.regex(reply.kind === 'refused' ? reply.reason : '', sentence);
		t.true(content.repositories.get('ann/app')!.tags.has('v1'));
	});
}

test('nobody who is called docker-hub in the settings gets a login of Docker Hub, and Docker Hub nobody else’s', async t => {
	const {server, faults} = await startEmbedded(t);
	faults.intercept = createHubRegistry(server.content).intercept;
	addImage(server.content, 'ann/app', {tags: ['v1'], layers});
	const asked: string[] = [];
	const registry = await openRegistry(server.host, {
		settings: {
			readOnly: false,
			insecureHosts: [],
			proxies: {http: undefined, https: undefined, none: undefined},
			retryPause: 1,
			now: () => Date.now(),
		},
		logins: {
			get(host) {
				asked.push(host);
				return undefined;
			},
		},
		kind: 'docker-hub',
		signal,
	});
	const {records} = await readAll(registry, 'ann/app');
	t.is(records.size, 1);
	t.deepEqual([...new Set(asked)], [server.host]);
});
