/* eslint-disable import-x/no-unassigned-import -- all in one process: starting one takes longer than the tests */
import test, {type ExecutionContext} from 'ava';
import {addImage, addIndex} from '../../source/demo/build-content.js';
import type {Credentials} from '../../source/http/credentials.js';
import {parseWhere} from '../../source/oci/reference.js';
import {kindOfHost} from '../../source/registry/kinds.js';
import {openRegistry} from '../../source/registry/open-registry.js';
import {PullLimitError} from '../../source/user-error.js';
import type {Registry} from '../../source/world.js';
import {createHubRegistry, nameAsHub} from '../helpers/hub-registry.js';
import {
	addPlatforms,
	digestOf,
	startRegistry as startEmbedded,
} from '../helpers/journey-world.js';
import './_hub-names.js';
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
	['https://hub.docker.com/_/alpine', 'docker.io', 'library/alpine'],
	['https://hub.docker.com/r/ann/app/tags', 'docker.io', 'ann/app'],
	['https://hub.docker.com/u/ann', 'docker.io', 'ann'],
	['https://hub.docker.com/repositories/ann', 'docker.io', 'ann'],
	[
		'https://hub.docker.com/repository/docker/ann/app/general',
		'docker.io',
		'ann/app',
	],
	['docker.io/alpine:3', 'docker.io', 'library/alpine'],
	['docker.io/alpine', 'docker.io', 'alpine'],
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
	t.is(await registry.findRepository('team', signal), undefined);
	t.is(await registry.findRepository('nobody', signal), undefined);
	t.truthy(await registry.findRepository('team/x', signal));
	t.is(await registry.findRepository('team/none', signal), undefined);
	t.is(await registry.findRepository('team/x/deep', signal), undefined);
	t.deepEqual(await listNames(registry), ['ann/a', 'ann/b', 'ann/c', 'team/x']);
});

test('the repositories of the organisations are listed that who is logged in is a member of', async t => {
	const {content, behaviour, open} = await startHub(t, {login: ann});
	behaviour.passwords.set(ann.username, ann.password);
	behaviour.mostEntries = 1;
	behaviour.organisations = ['team', 'empty', 'crew', '../odd'];
	for (const name of ['ann/a', 'team/x', 'crew/y', 'other/z']) {
		addImage(content, name, {tags: ['v1'], layers});
	}

	const registry = await open();
	t.deepEqual(await listNames(registry), ['ann/a', 'crew/y', 'team/x']);
	behaviour.organisations = undefined;
	t.deepEqual(await listNames(registry), ['ann/a']);
});

test('a name of one part is an official image, unless it is a namespace', async t => {
	const {content, behaviour, open} = await startHub(t, {login: ann});
	behaviour.passwords.set(ann.username, ann.password);
	for (const name of ['library/alpine', 'library/ann', 'ann/a', 'team/x']) {
		addImage(content, name, {tags: ['v1'], layers});
	}

	const registry = await open();
	const find = async (path: string) => registry.findRepository(path, signal);
	t.is(await find('alpine'), 'library/alpine');
	t.is(await find('library/alpine'), 'library/alpine');
	t.is(await find('team'), undefined);
	t.is(await find('ann'), undefined);
	t.is(await find('library'), undefined);
	t.deepEqual(await listNames(registry), [
		'ann/a',
		'library/alpine',
		'library/ann',
		'team/x',
	]);
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
	behaviour.fields.set('v2', nameAsHub({tagStatus: 'inactive'}));
	behaviour.fields.set('single', nameAsHub({tagStatus: 'inactive'}));
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
		status: 'active',
		state: 'loaded',
	});
	t.like(records.get(single), {
		tags: ['single'],
		status: 'inactive',
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
	const {gaps} = await readAll(background, 'ann/app');
	t.deepEqual(gaps, []);
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

type Made = Awaited<ReturnType<typeof startHub>>;

/** What goes wrong with a list of three tags, two on a page; the tags that are read all the same, and the gap that it leaves. */
const faults: ReadonlyArray<
	readonly [string, (made: Made) => void, readonly string[], RegExp | undefined]
> = [
	['nothing', () => undefined, ['a', 'b', 'c'], undefined],
	[
		'next pages under the older name and path',
		({behaviour}) => {
			behaviour.next = 'older';
		},
		['a', 'b', 'c'],
		undefined,
	],
	[
		'fewer tags than are counted',
		({behaviour}) => {
			behaviour.uncounted = 1;
		},
		['a', 'b', 'c'],
		/counts 4 tags of ann\/app and listed 3/v,
	],
	[
		'429 with Retry-After in seconds',
		({behaviour}) => {
			behaviour.busy = [{'retry-after': '0'}, {'retry-after': '0'}];
		},
		['a', 'b', 'c'],
		undefined,
	],
	[
		'429 with Retry-After as a date, with X-Retry-After as a unix time, and with neither',
		({behaviour}) => {
			const past = Date.now() - 60_000;
			behaviour.busy = [
				{'retry-after': new Date(past).toUTCString()},
				{'x-retry-after': String(Math.floor(past / 1000))},
				{},
			];
		},
		['a', 'b', 'c'],
		undefined,
	],
	[
		'a body that breaks off once',
		({behaviour}) => {
			behaviour.cut = 1;
		},
		['a', 'b', 'c'],
		undefined,
	],
	[
		'fields that are null',
		({behaviour}) => {
			behaviour.fields.set(
				'b',
				nameAsHub({
					images: null,
					tagLastPushed: null,
					lastUpdated: null,
					fullSize: null,
					contentType: null,
				}),
			);
		},
		['a', 'b', 'c'],
		undefined,
	],
	[
		'an old tag without a digest',
		({behaviour}) => {
			behaviour.fields.set(
				'b',
				nameAsHub({
					digest: undefined,
					mediaType: undefined,
					images: [{digest: null, size: 0}],
				}),
			);
		},
		['a', 'b', 'c'],
		undefined,
	],
	[
		'a tag without a name',
		({behaviour}) => {
			behaviour.fields.set('b', {name: null});
		},
		['a', 'c'],
		/an entry that cannot be read/v,
	],
	[
		'a tag with a name that none may have',
		({behaviour}) => {
			behaviour.fields.set('b', {name: 'b/../x'});
		},
		['a', 'c'],
		/a name that no tag may have/v,
	],
];

/** What makes such a list unreadable, and the sentence that says so. */
const failures: ReadonlyArray<readonly [string, (made: Made) => void, RegExp]> =
	[
		[
			'a next page on another host',
			({behaviour}) => {
				behaviour.next = 'elsewhere';
			},
			/next page of its list that is not to be followed/v,
		],
		[
			'a next page of another list',
			({behaviour}) => {
				behaviour.next = 'of another list';
			},
			/next page of its list that is not to be followed/v,
		],
		[
			'a page repeated for ever',
			({behaviour}) => {
				behaviour.next = 'the same again';
			},
			/list of pages does not end/v,
		],
		[
			'bodies that always break off',
			({behaviour}) => {
				behaviour.cut = 1000;
			},
			/broke the connection/v,
		],
	];

/** Three tags, two on a page. */
const fillList = ({content, behaviour}: Made): void => {
	for (const [number, tag] of ['a', 'b', 'c'].entries()) {
		addImage(content, 'ann/app', {
			tags: [tag],
			layers: [{size: 1000, seed: String(number)}],
			annotations: {tag},
		});
	}

	behaviour.mostEntries = 2;
};

for (const [what, spoil, sentence] of failures) {
	test(`a list with ${what} is a sentence`, async t => {
		const made = await startHub(t);
		fillList(made);
		spoil(made);
		const registry = await made.open();
		t.regex(await catchSentence(t, readAll(registry, 'ann/app')), sentence);
		t.true(made.api.requests.length < 8);
	});
}

for (const [what, spoil, tags, sentence] of faults) {
	test(`a list with ${what}`, async t => {
		const made = await startHub(t);
		fillList(made);
		spoil(made);
		const registry = await made.open();
		const {records, gaps} = await readAll(registry, 'ann/app');
		t.deepEqual(
			[...records.values()].flatMap(record => record.tags).toSorted(),
			tags,
		);
		t.is(gaps.length, sentence ? 1 : 0);
		t.regex(gaps[0] ?? '', sentence ?? /^$/v);
		t.true(
			[...records.values()].every(({state}) => state === 'loaded'),
			'all are read',
		);
	});
}

test('a time in the year 1, or none, is not known', async t => {
	const {content, behaviour, open} = await startHub(t);
	const digest = digestOf(addImage(content, 'ann/app', {tags: ['v1'], layers}));
	behaviour.fields.set(
		'v1',
		nameAsHub({
			tagLastPushed: '0001-01-01T00:00:00Z',
			lastUpdated: null,
			images: [{digest, os: 'linux', architecture: 'amd64', size: 1}],
		}),
	);
	const registry = await open();
	const {records} = await readAll(registry, 'ann/app');
	t.is(records.get(digest)?.uploaded, undefined);
});

test('bytes that have another digest than the registry says of a tag are not read', async t => {
	const {content, behaviour, open} = await startHub(t);
	const [index] = addPlatforms(content, 'ann/app', {
		tags: ['v1'],
		architectures: ['amd64'],
	});
	const wrong = `sha256:${'0'.repeat(64)}`;
	behaviour.fields.set('v1', {digest: wrong});
	const registry = await open();
	const {records, gaps} = await readAll(registry, 'ann/app');
	t.is(records.get(wrong)?.state, 'unreadable');
	t.regex(gaps.join(','), /may be an index that needs others/v);
	t.false(records.has(index));
});

test('an index among the images of an index is read all the same', async t => {
	const {content, behaviour, open} = await startHub(t);
	const [inner, child] = addPlatforms(content, 'ann/app', {
		tags: [],
		architectures: ['arm64'],
	});
	const {mediaType, bytes} = content.repositories
		.get('ann/app')!
		.manifests.get(inner)!;
	const outer = digestOf(
		addIndex(content, 'ann/app', {
			tags: ['v1'],
			children: [
				{
					mediaType,
					digest: inner,
					size: bytes.length,
					platform: {os: 'linux', architecture: 'arm64'},
				},
			],
		}),
	);
	behaviour.fields.set('v1', {
		images: [{digest: inner, os: 'linux', architecture: 'arm64', size: 10}],
	});
	const registry = await open();
	const {records} = await readAll(registry, 'ann/app');
	t.deepEqual(records.get(outer)?.children, [inner]);
	t.deepEqual(records.get(inner)?.children, [child]);
	t.is(records.get(inner)?.mediaType, mediaType);
});

const noon = Date.UTC(2026, 10, 22, 12);

for (const [what, limit, sentence] of [
	[
		'a window',
		{
			'ratelimit-limit': '100;w=21600',
			'ratelimit-remaining': '0;w=21600',
		},
		/no more until 2026-11-22 18:00 UTC at the latest/v,
	],
	[
		'Retry-After in seconds',
		{'retry-after': '7200'},
		/no more until 2026-11-22 14:00 UTC \(/v,
	],
	[
		'Retry-After as a date',
		{'retry-after': 'Sun, 22 Nov 2026 15:30:00 GMT'},
		/no more until 2026-11-22 15:30 UTC \(/v,
	],
	[
		'X-Retry-After as a unix time',
		{'x-retry-after': String(noon / 1000 + 3600)},
		/no more until 2026-11-22 13:00 UTC \(/v,
	],
	['nothing', {}, /does not say until when/v],
] as const) {
	test(`the pull limit, told by ${what}, is not waited for, and a sentence says until when`, async t => {
		const {content, behaviour, server, open} = await startHub(t, {
			now: () => noon,
		});
		addPlatforms(content, 'ann/app', {tags: ['v1'], architectures: ['amd64']});
		behaviour.pulls = 0;
		behaviour.limit = limit;
		const registry = await open();
		const {status, sentence: told} = await t.throwsAsync(
			readAll(registry, 'ann/app'),
			{instanceOf: PullLimitError},
		);
		t.is(status, 429);
		t.regex(told, sentence);
		t.is(listRequests(server).length, 2);
	});
}

for (const [what, spoil, expected, reason] of [
	[
		'403 for a digest that something refers to is about it alone',
		({behaviour}: Made, digest: string) => behaviour.kept.add(digest),
		{kind: 'refused', scope: 'digest', status: 403},
		/still refers to it/v,
	],
	[
		'500 for a digest is an accepted delete that is done later',
		({behaviour}: Made, digest: string) => behaviour.late.set(digest, 3),
		{kind: 'accepted', status: 500, isLate: true},
		/^$/v,
	],
] as const) {
	test(what, async t => {
		const made = await startHub(t);
		const digest = digestOf(addImage(made.content, 'ann/app', {layers}));
		spoil(made, digest);
		const registry = await made.open();
		const reply = await registry.deleteManifest('ann/app', digest, signal);
		t.like(reply, expected);
		t.regex(reply.kind === 'refused' ? reply.reason : '', reason);
	});
}

for (const [what, spoil, expected, reason] of [
	[
		'a login that may only look',
		(made: Made) => {
			made.behaviour.isReadOnly = true;
		},
		{kind: 'refused', scope: 'host', status: 403},
		/the scope Read, Write, Delete/v,
	],
	[
		'immutable tags',
		(made: Made) => {
			made.behaviour.areImmutable = true;
		},
		{kind: 'refused', scope: 'digest', status: 400},
		/tags of this repository are immutable/v,
	],
] as const) {
	test(`a tag stays with ${what}`, async t => {
		const made = await startHub(t);
		addImage(made.content, 'ann/app', {tags: ['v1'], layers});
		spoil(made);
		const registry = await made.open();
		const reply = await registry.deleteTag('ann/app', 'v1', signal);
		t.like(reply, expected);
		t.regex(reply.kind === 'refused' ? reply.reason : '', reason);
	});
}

test('what is left of the pull limit, and what a tag would take of it, is told without a pull', async t => {
	const {content, behaviour, open, server} = await startHub(t);
	addPlatforms(content, 'ann/app', {
		tags: ['1.0'],
		architectures: ['amd64', 'arm64'],
	});
	addImage(content, 'ann/app', {tags: ['one'], layers});
	const registry = await open();
	t.is(await registry.readPullsLeft(signal), undefined);
	behaviour.pulls = 87;
	t.deepEqual(await registry.readPullsLeft(signal), {
		remaining: 87,
		limit: 100,
		seconds: 21_600,
	});
	t.is(await registry.countManifests('ann/app', '1.0', signal), 3);
	t.is(await registry.countManifests('ann/app', 'one', signal), 1);
	t.is(await registry.countManifests('ann/app', 'none', signal), undefined);
	t.is(behaviour.pulls, 87);
	t.deepEqual(
		server.requests.filter(
			({method, path}) => method === 'GET' && path.includes('/manifests/'),
		),
		[],
	);
});
