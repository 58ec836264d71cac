/* eslint-disable ava/no-ignored-test-files -- logins.test.ts loads it */
import {Buffer} from 'node:buffer';
import test, {type ExecutionContext} from 'ava';
import type {Credentials} from '../../source/http/credentials.js';
import {UnknownRealmError, UserError} from '../../source/user-error.js';
import {openRegistry} from '../../source/registry/open-registry.js';
import type {HttpRequest} from '../../source/http/client.js';
import {
	type Answer,
	ask,
	catchHttpError,
	openClient,
	skip,
	startLoopback,
} from './_loopback.js';
import {type NamedHosts, startNamedHosts} from './_named-hosts.js';

const {signal} = new AbortController();
const secret = 'planted-secret';
const login: Credentials = {username: 'lab', password: secret};
const own = 'registry.example';
const other = 'elsewhere.example';
const hub = 'auth.docker.io';

const challenge =
	(header: string): Answer =>
	(_request, response) => {
		response.writeHead(401, {'www-authenticate': header}).end();
	};

/** Takes the token that `grant` gives, and challenges whoever has none. */
const want =
	(realm: string, then: Answer): Answer =>
	(request, response, attempt) => {
		if (request.headers.authorization === 'Bearer granted') {
			then(request, response, attempt);
			return;
		}

		challenge(`Bearer realm="${realm}",service="lab"`)(
			request,
			response,
			attempt,
		);
	};

const grant: Answer = (_request, response) => {
	response
		.writeHead(200, {'content-type': 'application/json'})
		.end('{"token": "granted"}');
};

const greet: Answer = (_request, response) => {
	response.writeHead(200, {'content-type': 'application/json'}).end('{}');
};

const open = async (
	host: string,
	{settings}: NamedHosts,
	tokenHosts: readonly string[] = [],
) =>
	openRegistry(host, {
		settings,
		logins: new Map([[host, login]]),
		tokenHosts,
		signal,
	});

const start = async (
	t: ExecutionContext,
	answers: Readonly<Record<string, Answer>>,
): Promise<NamedHosts | undefined> => {
	const hosts = await startNamedHosts(t, answers);
	if (!hosts) {
		skip(t, 'there is no openssl on this machine');
	}

	return hosts;
};

/** The Authorization headers that a server got. */
const headersAt = ({servers}: NamedHosts, name: string) =>
	(servers.get(name)?.seen ?? []).map(({authorization}) => authorization);

const basic = `Basic ${Buffer.from(`lab:${secret}`).toString('base64')}`;

const legitimate: ReadonlyArray<
	readonly [registry: string, realm: string, allowed: readonly string[]]
> = [
	['registry-1.docker.io', 'auth.docker.io', []],
	['registry.gitlab.com', 'gitlab.com', []],
	['registry.example', 'auth.example', ['auth.example']],
	['registry.example', 'registry.example', []],
];

for (const [registry, realm, allowed] of legitimate) {
	test(`safeguard 14: the login for ${registry} goes to ${realm}, and the token to the registry`, async t => {
		const address = `https://${realm}/token`;
		const registryAnswer = want(address, greet);
		const hosts = await start(t, {
			[realm]: grant,
			[registry]:
				registry === realm
					? (request, response, attempt) => {
							const isToken = request.url?.startsWith('/token');
							(isToken ? grant : registryAnswer)(request, response, attempt);
						}
					: registryAnswer,
		});
		if (!hosts) {
			return;
		}

		await open(registry, hosts, allowed);
		const seen = [...hosts.servers.values()].flatMap(server => server.seen);
		t.deepEqual(
			seen
				.filter(({path}) => path?.startsWith('/token'))
				.map(({authorization}) => authorization),
			[basic],
		);
		t.deepEqual(
			seen
				.filter(({path}) => path === '/v2/')
				.map(({authorization}) => authorization),
			[undefined, 'Bearer granted'],
		);
	});
}

const refusedRealms: ReadonlyArray<readonly [realm: string, told: RegExp]> = [
	[`https://${other}/token`, /to be sent to elsewhere\.example, which is/],
	['https://auth.docker.io/token', /to be sent to auth\.docker\.io, which is/],
	[`http://${other}/token`, /to http:\/\/elsewhere\.example, which is not enc/],
	['http://registry.example/token', /which is not encrypted/],
	['http://127.0.0.1/token', /which is not encrypted/],
	[
		`https://registry.example@${other}/token`,
		/to be sent to elsewhere\.example, which is/,
	],
];

for (const [realm, told] of refusedRealms) {
	test(`safeguard 14: no credentials leave for the realm ${realm}`, async t => {
		const hosts = await start(t, {
			[own]: challenge(`Bearer realm="${realm}",service="x"`),
			[other]: grant,
			[hub]: grant,
		});
		if (!hosts) {
			return;
		}

		const error = await t.throwsAsync(open('registry.example', hosts), {
			instanceOf: UserError,
		});
		t.regex(error.message, told);
		t.is(error.exitCode, 3);
		t.deepEqual(hosts.connected, ['registry.example:443']);
		t.deepEqual(headersAt(hosts, 'registry.example'), [undefined]);
	});
}

test('safeguard 14: a realm that is not known is told with its host, to be asked about', async t => {
	const hosts = await start(t, {
		[own]: challenge(`Bearer realm="https://${other}/token"`),
	});
	if (!hosts) {
		return;
	}

	const error = await t.throwsAsync(open('registry.example', hosts), {
		instanceOf: UnknownRealmError,
	});
	t.like(error, {registry: 'registry.example', realm: other});
});

const redirects: ReadonlyArray<
	readonly [what: string, location: string, target: Answer]
> = [
	['a redirect', `https://${other}/x`, greet],
	[
		"a 401 from the redirect's target",
		`https://${other}/x`,
		challenge(`Basic realm="lab"`),
	],
	[
		"a 401 from the redirect's target that names the registry's realm",
		`https://${other}/x`,
		challenge('Bearer realm="https://registry.example/token"'),
	],
	['a redirect to http', `http://${other}/x`, greet],
];

for (const [what, location, target] of redirects) {
	for (const scheme of ['Basic', 'Bearer']) {
		test(`safeguard 14: ${what} gets no credentials (${scheme})`, async t => {
			let isOpen = false;
			const answer: Answer = (request, response) => {
				if (request.url?.startsWith('/token')) {
					response.end('{"token": "granted"}');
				} else if (request.headers.authorization === undefined) {
					response
						.writeHead(401, {
							'www-authenticate':
								scheme === 'Basic'
									? 'Basic realm="lab"'
									: 'Bearer realm="https://registry.example/token"',
						})
						.end();
				} else if (isOpen) {
					response.writeHead(307, {location}).end();
				} else {
					response.end('{}');
				}
			};

			const hosts = await start(t, {
				[own]: answer,
				[other]: target,
			});
			if (!hosts) {
				return;
			}

			const registry = await open('registry.example', hosts);
			isOpen = true;
			const answers = await Promise.allSettled([
				registry.findRepository('app', signal),
			]);
			t.is(answers.length, 1);
			t.true(headersAt(hosts, other).every(header => header === undefined));
			t.is(
				headersAt(hosts, other).length,
				location.startsWith('https:') ? 1 : 0,
			);
		});
	}
}

test('safeguard 14: a next link to another host gets no credentials, and is not followed', async t => {
	const hosts = await start(t, {
		[own](request, response) {
			if (request.headers.authorization === undefined) {
				response.writeHead(401, {'www-authenticate': 'Basic realm="x"'}).end();
				return;
			}

			response
				.writeHead(200, {
					'content-type': 'application/json',
					link: `<https://${other}/v2/_catalog?last=a>; rel="next"`,
				})
				.end('{"repositories": ["a"]}');
		},
		[other]: greet,
	});
	if (!hosts) {
		return;
	}

	const registry = await open('registry.example', hosts);
	const names: string[] = [];
	for await (const page of registry.listRepositories(signal)) {
		names.push(...page);
	}

	// Of such a link only its query is heeded, at the registry itself.
	t.deepEqual(new Set(names), new Set(['a']));
	t.deepEqual(new Set(hosts.connected), new Set(['registry.example:443']));
	t.deepEqual(headersAt(hosts, other), []);
});

test('safeguard 14: a challenge that comes later and names another realm gets nothing', async t => {
	let realm = 'https://registry.example/token';
	const hosts = await start(t, {
		[own](request, response) {
			if (request.url?.startsWith('/token')) {
				response.end('{"token": "granted"}');
			} else if (request.headers.authorization && request.url === '/v2/') {
				response.end('{}');
			} else {
				response
					.writeHead(401, {'www-authenticate': `Bearer realm="${realm}"`})
					.end();
			}
		},
		[other]: grant,
	});
	if (!hosts) {
		return;
	}

	const registry = await open('registry.example', hosts);
	realm = `https://${other}/token`;
	const error = await t.throwsAsync(registry.findRepository('app', signal), {
		instanceOf: UserError,
	});
	t.is(error.exitCode, 3);
	t.deepEqual(headersAt(hosts, other), []);
});

test('safeguard 14: where tokens are given out a redirect gets no login', async t => {
	const hosts = await start(t, {
		[own](request, response) {
			if (request.url?.startsWith('/token')) {
				response.writeHead(302, {location: `https://${other}/token`}).end();
			} else {
				response
					.writeHead(401, {
						'www-authenticate': 'Bearer realm="https://registry.example/token"',
					})
					.end();
			}
		},
		[other]: grant,
	});
	if (!hosts) {
		return;
	}

	await t.throwsAsync(open('registry.example', hosts));
	t.deepEqual(headersAt(hosts, other), [undefined]);
});

const forms: ReadonlyArray<
	readonly [what: string, sent: Partial<HttpRequest>]
> = [
	['a form', {form: `grant_type=x&refresh_token=${secret}`}],
	['a question', {question: JSON.stringify({user: 'a', password: secret})}],
];

for (const [what, sent] of forms) {
	test(`safeguard 14: an error that repeats the secret of ${what} is shown without it`, async t => {
		const {origin} = await startLoopback(t, (_request, response) => {
			response
				.writeHead(418)
				.end(`{"errors": [{"code": "X", "message": "no ${secret}, a"}]}`);
		});
		const error = await catchHttpError(
			t,
			openClient(origin).send(ask('/', {method: 'POST', ...sent})),
		);
		t.is(error.detail, 'no …, a');
	});
}

const echoes: ReadonlyArray<readonly [what: string, header: string]> = [
	['a name and a password', basic],
	['a token', 'Bearer granted-planted-token'],
];

for (const [what, header] of echoes) {
	test(`safeguard 14: an error that repeats ${what} is shown without it`, async t => {
		const {origin} = await startLoopback(t, (request, response) => {
			const {authorization} = request.headers;
			response.writeHead(authorization ? 418 : 401).end(
				JSON.stringify({
					errors: [
						{
							code: 'DENIED',
							message: `no: ${authorization}, ${secret}, really`,
						},
					],
				}),
			);
		});
		const error = await catchHttpError(
			t,
			openClient(origin, {authorize: () => header}).send(ask('/v2/')),
		);
		t.is(error.status, 418);
		t.regex(error.detail, /^no: (?:Basic|Bearer) …, /);
		t.false(JSON.stringify([error, error.message]).includes(header.slice(7)));
		t.is(error.message.includes(secret), header !== basic);
	});
}
