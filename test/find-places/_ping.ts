/* eslint-disable ava/no-ignored-test-files -- loaded by find-places.test.ts */
import test, {type ExecutionContext} from 'ava';
import {pingRegistry} from '../../source/find-places/ping.js';
import type {HttpSettings} from '../../source/http/open-client.js';
import type {RegistryAnswer} from '../../source/places.js';
import {
	type Answer,
	makeCertificate,
	silentHost,
	skip,
	startLoopback,
} from '../http/_loopback.js';
import {startNamedHosts} from '../http/_named-hosts.js';

const {signal} = new AbortController();
const settings: HttpSettings = {
	readOnly: false,
	insecureHosts: [],
	proxies: {http: undefined, https: undefined, none: undefined},
	retryPause: 1,
	now: () => Date.now(),
};

/** The kind of an answer, or why there is none. */
const nameAnswer = (answer: RegistryAnswer): string =>
	answer.kind === 'none' ? answer.reason : answer.kind;

const reply =
	(status: number, headers: Readonly<Record<string, string>> = {}): Answer =>
	(_request, response) => {
		response.writeHead(status, headers).end('{}');
	};

const replies: ReadonlyArray<
	readonly [what: string, answer: Answer, told: string]
> = [
	['200', reply(200, {'content-type': 'application/json'}), 'open'],
	['200 without a type', reply(200), 'open'],
	[
		'401 for a token',
		reply(401, {'www-authenticate': 'Bearer realm="https://h.example/"'}),
		'wants-login',
	],
	[
		'401 for a password',
		reply(401, {'www-authenticate': 'Basic realm="x"'}),
		'wants-login',
	],
	['403', reply(403), 'wants-login'],
	['404', reply(404), 'not a registry'],
	['a page', reply(200, {'content-type': 'text/html'}), 'not a registry'],
	['418', reply(418), 'fails (418)'],
	['503', reply(503), 'fails (503)'],
	[
		'a cut connection',
		({socket}) => {
			socket.destroy();
		},
		'broke off',
	],
];

/** Asserts that nothing secret was sent, and nothing but a look. */
const assertIsGreeting = (
	t: ExecutionContext,
	seen: ReadonlyArray<{
		readonly method: string | undefined;
		readonly path: string | undefined;
		readonly authorization: string | undefined;
	}>,
): void => {
	t.true(
		seen.every(
			({method, path, authorization}) =>
				method === 'GET' && path === '/v2/' && authorization === undefined,
		),
	);
};

for (const [what, answer, told] of replies) {
	test(`a registry that answers ${what} is ${told}`, async t => {
		const {host, seen} = await startLoopback(t, answer);
		const found = await pingRegistry(host, {settings, wait: 60_000, signal});
		t.is(nameAnswer(found), told);
		t.true(found.kind !== 'none' || found.sentence.startsWith(host));
		assertIsGreeting(t, seen);
	});
}

test('where nothing listens that is said, with what to do', async t => {
	t.deepEqual(await pingRegistry(silentHost, {settings, signal}), {
		kind: 'none',
		reason: 'not listening',
		sentence: `Nothing answers at ${silentHost} (connection refused). Check the address and the port, and that the registry runs.`,
	});
});

test('a host that speaks no https, and one that may not be spoken to without', async t => {
	const {host, seen} = await startLoopback(t, reply(200));
	const spoken = await pingRegistry(`https://${host}`, {settings, signal});
	t.is(nameAnswer(spoken), 'no https');
	t.deepEqual(seen, []);
	const elsewhere = await pingRegistry('http://h.example', {settings, signal});
	t.like(elsewhere, {
		kind: 'none',
		reason: 'not allowed',
		sentence:
			'http://h.example is not encrypted, so jetsam does not use it. Use https, or allow this host by --insecure-registry h.example.',
	});
});

test('a certificate that nobody vouches for is the truth about a host, unless the host is allowed', async t => {
	const tls = makeCertificate();
	if (!tls) {
		skip(t, 'there is no openssl on this machine');
		return;
	}

	const {host, seen} = await startLoopback(t, reply(401), tls);
	for (const address of [host, `https://${host}`]) {
		const found = await pingRegistry(address, {settings, signal});
		t.is(nameAnswer(found), 'bad certificate');
		t.true(
			found.kind === 'none' &&
				found.sentence.includes(`~/.docker/certs.d/${host}/ca.crt`),
		);
	}

	t.deepEqual(seen, []);
	const insecure = {...settings, insecureHosts: [host]};
	const allowed = await pingRegistry(host, {settings: insecure, signal});
	t.is(nameAnswer(allowed), 'wants-login');
});

test('a proxy that lets nobody through, and one that is not there', async t => {
	const known = 'h.example';
	const hosts = await startNamedHosts(t, {[known]: reply(200)});
	if (!hosts) {
		skip(t, 'there is no openssl on this machine');
		return;
	}

	const refused = await pingRegistry('other.example', {...hosts, signal});
	t.is(nameAnswer(refused), 'proxy refuses');
	const silent = await pingRegistry(known, {
		settings: {
			...hosts.settings,
			proxies: {...settings.proxies, https: `http://${silentHost}`},
		},
		signal,
	});
	t.is(nameAnswer(silent), 'proxy is silent');
});

test('a registry that keeps silent is given up', async t => {
	const {host} = await startLoopback(t, () => {
		// For ever.
	});
	const found = await pingRegistry(host, {settings, wait: 20, signal});
	t.is(nameAnswer(found), 'timed out');
	t.true(
		found.kind === 'none' &&
			found.sentence.startsWith(`${host} did not answer within 0.02 s.`),
	);
});

test('who looks no more is not answered', async t => {
	const looking = new AbortController();
	const {host} = await startLoopback(t, () => {
		looking.abort(new Error('left'));
	});
	await t.throwsAsync(pingRegistry(host, {settings, signal: looking.signal}), {
		message: 'left',
	});
});

test('what is no address is said', async t => {
	const found = await pingRegistry('no address', {settings, signal});
	t.is(nameAnswer(found), 'not allowed');
});

test('a redirect is followed by no login, and what is behind it answers', async t => {
	const target = await startLoopback(t, reply(200));
	const {host, seen} = await startLoopback(
		t,
		reply(307, {location: `http://${target.host}/v2/`}),
	);
	const found = await pingRegistry(host, {settings, signal});
	t.is(nameAnswer(found), 'open');
	assertIsGreeting(t, [...seen, ...target.seen]);
});
