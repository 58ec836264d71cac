/* eslint-disable ava/no-ignored-test-files -- hub.test.ts loads it */
import {Buffer} from 'node:buffer';
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {
	type IncomingMessage,
	request as forward,
	type ServerResponse,
} from 'node:http';
import os from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {createLogins} from '../../source/http/logins.js';
import {hubHost} from '../../source/oci/docker-hub.js';
import {openRegistry} from '../../source/registry/open-registry.js';
import {createHubRegistry, nameAsHub} from '../helpers/hub-registry.js';
import {
	addPlatforms,
	startRegistry as startEmbedded,
} from '../helpers/journey-world.js';
import {startProgram} from '../helpers/run-program.js';
import {skip} from '../http/_loopback.js';
import {startNamedHosts} from '../http/_named-hosts.js';
import {readAll, signal} from './_embedded.js';

const ann = {username: 'ann', password: 'secret-of-ann'};
const basic = `Basic ${Buffer.from(`${ann.username}:${ann.password}`).toString('base64')}`;

const registryHost = 'registry-1.docker.io';
const tokenHost = 'auth.docker.io';
const apiHost = 'hub.docker.com';
const loginKey = 'https://index.docker.io/v1/';

const respond = (
	response: ServerResponse,
	status: number,
	body: unknown,
	headers: Readonly<Record<string, string>> = {},
): void => {
	response.writeHead(status, {'content-type': 'application/json', ...headers});
	response.end(JSON.stringify(body));
};

/** Lets another server answer. */
const passOn = (
	{method, url = '', headers}: IncomingMessage,
	response: ServerResponse,
	to: string,
): void => {
	forward(
		new URL(url, to),
		{method, headers: {accept: headers.accept ?? '*/*'}},
		answer => {
			response.writeHead(answer.statusCode ?? 500, answer.headers);
			answer.pipe(response);
		},
	).end();
};

/** Docker Hub's four hosts behind a proxy, and the file of docker's logins. */
const openNamedHub = async (t: ExecutionContext) => {
	const {server, faults} = await startEmbedded(t);
	const hub = createHubRegistry(server.content);
	faults.intercept = hub.registry;
	hub.behaviour.passwords.set(ann.username, ann.password);
	addPlatforms(server.content, 'ann/app', {
		tags: ['v1'],
		architectures: ['amd64'],
	});
	const named = await startNamedHosts(t, {
		[registryHost](request, response) {
			if (request.headers.authorization === 'Bearer registry-token') {
				passOn(request, response, server.url);
				return undefined;
			}

			respond(
				response,
				401,
				{},
				{
					'www-authenticate':
						'Bearer realm="https://auth.docker.io/token",service="registry.docker.io"',
				},
			);
		},
		[tokenHost]({headers}, response) {
			const isAnn = headers.authorization === basic;
			respond(response, isAnn ? 200 : 401, {token: 'registry-token'});
		},
		async [apiHost](request, response) {
			const {method = '', url = '', headers} = request;
			const isAnswered = await hub.api(
				{method, path: url, headers},
				response,
				1,
			);
			if (!isAnswered) {
				respond(response, 404, {});
			}
		},
		[hubHost](_, response) {
			respond(response, 404, {});
		},
	});
	if (!named) {
		skip(t, 'there is no openssl on this machine');
		return undefined;
	}

	const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-hub-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	const file = path.join(folder, 'config.json');
	await writeFile(
		file,
		JSON.stringify({
			auths: {
				[loginKey]: {auth: basic.replace('Basic ', '')},
				[`${loginKey}refresh-token`]: {auth: 'b2Y6bm8='},
			},
		}),
	);
	return {hub, named, folder, file};
};

test('safeguard 14: under all its names Docker Hub is docker.io, and each of its hosts gets its own part of the login of docker', async t => {
	const opened = await openNamedHub(t);
	if (!opened) {
		return;
	}

	const {hub, named, file} = opened;
	for (const address of [
		'docker.io',
		'index.docker.io/ann/app',
		'https://hub.docker.com/r/ann/app',
	]) {
		hub.behaviour.tokens.clear();
		const registry = await openRegistry(address, {
			settings: named.settings,
			logins: createLogins({files: [file], environment: {}}),
			signal,
		});
		t.is(registry.host, hubHost);
		const names: string[] = [];
		for await (const page of registry.listRepositories(signal)) {
			names.push(...page);
		}

		t.deepEqual(names, ['ann/app']);
		const {records, gaps} = await readAll(registry, 'ann/app');
		t.is(records.size, 2);
		t.deepEqual(gaps, []);
	}

	const seenAt = (host: string) => [
		...new Set(
			named.servers
				.get(host)!
				.seen.map(({authorization = 'nothing'}) => authorization),
		),
	];
	t.deepEqual(seenAt(registryHost), ['nothing', 'Bearer registry-token']);
	t.deepEqual(seenAt(tokenHost), [basic]);
	t.deepEqual(seenAt(apiHost), ['nothing', 'Bearer api-token-1']);
	t.deepEqual(seenAt(hubHost), []);
	t.deepEqual([...new Set(named.connected)].toSorted(), [
		'auth.docker.io:443',
		'hub.docker.com:443',
		'registry-1.docker.io:443',
	]);
});

test('the program lists a repository of Docker Hub with its last pulls, and nothing but a login is needed', async t => {
	const opened = await openNamedHub(t);
	if (!opened) {
		return;
	}

	const {hub, named, folder} = opened;
	const pulled = '2026-11-20T10:00:00.000Z';
	hub.behaviour.fields.set(
		'v1',
		nameAsHub({
			tagLastPulled: pulled,
			tagLastPushed: '2026-01-01T00:00:00.000Z',
		}),
	);
	for (const host of [registryHost, tokenHost, apiHost]) {
		const place = path.join(folder, 'certs.d', host);
		await mkdir(place, {recursive: true});
		await writeFile(path.join(place, 'ca.crt'), named.settings.ca ?? '');
	}

	const {end} = startProgram(t, ['list', 'docker.io/ann/app', '--json'], {
		home: folder,
		environment: Object.fromEntries([
			['DOCKER_CONFIG', folder],
			['HTTPS_PROXY', named.settings.proxies.https ?? ''],
		]),
	});
	const {stdout, stderr} = await end;
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the program's own document
	const {registry, repositories, coverage} = JSON.parse(stdout || '{}') as {
		registry: string;
		coverage: ReadonlyArray<{source: string; state: string}>;
		repositories: ReadonlyArray<{
			digests: ReadonlyArray<{tags: string[]; pulls: {last: string}}>;
		}>;
	};
	t.false(stderr.includes('jetsam: not everything'));
	t.is(registry, 'docker.io');
	t.true(coverage.some(({source}) => source === 'pulls: docker-hub:tags'));
	const [one] =
		repositories[0]?.digests.filter(({tags}) => tags.includes('v1')) ?? [];
	t.is(one?.pulls.last, pulled);
});
