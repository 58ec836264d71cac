import {Buffer} from 'node:buffer';
import {once} from 'node:events';
import {Agent, get} from 'node:http';
import {setImmediate} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import {
	startEmbeddedRegistry,
	type EmbeddedRegistryOptions,
} from '../../source/demo/embedded-registry.js';
import {createRegistryContent} from '../../source/demo/registry-content.js';

async function startRegistry(
	t: ExecutionContext,
	options: Partial<EmbeddedRegistryOptions>,
) {
	const registry = await startEmbeddedRegistry({
		content: createRegistryContent(),
		deletes: 'enabled',
		...options,
	});
	t.teardown(registry.close);
	return registry;
}

async function requestStatus(
	url: string,
	init: RequestInit = {},
): Promise<number> {
	const {status} = await fetch(url, init);
	return status;
}

test('it listens on a free port of 127.0.0.1', async t => {
	const one = await startRegistry(t, {});
	const two = await startRegistry(t, {});
	t.regex(one.host, /^127\.0\.0\.1:\d+$/v);
	t.is(one.url, `http://${one.host}`);
	t.not(one.host, two.host);
});

test('Basic credentials are asked for on every path', async t => {
	const {url} = await startRegistry(t, {
		credentials: {username: 'lab', password: 'lab:pw'},
	});
	const without = await fetch(`${url}/v2/_catalog`);
	t.is(without.status, 401);
	t.is(without.headers.get('www-authenticate'), 'Basic realm="jetsam demo"');
	t.regex(await without.text(), /"code":"UNAUTHORIZED"/v);
	const ask = async (scheme: string, credentials: string) => {
		const encoded = Buffer.from(credentials).toString('base64');
		const headers = {authorization: `${scheme} ${encoded}`};
		return requestStatus(`${url}/v2/`, {headers});
	};

	t.is(await ask('Basic', 'lab:wrong'), 401);
	t.is(await ask('Bearer', 'lab:lab:pw'), 401);
	t.is(await ask('Basic', 'lab:lab:pw'), 200);
});

test('requests are logged with path, status and headers', async t => {
	const {url, requests} = await startRegistry(t, {});
	await fetch(`${url}/v2/_catalog?n=1`, {
		headers: {
			accept: 'text/x',
			authorization: 'Basic eA==',
			'user-agent': 'jetsam/1',
		},
	});
	await fetch(`${url}/nothing`, {method: 'DELETE'});
	t.deepEqual(requests[0], {
		method: 'GET',
		path: '/v2/_catalog?n=1',
		status: 200,
		userAgent: 'jetsam/1',
		accept: 'text/x',
		authorization: 'Basic eA==',
	});
	t.like(requests[1], {
		method: 'DELETE',
		path: '/nothing',
		status: 404,
		authorization: undefined,
	});
	t.is(requests.length, 2);
});

test('an interceptor may answer itself, counted per method and path', async t => {
	const attempts: Array<[string, string, number]> = [];
	const {url, requests} = await startRegistry(t, {
		async intercept({method, path, headers}, response, attempt) {
			await setImmediate();
			attempts.push([method, path, attempt]);
			t.truthy(headers.host);
			if (method === 'GET' && attempt === 1) {
				response.writeHead(503, {'retry-after': '1'}).end('later');
				return true;
			}

			return false;
		},
	});
	const first = await fetch(`${url}/v2/`);
	t.is(first.status, 503);
	t.is(first.headers.get('retry-after'), '1');
	t.is(await first.text(), 'later');
	t.is(await requestStatus(`${url}/v2/`), 200);
	t.is(await requestStatus(`${url}/v2/`, {method: 'HEAD'}), 200);
	t.is(await requestStatus(`${url}/v2/?x`), 503);
	t.deepEqual(attempts, [
		['GET', '/v2/', 1],
		['GET', '/v2/', 2],
		['HEAD', '/v2/', 1],
		['GET', '/v2/?x', 1],
	]);
	t.deepEqual(
		requests.map(({status}) => status),
		[503, 200, 200, 503],
	);
});

test('an interceptor may cut the connection, and one that throws answers 500', async t => {
	const {url, requests} = await startRegistry(t, {
		intercept({method}, response) {
			if (method === 'HEAD') {
				throw new Error('fault in the fault');
			}

			response.destroy();
			return true;
		},
	});
	await t.throwsAsync(fetch(`${url}/v2/`), {instanceOf: TypeError});
	t.is(await requestStatus(`${url}/v2/`, {method: 'HEAD'}), 500);
	t.deepEqual(
		requests.map(({status}) => status),
		[0, 500],
	);
});

test('latency is asked anew for every answer', async t => {
	const waits = [2, 0, 1];
	const {url, requests} = await startRegistry(t, {
		latency: () => waits.pop() ?? 0,
	});
	for (const left of [2, 1, 0, 0]) {
		t.is(await requestStatus(`${url}/v2/`), 200);
		t.is(waits.length, left);
	}

	t.is(requests.length, 4);
	const fixed = await startRegistry(t, {latency: 1});
	t.is(await requestStatus(`${fixed.url}/v2/`), 200);
});

test('close cuts idle and waiting connections and can be called twice', async t => {
	const registry = await startRegistry(t, {
		intercept: ({path}) => path === '/never',
	});
	const agent = new Agent({keepAlive: true});
	t.teardown(() => {
		agent.destroy();
	});
	const idle = get(`${registry.url}/v2/`, {agent}, response => {
		response.resume();
	});
	await once(idle, 'close');
	const waiting = get(`${registry.url}/never`, {agent});
	const cut = once(waiting, 'error');
	while (registry.requests.length < 2) {
		await setImmediate();
	}

	await registry.close();
	await registry.close();
	t.like(await cut, [{code: 'ECONNRESET'}]);
	await t.throwsAsync(fetch(`${registry.url}/v2/`));
});
