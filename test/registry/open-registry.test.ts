import test, {type ExecutionContext} from 'ava';
import {
	type EmbeddedRegistryOptions,
	startEmbeddedRegistry,
} from '../../source/demo/embedded-registry.js';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import type {Logins} from '../../source/http/credentials.js';
import {openRegistry} from '../../source/registry/open-registry.js';
import {UserError} from '../../source/user-error.js';
import {
	type Answer,
	silentHost,
	makeCertificate,
	skip,
	startLoopback,
} from '../http/_loopback.js';
import {catchSentence, signal} from './_embedded.js';

const open = async (
	address: string,
	options: {
		readonly logins?: Logins;
		readonly insecureHosts?: readonly string[];
	} = {},
) =>
	openRegistry(address, {
		settings: {
			readOnly: false,
			insecureHosts: options.insecureHosts ?? [],
			proxies: {http: undefined, https: undefined, none: undefined},
			retryPause: 1,
			now: () => Date.now(),
		},
		logins: options.logins ?? new Map(),
		signal,
	});

const credentials = {username: 'lab', password: 'lab:pw'};

const start = async (
	t: ExecutionContext,
	options: Partial<EmbeddedRegistryOptions> = {},
) => {
	const embedded = await startEmbeddedRegistry({
		content: createRegistryContent(),
		deletes: 'enabled',
		...options,
	});
	t.teardown(embedded.close);
	return embedded;
};

test('a registry on this machine is opened by http, whatever path is asked for', async t => {
	const {host, requests} = await start(t);
	for (const address of [host, `http://${host}`, `${host}/app:v1`]) {
		const registry = await open(address);
		t.is(registry.host, host);
	}

	t.deepEqual(
		requests.map(({method, path}) => `${method} ${path}`),
		['GET /v2/', 'GET /v2/', 'GET /v2/'],
	);
});

test('a login of docker opens a registry that asks for one', async t => {
	const {host, requests} = await start(t, {credentials});
	const registry = await open(host, {logins: new Map([[host, credentials]])});
	t.is(await registry.findRepository('app', signal), undefined);
	t.deepEqual(
		requests.map(({status}) => status),
		[401, 200, 404],
	);
});

test('without a login a registry that asks for one is a sentence', async t => {
	const {host, requests} = await start(t, {credentials});
	const others = new Map([
		['127.0.0.1', credentials],
		['h.example', credentials],
	]);
	const sentence = await catchSentence(t, open(host, {logins: others}));
	t.is(
		sentence,
		`${host} wants a login, and neither docker nor podman left one on this machine. Run \`docker login ${host}\` and try again.`,
	);
	t.deepEqual(
		requests.map(({authorization}) => authorization),
		[undefined],
	);
});

test('a wrong password is a sentence', async t => {
	const {host} = await start(t, {credentials});
	const wrong = {...credentials, password: 'wrong'};
	const sentence = await catchSentence(
		t,
		open(host, {logins: new Map([[host, wrong]])}),
	);
	t.is(
		sentence,
		`${host} does not accept the login that docker or podman left on this machine. Run \`docker login ${host}\` again.`,
	);
});

test('safeguard 14: a registry whose token is to be fetched from another host is a sentence, and nobody gets a password', async t => {
	const {host, seen} = await startLoopback(t, (_request, response) => {
		response
			.writeHead(401, {
				'www-authenticate': 'Bearer realm="https://h.example/token"',
			})
			.end();
	});
	const sentence = await catchSentence(
		t,
		open(host, {logins: new Map([[host, credentials]])}),
	);
	t.is(
		sentence,
		`${host} wants a login to be sent to h.example, which is another host. If that is right, allow it in the settings: {"registries": [{"address": "${host}", "tokenHosts": ["h.example"]}]}.`,
	);
	t.is(seen.length, 1);
});

const pages: ReadonlyArray<readonly [string, Answer]> = [
	[
		'200, text/html',
		(_request, response) => {
			response.writeHead(200, {'content-type': 'text/html'}).end('<html>');
		},
	],
	[
		'404, text/plain',
		(_request, response) => {
			response.writeHead(404, {'content-type': 'text/plain'}).end('no');
		},
	],
	[
		'404',
		(_request, response) => {
			response.writeHead(404).end();
		},
	],
];

for (const [what, answer] of pages) {
	test(`${what} is no registry`, async t => {
		const {host} = await startLoopback(t, answer);
		const sentence = await catchSentence(t, open(host));
		t.true(
			sentence.startsWith(
				`${host} answers, but not like a registry (${what} at /v2/).`,
			),
		);
	});
}

for (const scheme of ['', 'http://', 'https://']) {
	test(`${scheme}HOST where nothing listens is a sentence`, async t => {
		const sentence = await catchSentence(t, open(scheme + silentHost));
		t.is(
			sentence,
			`Nothing answers at ${silentHost} (connection refused). Check the address and the port, and that the registry runs.`,
		);
	});
}

test('a registry that fails is a sentence', async t => {
	const {host} = await start(t, {
		intercept(_request, response) {
			response.writeHead(503).end();
			return true;
		},
	});
	const sentence = await catchSentence(t, open(`http://${host}`));
	t.true(sentence.startsWith(`${host} failed (503).`));
});

test('plain http is not spoken to another machine unless it is allowed', async t => {
	const error = await t.throwsAsync(open('http://registry.example:5000/app'), {
		instanceOf: UserError,
	});
	t.like(error, {
		message:
			'http://registry.example:5000 is not encrypted, so jetsam does not use it.',
		remedy:
			'Use https, or allow this host by --insecure-registry registry.example:5000.',
		exitCode: 2,
	});
});

test('what is no address is wrong usage', async t => {
	const error = await t.throwsAsync(open('not an address'), {
		instanceOf: UserError,
	});
	t.like(error, {exitCode: 2});
});

test('a server that speaks no https is a sentence', async t => {
	const {host} = await start(t);
	const sentence = await catchSentence(t, open(`https://${host}`));
	t.true(sentence.startsWith(`${host} does not speak https.`));
});

test('a certificate that nobody signed is a sentence, unless the host is allowed', async t => {
	const tls = makeCertificate();
	if (!tls) {
		skip(t, 'there is no openssl on this machine');
		return;
	}

	const {host} = await startLoopback(
		t,
		(_request, response) => {
			response.end('{}');
		},
		tls,
	);
	for (const address of [host, `https://${host}`]) {
		const sentence = await catchSentence(t, open(address));
		t.true(
			sentence.startsWith(`The certificate of ${host} cannot be trusted.`),
			`${address}: ${sentence}`,
		);
		const registry = await open(address, {insecureHosts: [host]});
		t.is(registry.host, host);
	}
});
