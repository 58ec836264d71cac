/* eslint-disable ava/no-ignored-test-files -- logins.test.ts loads it */
import {Buffer} from 'node:buffer';
import {once} from 'node:events';
import test, {type ExecutionContext} from 'ava';
import {createTokenAsker} from '../../source/http/ask-token.js';
import {createAuthorizer} from '../../source/http/authorizer.js';
import type {Credentials, Logins} from '../../source/http/credentials.js';
import {
	type HttpSettings,
	openHttpClient,
} from '../../source/http/open-client.js';
import {UserError} from '../../source/user-error.js';
import {scopesOf, startTokenServer} from '../helpers/token-server.js';
import {ask, startLoopback} from './_loopback.js';

const basicOf = ({username, password}: Credentials): string =>
	`Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

/** Logins of a program that gives `lab:1`, `lab:2` and so on, each for `life` milliseconds. */
const createProgram = (now: () => number, life?: number) => {
	const given: Credentials[] = [];
	const asked: Array<string | undefined> = [];
	const logins: Logins = {
		get(_host, {repository}) {
			asked.push(repository);
			const login = {
				username: 'lab',
				password: `${given.length + 1}`,
				program: 'lab',
				...(life !== undefined && {until: now() + life}),
			};
			given.push(login);
			return login;
		},
	};
	return {logins, given, asked};
};

/** A client for a registry that accepts what `accepts` says, and a clock to turn. */
const open = async (
	t: ExecutionContext,
	{
		life,
		challenge,
		accepts,
		logins: others,
	}: {
		life?: number;
		challenge: string;
		accepts: (header: string, path: string) => boolean;
		logins?: Logins;
	},
) => {
	let time = 1_000_000;
	const now = () => time;
	const program = createProgram(now, life);
	const registry = await startLoopback(t, (request, response) => {
		if (accepts(request.headers.authorization ?? '', request.url ?? '')) {
			response.end('{}');
			return;
		}

		response.writeHead(401, {'www-authenticate': challenge}).end();
	});
	const settings: HttpSettings = {
		readOnly: false,
		insecureHosts: [],
		proxies: {http: undefined, https: undefined, none: undefined},
		retryPause: 1,
		now,
	};
	const {origin} = registry;
	const client = openHttpClient(settings, {
		origin,
		...createAuthorizer({
			origin,
			logins: others ?? program.logins,
			tokenHosts: [],
			ask: createTokenAsker(settings, registry.host),
			now,
		}),
	});
	return {
		...program,
		registry,
		send: async (path = '/v2/app/manifests/a') =>
			client.send(ask(path, {expect: [401]})),
		wait(milliseconds: number) {
			time += milliseconds;
		},
	};
};

test('a login that ends mid-run is asked for anew, and by all requests once', async t => {
	const {given, registry, send, wait} = await open(t, {
		life: 3_600_000,
		challenge: 'Basic realm="lab"',
		accepts: header => given.length > 0 && header === basicOf(given.at(-1)!),
	});
	await send();
	await send();
	t.is(given.length, 1);
	wait(3_580_000);
	const replies = await Promise.all(
		Array.from({length: 8}, async () => send()),
	);
	t.true(replies.every(({status}) => status === 200));
	t.is(given.length, 2);
	// What has run out was not sent any more.
	const sent = registry.seen.slice(3).map(({authorization}) => authorization);
	t.deepEqual(new Set(sent), new Set([undefined, basicOf(given[1]!)]));
});

test('a login that is refused mid-run is asked for anew; one that has just been is not', async t => {
	let good = 1;
	const {given, send, wait} = await open(t, {
		challenge: 'Basic realm="lab"',
		accepts: header =>
			header === basicOf({username: 'lab', password: `${good}`}),
	});
	await send();
	wait(600_000);
	good = 2;
	const renewed = await send();
	t.is(renewed.status, 200);
	t.is(given.length, 2);
	good = 0;
	for (let count = 0; count < 3; count++) {
		const {status} = await send();
		t.is(status, 401);
	}

	t.is(given.length, 2);
	wait(600_000);
	await send();
	t.is(given.length, 3);
});

test('where tokens are given out a login that is refused is asked for anew once', async t => {
	let good = 1;
	const tokens = await startTokenServer(t, asked =>
		asked.authorization === basicOf({username: 'lab', password: `${good}`})
			? {status: 200, scopes: scopesOf(asked), life: 300}
			: {status: 401},
	);
	const {given, send, wait} = await open(t, {
		challenge: `Bearer realm="${tokens.realm}",service="lab"`,
		accepts: header => header === `Bearer token-${tokens.seen.length}`,
	});
	await send();
	wait(600_000);
	good = 2;
	const {status} = await send();
	t.is(status, 200);
	t.is(given.length, 2);
	t.is(tokens.seen.length, 3);
	good = 0;
	wait(600_000);
	const error = await t.throwsAsync(send(), {instanceOf: UserError});
	t.regex(error.message, /does not accept the login for 127/);
	t.is(given.length, 3);
});

test('who gives up asking for a login does not give up for the others', async t => {
	const first = new AbortController();
	const second = new AbortController();
	const waiting = new AbortController();
	const isWaiting = once(waiting.signal, 'abort');
	let count = 0;
	const logins: Logins = {
		async get(_host, {signal}) {
			count++;
			if (count === 1) {
				waiting.abort();
				await new Promise((_resolve, reject) => {
					signal.addEventListener('abort', () => {
						reject(new Error('given up'));
					});
				});
			}

			return {username: 'lab', password: 'lab'};
		},
	};
	const {authorize} = createAuthorizer({
		origin: 'http://127.0.0.1:5000',
		logins,
		tokenHosts: [],
		ask: async () => ({status: 404, body: ''}),
		now: () => 0,
	});
	const authorizeWith = async (signal: AbortSignal) =>
		authorize('Basic', {
			asked: {method: 'GET', path: '/v2/'},
			refused: [],
			answers: 0,
			signal,
		});
	const gone = t.throwsAsync(authorizeWith(first.signal));
	await isWaiting;
	const other = authorizeWith(second.signal);
	first.abort();
	await gone;
	t.is(await other, basicOf({username: 'lab', password: 'lab'}));
	t.is(count, 2);
});

test('each repository gets the login that is for it, and no login is asked for twice', async t => {
	const asked: Array<string | undefined> = [];
	const logins: Logins = {
		get(_host, {repository}) {
			asked.push(repository);
			return {username: 'lab', password: repository ?? 'all'};
		},
		listNamespaces: async () => ['team', 'team/app'],
	};
	const {send, registry} = await open(t, {
		challenge: 'Basic realm="lab"',
		accepts: header => header !== '',
		logins,
	});
	const paths = ['/v2/', '/v2/other', '/v2/team/web', '/v2/team/app'];
	for (const path of [...paths, ...paths]) {
		await send(path === '/v2/' ? path : `${path}/manifests/a`);
	}

	t.deepEqual(asked, [undefined, 'team', 'team/app']);
	t.deepEqual(
		registry.seen
			.filter(({authorization}) => authorization !== undefined)
			.map(({path, authorization}) => [
				path?.replace('/manifests/a', ''),
				Buffer.from(authorization?.slice(6) ?? '', 'base64').toString(),
			])
			.slice(0, 4),
		[
			['/v2/', 'lab:all'],
			['/v2/other', 'lab:all'],
			['/v2/team/web', 'lab:team'],
			['/v2/team/app', 'lab:team/app'],
		],
	);
});
