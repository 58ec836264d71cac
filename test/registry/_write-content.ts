/* eslint-disable ava/no-ignored-test-files -- any.test.ts loads it */
import {hash} from 'node:crypto';
import test, {type ExecutionContext} from 'ava';
import {parseDigest} from '../../source/oci/digest.js';
import {openRegistry} from '../../source/registry/open-registry.js';
import {type Answer, startLoopback} from '../http/_loopback.js';

const bytes = new TextEncoder().encode('a layer');
const digest = parseDigest(`sha256:${hash('sha256', bytes)}`)!;
const {signal} = new AbortController();
const content = {
	size: bytes.length,
	async *open() {
		yield bytes.subarray(0, 3);
		yield bytes.subarray(3);
	},
};

const open = async (host: string, readOnly: boolean) =>
	openRegistry(host, {
		settings: {
			readOnly,
			insecureHosts: [],
			proxies: {http: undefined, https: undefined, none: undefined},
			retryPause: 1,
			now: () => 0,
		},
		logins: new Map([[host, {username: 'ann', password: 'secret'}]]),
		signal,
	});

/** A registry that asks for a login and sends uploads to an address. */
const startRegistry = async (
	t: ExecutionContext,
	location: (host: string) => string,
	put: Answer,
) =>
	startLoopback(t, (request, response, attempt) => {
		if (request.headers.authorization === undefined) {
			response.writeHead(401, {'www-authenticate': 'Basic realm="r"'}).end();
		} else if (request.method === 'POST') {
			const headers = {location: location(request.headers.host ?? '')};
			response.writeHead(202, headers).end();
		} else if (request.method === 'PUT') {
			put(request, response, attempt);
		} else {
			response.writeHead(request.method === 'DELETE' ? 204 : 200).end('{}');
		}
	});

test('a blob goes by POST and PUT, in one piece, and the login is sent with both', async t => {
	const bodies: string[] = [];
	const {host, seen} = await startRegistry(
		t,
		() => '/v2/app/blobs/uploads/1?state=s',
		(request, response) => {
			request.setEncoding('utf8').on('data', (text: string) => {
				bodies.push(text);
			});
			request.on('end', () => {
				bodies.push(request.headers['content-length'] ?? '');
				response.writeHead(201).end();
			});
		},
	);
	const registry = await open(host, false);
	const reply = await registry.putBlob('app', digest, {content, signal});
	t.is(reply.kind, 'accepted');
	t.is(bodies.join(''), 'a layer7');
	t.deepEqual(
		seen
			.filter(({method}) => method !== 'GET')
			.map(({method, path, authorization}) => [
				method,
				path,
				authorization !== undefined,
			]),
		[
			['POST', '/v2/app/blobs/uploads/', true],
			[
				'PUT',
				`/v2/app/blobs/uploads/1?state=s&digest=${digest.replace(':', '%3A')}`,
				true,
			],
		],
	);
});

test('safeguard 14: an upload that goes to another host goes without the login', async t => {
	const storage = await startLoopback(t, (_request, response) => {
		response.writeHead(201).end();
	});
	const {host, seen} = await startRegistry(
		t,
		() => `${storage.origin}/upload`,
		(_request, response) => {
			response.writeHead(500).end();
		},
	);
	const registry = await open(host, false);
	const reply = await registry.putBlob('app', digest, {content, signal});
	t.is(reply.kind, 'accepted');
	t.deepEqual(
		storage.seen.map(({method, authorization}) => [method, authorization]),
		[['PUT', undefined]],
	);
	t.false(seen.some(({method}) => method === 'PUT'));
});

test('safeguard 5: under --read-only no POST and no PUT leaves the process', async t => {
	const {host, seen} = await startRegistry(
		t,
		() => '/v2/app/blobs/uploads/1',
		(_request, response) => {
			response.writeHead(201).end();
		},
	);
	const registry = await open(host, true);
	const manifest = {bytes, mediaType: 'application/json'};
	t.deepEqual(
		[
			await registry.mayPush('app', signal),
			await registry.putBlob('app', digest, {content, signal}),
			await registry.putManifest('app', digest, {content: manifest, signal}),
		],
		[{kind: 'held'}, {kind: 'held'}, {kind: 'held'}],
	);
	t.deepEqual([...new Set(seen.map(({method}) => method))], ['GET']);
});

test('push rights are found out by an upload that is taken back', async t => {
	const {host, seen} = await startRegistry(
		t,
		() => '/v2/app/blobs/uploads/1',
		(_request, response) => {
			response.writeHead(201).end();
		},
	);
	const registry = await open(host, false);
	t.deepEqual(await registry.mayPush('app', signal), {kind: 'accepted'});
	t.deepEqual(
		seen.slice(-2).map(({method, path}) => `${method} ${path}`),
		['POST /v2/app/blobs/uploads/', 'DELETE /v2/app/blobs/uploads/1'],
	);
});
