/* eslint-disable ava/no-ignored-test-files -- logins.test.ts loads it */
import {Buffer} from 'node:buffer';
import {once} from 'node:events';
import {createServer} from 'node:http';
import test, {type ExecutionContext} from 'ava';
import {chooseProxy, type Proxies} from '../../source/http/choose-proxy.js';
import type {HttpSettings} from '../../source/http/open-client.js';
import {openRegistry} from '../../source/registry/open-registry.js';
import {UserError} from '../../source/user-error.js';
import {skip, silentHost} from './_loopback.js';
import {startNamedHosts} from './_named-hosts.js';

const own = 'registry.example';

const both: Omit<Proxies, 'none'> = {
	http: 'http://plain.example:3128',
	https: 'http://secure.example:3128',
};

const choices: ReadonlyArray<
	readonly [
		address: string,
		none: string | undefined,
		proxy: string | undefined,
	]
> = [
	['https://r.example', undefined, 'secure.example:3128'],
	['http://r.example', undefined, 'plain.example:3128'],
	['https://r.example', '', 'secure.example:3128'],
	['https://r.example', '*', undefined],
	['https://r.example', 'other.example', 'secure.example:3128'],
	['https://r.example', 'other.example, r.example', undefined],
	['https://r.example', 'R.EXAMPLE', undefined],
	['https://a.r.example', 'r.example', undefined],
	['https://a.r.example', '.r.example', undefined],
	['https://a.r.example', '*.r.example', undefined],
	['https://ar.example', 'r.example', 'secure.example:3128'],
	['https://r.example', 'r.example:443', undefined],
	['https://r.example:5000', 'r.example:5000', undefined],
	['https://r.example:5000', 'r.example:443', 'secure.example:3128'],
	['https://10.1.2.3:5000', '10.0.0.0/8', undefined],
	['https://11.1.2.3', '10.0.0.0/8', 'secure.example:3128'],
	['https://10.1.2.3', '10.1.2.3', undefined],
	['https://10.1.2.3', '2.3', 'secure.example:3128'],
	['https://[fd00::1]:5000', 'fd00::/8', undefined],
	['https://[fd00::1]:5000', 'fd00::1', undefined],
	['https://[fd00::1]', '[fd00::1]', undefined],
	['https://[fe80::1]', '10.0.0.0/8, fd00::/8', 'secure.example:3128'],
	['https://127.0.0.1:5000', undefined, undefined],
	['http://localhost:5000', undefined, undefined],
	['https://[::1]', undefined, undefined],
];

for (const [address, none, proxy] of choices) {
	test(`${address} is reached by ${proxy ?? 'no proxy'} where NO_PROXY is ${none ?? 'not set'}`, t => {
		t.is(chooseProxy({...both, none}, new URL(address))?.host, proxy);
	});
}

test('each scheme has its own proxy, and one without a scheme is spoken to by http', t => {
	const url = new URL('https://r.example');
	const choose = (https: string | undefined) =>
		chooseProxy({http: 'http://plain.example', https, none: undefined}, url);
	t.is(choose(undefined), undefined);
	t.is(choose(''), undefined);
	t.is(choose('p.example:3128')?.href, 'http://p.example:3128/');
	t.is(choose('https://p.example')?.href, 'https://p.example/');
});

for (const text of [
	'lab:planted@p.example:x',
	'ftp://lab:planted@p.example',
	'http://',
]) {
	test(`a proxy that is none is told without its password: ${text}`, t => {
		const error = t.throws(
			() =>
				chooseProxy(
					{...both, https: text, none: undefined},
					new URL('https://r.example'),
				),
			{instanceOf: UserError},
		);
		t.regex(error.sentence, /^HTTPS_PROXY is not the address of a proxy\./);
		t.false(error.sentence.includes('planted'));
		t.is(error.exitCode, 2);
	});
}

const settings: HttpSettings = {
	readOnly: false,
	insecureHosts: [],
	proxies: {http: undefined, https: undefined, none: undefined},
	retryPause: 1,
	now: () => Date.now(),
};

const openBy = async (https: string) =>
	openRegistry('registry.example', {
		settings: {...settings, proxies: {...settings.proxies, https}},
		logins: new Map(),
		signal: new AbortController().signal,
	});

/** A proxy that refuses everything; it tells what it was sent. */
const startRefusing = async (t: ExecutionContext, status: string) => {
	const seen: Array<string | undefined> = [];
	const proxy = createServer();
	proxy.on('connect', (request, socket) => {
		seen.push(request.headers['proxy-authorization']);
		socket.end(`HTTP/1.1 ${status}\r\n\r\n`);
	});
	proxy.listen(0, '127.0.0.1');
	await once(proxy, 'listening');
	t.teardown(() => proxy.close());
	const address = proxy.address();
	const port = address && typeof address === 'object' ? address.port : 0;
	return {host: `127.0.0.1:${port}`, seen};
};

for (const status of ['407 Proxy Authentication Required', '403 Forbidden']) {
	test(`a proxy that lets nothing through is named, without its password (${status})`, async t => {
		const proxy = await startRefusing(t, status);
		const error = await t.throwsAsync(
			openBy(`http://lab:planted@${proxy.host}`),
			{instanceOf: UserError},
		);
		t.is(
			error.message,
			`The proxy ${proxy.host} does not let jetsam through to registry.example.`,
		);
		t.true(error.remedy.includes('name registry.example in NO_PROXY'));
		t.false(error.sentence.includes('planted'));
		t.true(
			proxy.seen.every(
				header =>
					header === `Basic ${Buffer.from('lab:planted').toString('base64')}`,
			),
		);
	});
}

test('a proxy that does not answer is named, not the registry behind it', async t => {
	const error = await t.throwsAsync(openBy(`http://${silentHost}`), {
		instanceOf: UserError,
	});
	t.is(
		error.message,
		`The proxy ${silentHost}, by which registry.example is to be reached, does not answer.`,
	);
});

test('a registry is reached by the proxy, and what NO_PROXY names is not', async t => {
	const hosts = await startNamedHosts(t, {
		[own](_request, response) {
			response.end('{}');
		},
	});
	if (!hosts) {
		skip(t, 'there is no openssl on this machine');
		return;
	}

	const open = async (none: string | undefined) =>
		openRegistry('registry.example', {
			settings: {
				...hosts.settings,
				proxies: {...hosts.settings.proxies, none},
			},
			logins: new Map(),
			signal: new AbortController().signal,
		});
	const registry = await open(undefined);
	t.is(registry.host, 'registry.example');
	t.deepEqual(hosts.connected, ['registry.example:443']);
	// No name server knows it, and nothing else is asked.
	await t.throwsAsync(open('.example'), {
		message: /No host named|could not be looked up/,
	});
	t.deepEqual(hosts.connected, ['registry.example:443']);
});
