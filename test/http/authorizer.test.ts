import {Buffer} from 'node:buffer';
import test, {type ExecutionContext} from 'ava';
import {createTokenAsker} from '../../source/http/ask-token.js';
import {createAuthorizer} from '../../source/http/authorizer.js';
import {parseChallenges} from '../../source/http/challenge.js';
import type {Credentials} from '../../source/http/credentials.js';
import {
	type HttpSettings,
	openHttpClient,
} from '../../source/http/open-client.js';
import {checkRealm} from '../../source/http/realm.js';
import {areaOf, listScopes} from '../../source/http/scopes.js';
import {readTokenLife} from '../../source/http/token-life.js';
import {UserError} from '../../source/user-error.js';
import {
	scopesOf,
	startTokenServer,
	type TokenPolicy,
} from '../helpers/token-server.js';
import {ask, startLoopback} from './_loopback.js';

test('challenges are read as they are written', t => {
	const read = (header: string) =>
		parseChallenges(header).map(({scheme, parameters}) => [
			scheme,
			Object.fromEntries(parameters),
		]);
	t.deepEqual(
		read(
			'Bearer realm="https://a.example/token?x=1,2",service="b",scope="repository:x:pull,push"',
		),
		[
			[
				'bearer',
				{
					realm: 'https://a.example/token?x=1,2',
					service: 'b',
					scope: 'repository:x:pull,push',
				},
			],
		],
	);
	t.deepEqual(
		read(
			String.raw`BASIC Realm="a \"b\"", bearer realm=https://c , charset = x`,
		),
		[
			['basic', {realm: 'a "b"'}],
			['bearer', {realm: 'https://c', charset: 'x'}],
		],
	);
	t.deepEqual(read(''), []);
	t.deepEqual(read('Negotiate'), [['negotiate', {}]]);
	t.deepEqual(read('Bearer realm="open')[0], ['bearer', {}]);
});

const scopeTable: ReadonlyArray<
	readonly [
		method: 'GET' | 'HEAD' | 'DELETE' | 'PUT',
		path: string,
		challenged: string | undefined,
		scopes: readonly string[],
	]
> = [
	['GET', '/v2/', undefined, ['']],
	['GET', '/v2/_catalog?n=1', 'registry:catalog:*', ['registry:catalog:*']],
	['GET', '/v2/a/b/tags/list?n=1', undefined, ['repository:a/b:pull']],
	['HEAD', '/v2/a/manifests/x', 'repository:a:pull', ['repository:a:pull']],
	[
		'DELETE',
		'/v2/a/manifests/x',
		'repository:a:delete',
		['repository:a:delete', 'repository:a:pull,push,delete', 'repository:a:*'],
	],
	[
		'PUT',
		'/v2/a/manifests/x',
		'repository:a:pull,push',
		['repository:a:pull,push', 'repository:a:*'],
	],
	[
		'GET',
		'/acr/v1/_catalog?n=1000',
		'registry:catalog:*',
		['registry:catalog:*'],
	],
	['GET', '/acr/v1/a/b', undefined, ['repository:a/b:pull,metadata_read']],
	[
		'GET',
		'/acr/v1/a/b/_manifests?n=1000',
		'repository:a/b:metadata_read',
		['repository:a/b:pull,metadata_read', 'repository:a/b:metadata_read'],
	],
	[
		'DELETE',
		'/acr/v1/a/_tags/v1',
		'repository:a:delete',
		[
			'repository:a:delete',
			'repository:a:pull,delete,metadata_read,metadata_write',
			'repository:a:*',
		],
	],
];

for (const [method, path, challenged, scopes] of scopeTable) {
	test(`the scopes of ${method} ${path}, challenged for ${challenged ?? 'nothing'}`, t => {
		t.deepEqual(listScopes({method, path}, challenged), scopes);
	});
}

test('the lists and the manifests of a repository get along with one token', t => {
	const paths = [
		'/v2/a/b/manifests/x',
		'/acr/v1/a/b',
		'/acr/v1/a/b/_manifests?n=1000',
		'/acr/v1/a/b/_tags?n=1000&last=a%2Fb',
	];
	t.deepEqual(
		[...new Set(paths.map(path => areaOf({method: 'GET', path})))],
		['GET a/b'],
	);
});

test('how long a token holds is read from itself, by the clock that wrote it', t => {
	const write = (claims: unknown) =>
		`e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
	t.is(readTokenLife(write({iat: 100, exp: 3700})), 3600);
	t.is(readTokenLife(write({nbf: 100, exp: 160})), 60);
	t.is(readTokenLife(write({iat: 100, exp: 90})), undefined);
	t.is(readTokenLife(write({exp: 90})), undefined);
	t.is(readTokenLife('opaque'), undefined);
	t.is(readTokenLife(''), undefined);
});

const realms: ReadonlyArray<
	readonly [registry: string, realm: string, allowed: string, code?: 1 | 3]
> = [
	['https://r.example', 'https://r.example/token', ''],
	['https://r.example:5000', 'https://r.example:5001/token', ''],
	['https://registry-1.docker.io', 'https://auth.docker.io/token', ''],
	['http://127.0.0.1:5000', 'http://127.0.0.1:5001/token', ''],
	['https://r.example', 'https://auth.example/token', 'auth.example'],
	['https://r.example', 'https://auth.example/token', '', 3],
	['https://r.example', 'https://r.example.evil.example/token', '', 3],
	['https://r.example', 'https://r.example@evil.example/token', '', 3],
	['https://r.example', 'https://auth.docker.io/token', '', 3],
	['https://r.example', 'http://r.example/token', '', 3],
	['https://r.example', 'http://auth.example/token', 'auth.example', 3],
	['https://r.example', 'http://127.0.0.1/token', '', 3],
	['https://r.example', '/token', '', 1],
];

for (const [origin, realm, allowed, code] of realms) {
	test(`safeguard 14: ${origin} ${code === undefined ? 'may' : 'may not'} have its login sent to ${realm}${allowed && `, where ${allowed} is allowed`}`, t => {
		const check = () => checkRealm(realm, {origin, allowed: [allowed]});
		if (code === undefined) {
			t.is(check().href, realm);
		} else {
			const error = t.throws(check, {instanceOf: UserError});
			t.is(error.exitCode, code);
		}
	});
}

const grantAll: TokenPolicy = asked => ({status: 200, scopes: scopesOf(asked)});

/** A registry that wants, for each repository, a token of its own, and a client for it. */
const openPair = async (
	t: ExecutionContext,
	{
		policy = grantAll,
		login,
		isGoodEnough = () => true,
	}: {
		policy?: TokenPolicy;
		login?: Credentials;
		isGoodEnough?: (scopes: readonly string[]) => boolean;
	} = {},
) => {
	let now = 1_000_000;
	const granted = new Map<string, readonly string[]>();
	const tokens = await startTokenServer(t, asked => {
		const reply = policy(asked);
		if ('scopes' in reply) {
			granted.set(`Bearer token-${tokens.seen.length}`, reply.scopes);
		}

		return reply;
	});
	const registry = await startLoopback(t, (request, response) => {
		const {authorization = '', host: _} = request.headers;
		const name = (request.url ?? '').split('/')[2] ?? '';
		const action = request.method === 'DELETE' ? 'delete' : 'pull';
		const scope = `repository:${name}:${action}`;
		const scopes = granted.get(authorization);
		if (
			scopes?.some(each => each.startsWith(`repository:${name}:`)) &&
			isGoodEnough(scopes)
		) {
			response.end('{}');
			return;
		}

		response
			.writeHead(401, {
				'www-authenticate': `Bearer realm="${tokens.realm}",service="lab",scope="${scope}"`,
			})
			.end();
	});
	const settings: HttpSettings = {
		readOnly: false,
		insecureHosts: [],
		proxies: {http: undefined, https: undefined, none: undefined},
		retryPause: 1,
		now: () => now,
	};
	const client = openHttpClient(settings, {
		origin: registry.origin,
		...createAuthorizer({
			origin: registry.origin,
			logins: new Map(login && [[registry.host, login]]),
			tokenHosts: [],
			ask: createTokenAsker(settings, registry.host),
			now: () => now,
		}),
	});
	return {
		registry,
		tokens,
		granted,
		client,
		wait(milliseconds: number) {
			now += milliseconds;
		},
	};
};

const lab: Credentials = {username: 'lab', password: 'lab:pw'};

test('one token serves all requests that it is good for, and is fetched again when its life ends', async t => {
	const {client, tokens, registry, wait} = await openPair(t, {login: lab});
	await client.send(ask('/v2/app/manifests/a'));
	await client.send(ask('/v2/app/manifests/b'));
	await client.send(ask('/v2/app/tags/list'));
	t.deepEqual(
		tokens.seen.map(({method, authorization, fields}) => [
			method,
			authorization,
			fields.toString(),
		]),
		[
			[
				'GET',
				'Basic bGFiOmxhYjpwdw==',
				'service=lab&scope=repository%3Aapp%3Apull',
			],
		],
	);
	t.deepEqual(
		registry.seen.map(({authorization}) => authorization),
		[undefined, 'Bearer token-1', 'Bearer token-1', 'Bearer token-1'],
	);
	wait(291_000);
	await client.send(ask('/v2/app/manifests/a'));
	t.is(tokens.seen.length, 2);
	await client.send(ask('/v2/other/manifests/a'));
	t.is(tokens.seen.length, 3);
});

test('many requests at one time ask for one token', async t => {
	const {client, tokens} = await openPair(t);
	await Promise.all(
		Array.from({length: 12}, async (_, index) =>
			client.send(ask(`/v2/app/manifests/${index}`)),
		),
	);
	t.is(tokens.seen.length, 1);
	t.is(tokens.seen[0]?.authorization, undefined);
});

test('a token that the registry believes no more is replaced', async t => {
	const {client, tokens, granted} = await openPair(t, {login: lab});
	await client.send(ask('/v2/app/manifests/a'));
	granted.clear();
	const reply = await client.send(ask('/v2/app/manifests/a'));
	t.is(reply.status, 200);
	t.is(tokens.seen.length, 2);
});

test('for a delete wider scopes are asked for, one after the other, and no further', async t => {
	const {client, tokens} = await openPair(t, {
		login: lab,
		isGoodEnough: scopes => scopes.some(scope => scope.endsWith(':*')),
	});
	await client.send(ask('/v2/app/manifests/a', {method: 'DELETE'}));
	t.deepEqual(
		tokens.seen.map(asked => scopesOf(asked)),
		[
			['repository:app:delete'],
			['repository:app:pull,push,delete'],
			['repository:app:*'],
		],
	);
	const strict = await openPair(t, {login: lab, isGoodEnough: () => false});
	const sent = await strict.client.send(
		ask('/v2/app/manifests/a', {method: 'DELETE', expect: [401]}),
	);
	t.is(sent.status, 401);
	t.is(strict.tokens.seen.length, 3);
	const reading = await strict.client.send(
		ask('/v2/app/manifests/a', {expect: [401]}),
	);
	t.is(reading.status, 401);
});

test('an identity token is traded in by a form, and stands in no address', async t => {
	const {client, tokens} = await openPair(t, {
		login: {username: '', password: '', identityToken: 'refresh/+ me'},
	});
	await client.send(ask('/v2/app/manifests/a'));
	const [asked] = tokens.seen;
	t.is(asked?.method, 'POST');
	t.is(asked?.authorization, undefined);
	t.deepEqual(
		[...(asked?.fields ?? [])],
		[
			['service', 'lab'],
			['scope', 'repository:app:pull'],
			['grant_type', 'refresh_token'],
			['client_id', 'jetsam'],
			['refresh_token', 'refresh/+ me'],
		],
	);
});

test('a login that is not accepted where tokens are given out is told; without a login the registry answers', async t => {
	const policy: TokenPolicy = () => ({status: 401});
	const {client} = await openPair(t, {policy, login: lab});
	const error = await t.throwsAsync(client.send(ask('/v2/app/manifests/a')), {
		instanceOf: UserError,
	});
	t.regex(error.message, /does not accept the login for 127/);
	t.false(String(error).includes('lab:pw'));
	const anonymous = await openPair(t, {policy});
	const {status} = await anonymous.client.send(
		ask('/v2/app/manifests/a', {expect: [401]}),
	);
	t.is(status, 401);
});

test('what is no token is told', async t => {
	const {client} = await openPair(t, {policy: () => ({status: 404})});
	const error = await t.throwsAsync(client.send(ask('/v2/app/manifests/a')), {
		instanceOf: UserError,
	});
	t.regex(error.message, /gives no token for 127.* \(404\)/);
});
