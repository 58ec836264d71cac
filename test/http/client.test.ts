import {text as readText} from 'node:stream/consumers';
import test from 'ava';
import {userAgent, version} from '../../source/version.js';
import {
	ask,
	catchHttpError,
	silentHost,
	letOthersAct,
	makeCertificate,
	openClient,
	skip,
	startLoopback,
} from './_loopback.js';

const text = (body: Uint8Array): string => new TextDecoder().decode(body);

const passingFaults: ReadonlyArray<
	readonly [string, Parameters<typeof startLoopback>[1]]
> = [
	[
		'a connection that is reset',
		(_request, response) => {
			response.destroy();
		},
	],
	[
		'a reply that is cut off',
		(_request, response) => {
			response.writeHead(200, {'content-length': 100});
			response.write('half', () => {
				response.destroy();
			});
		},
	],
	...[408, 500, 502, 503, 504].map((status): (typeof passingFaults)[number] => [
		`status ${status}`,
		(_request, response) => {
			response.writeHead(status).end('later');
		},
	]),
];

for (const [what, fault] of passingFaults) {
	test(`${what} is tried again`, async t => {
		const {origin, seen} = await startLoopback(
			t,
			(request, response, attempt) => {
				if (attempt === 1) {
					fault(request, response, attempt);
				} else {
					response.end('whole');
				}
			},
		);
		const reply = await openClient(origin).send(ask('/v2/'));
		t.is(reply.status, 200);
		t.is(text(reply.body), 'whole');
		t.is(seen.length, 2);
	});

	test(`${what} is not tried again after DELETE`, async t => {
		const {origin, seen} = await startLoopback(t, fault);
		const client = openClient(origin);
		await catchHttpError(t, client.send(ask('/v2/x', {method: 'DELETE'})));
		await letOthersAct(t);
		t.is(seen.length, 1);
	});
}

test('a server that always fails is given up after four tries', async t => {
	const {origin, seen, host} = await startLoopback(t, (_request, response) => {
		response
			.writeHead(500)
			.end('{"errors": [{"code": "UNKNOWN", "message": "disk"}]}');
	});
	const error = await catchHttpError(
		t,
		openClient(origin).send(ask('/v2/?n=5')),
	);
	t.like(error, {
		failure: 'status',
		method: 'GET',
		status: 500,
		url: `http://${host}/v2/?n=5`,
		detail: 'disk',
	});
	t.deepEqual(error.codes, ['UNKNOWN']);
	t.is(seen.length, 4);
});

test('a server that always cuts off is given up after four tries', async t => {
	const {origin, seen} = await startLoopback(t, (_request, response) => {
		response.destroy();
	});
	const error = await catchHttpError(t, openClient(origin).send(ask('/v2/')));
	t.is(error.failure, 'network');
	t.is(error.status, 0);
	t.is(seen.length, 4);
});

for (const status of [400, 401, 403, 404, 405, 416, 501]) {
	test(`status ${status} is final, and an answer where it is expected`, async t => {
		const {origin, seen} = await startLoopback(t, (_request, response) => {
			response.writeHead(status).end('no');
		});
		const client = openClient(origin);
		const error = await catchHttpError(t, client.send(ask('/v2/')));
		t.is(error.status, status);
		t.is(seen.length, 1);
		const reply = await client.send(ask('/v2/', {expect: [status]}));
		t.is(reply.status, status);
		t.is(text(reply.body), 'no');
	});
}

test('where nothing listens, that is said at once', async t => {
	const error = await catchHttpError(
		t,
		openClient(`http://${silentHost}`, {retryPause: 1_000_000}).send(
			ask('/v2/'),
		),
	);
	t.is(error.failure, 'network');
	t.is(error.networkCode, 'ECONNREFUSED');
});

for (const method of ['GET', 'HEAD'] as const) {
	test(`429 is tried again after ${method}, as often as it comes`, async t => {
		const {origin, seen} = await startLoopback(
			t,
			(_request, response, attempt) => {
				const headers = attempt === 2 ? {} : {'retry-after': '0'};
				response.writeHead(attempt > 6 ? 202 : 429, headers).end();
			},
		);
		const reply = await openClient(origin).send(ask('/v2/x', {method}));
		t.is(reply.status, 202);
		t.is(seen.length, 7);
	});
}

test('a delete that got 429 is not sent again: its facts have to be read first', async t => {
	const {origin, seen} = await startLoopback(t, (_request, response) => {
		response.writeHead(429, {'retry-after': '0'}).end();
	});
	const error = await catchHttpError(
		t,
		openClient(origin).send(ask('/v2/x', {method: 'DELETE'})),
	);
	t.is(error.status, 429);
	t.is(seen.length, 1);
});

test('429 with Retry-After holds back every worker of the host', async t => {
	const atOnce = 16;
	const held: Array<() => void> = [];
	const server = await startLoopback(t, (request, response) => {
		if (request.url === '/0') {
			held.push(() => {
				response.writeHead(429, {'retry-after': '3600'}).end();
			});
		} else {
			held.push(() => {
				response.end();
			});
		}
	});
	const client = openClient(server.origin);
	const stop = new AbortController();
	const results = Array.from({length: 3 * atOnce}, async (_, index) =>
		client.send(ask(`/${index}`, {signal: stop.signal})),
	);
	await server.waitForRequests(atOnce);
	const refused = server.seen.findIndex(({path}) => path === '/0');
	const [answerRefused] = held.splice(refused, 1);
	answerRefused?.();
	await letOthersAct(t);
	t.is(server.seen.length, atOnce, 'the worker that got 429 sends nothing');

	for (const answer of held) {
		answer();
	}

	await letOthersAct(t);
	t.is(server.seen.length, atOnce, 'the others send nothing more');

	const reason = new Error('the operator left');
	stop.abort(reason);
	const ended = await Promise.allSettled(results);
	t.is(ended.filter(({status}) => status === 'fulfilled').length, atOnce - 1);
	t.true(
		ended.every(
			result => result.status === 'fulfilled' || result.reason === reason,
		),
	);
	t.is(server.seen.length, atOnce);
});

test('aborting ends a request that waits for its reply', async t => {
	const server = await startLoopback(t, () => {
		// It never answers.
	});
	const stop = new AbortController();
	const reply = openClient(server.origin).send(
		ask('/v2/', {signal: stop.signal}),
	);
	await server.waitForRequests(1);
	const reason = new Error('the operator left');
	stop.abort(reason);
	const error = await t.throwsAsync(reply);
	t.is(error, reason);
});

test('aborting ends a request that waits to be tried again', async t => {
	const server = await startLoopback(t, (_request, response) => {
		response.writeHead(503).end();
	});
	const stop = new AbortController();
	const reply = openClient(server.origin, {retryPause: 1_000_000}).send(
		ask('/v2/', {signal: stop.signal}),
	);
	await server.waitForRequests(1);
	await letOthersAct(t);
	const reason = new Error('the operator left');
	stop.abort(reason);
	const error = await t.throwsAsync(reply);
	t.is(error, reason);
	t.is(server.seen.length, 1);
});

test('nothing is sent once it is aborted', async t => {
	const server = await startLoopback(t, (_request, response) => {
		response.end();
	});
	const reason = new Error('the operator left');
	const reply = openClient(server.origin).send(
		ask('/v2/', {signal: AbortSignal.abort(reason)}),
	);
	const error = await t.throwsAsync(reply);
	t.is(error, reason);
	t.is(server.seen.length, 0);
});

test('a reply larger than asked for is not read', async t => {
	const {origin, seen} = await startLoopback(t, (request, response) => {
		response.end('x'.repeat(request.url === '/fits' ? 10 : 11));
	});
	const client = openClient(origin);
	const reply = await client.send(ask('/fits', {maxBytes: 10}));
	t.is(reply.body.length, 10);
	const error = await catchHttpError(
		t,
		client.send(ask('/more', {maxBytes: 10})),
	);
	t.is(error.failure, 'too-large');
	t.is(seen.length, 2);
});

test('an endless error page is cut, and the status still told', async t => {
	const {origin} = await startLoopback(t, (_request, response) => {
		response.writeHead(403).end('x'.repeat(1_000_000));
	});
	const error = await catchHttpError(
		t,
		openClient(origin).send(ask('/', {maxBytes: 0})),
	);
	t.is(error.status, 403);
});

const answerOk: Parameters<typeof startLoopback>[1] = (_request, response) => {
	response.end('ok');
};

test('safeguard 5: under --read-only no DELETE leaves the process', async t => {
	const server = await startLoopback(t, answerOk);
	const client = openClient(server.origin, {readOnly: true});
	const error = await catchHttpError(
		t,
		client.send(ask('/v2/app/manifests/x', {method: 'DELETE'})),
	);
	t.is(error.failure, 'held');
	t.is(server.countConnections(), 0);
	await client.send(ask('/read'));
	await client.send(ask('/read', {method: 'HEAD'}));
	t.deepEqual(
		server.seen.map(({method, path}) => `${method} ${path}`),
		['GET /read', 'HEAD /read'],
	);
});

test('every request names jetsam and its version', async t => {
	const {origin, seen} = await startLoopback(t, (request, response) => {
		if (request.url === '/from') {
			response.writeHead(307, {location: '/to'});
		}

		response.end();
	});
	const client = openClient(origin);
	await client.send(ask('/from'));
	await client.send(ask('/x', {method: 'DELETE'}));
	t.is(userAgent, `jetsam/${version}`);
	t.regex(version, /^\d+\.\d+\.\d+/);
	t.deepEqual(
		seen.map(request => [request.path, request.userAgent]),
		['/from', '/to', '/x'].map(path => [path, userAgent]),
	);
});

for (const method of ['GET', 'HEAD', 'DELETE'] as const) {
	test(`200 times ${method} need no more than 16 connections`, async t => {
		const server = await startLoopback(t, answerOk);
		const client = openClient(server.origin);
		await Promise.all(
			Array.from({length: 200}, async (_, index) =>
				client.send(ask(`/${index}`, {method})),
			),
		);
		t.is(server.seen.length, 200);
		t.true(server.countConnections() <= 16, `${server.countConnections()}`);
	});
}

test('a login is given when it is asked for, and kept', async t => {
	const {origin, seen} = await startLoopback(t, (request, response) => {
		if (request.headers.authorization === 'Basic right') {
			response.end();
		} else {
			response.writeHead(401, {'www-authenticate': 'Basic realm="lab"'}).end();
		}
	});
	const challenges: string[] = [];
	const client = openClient(origin, {
		authorize(challenge) {
			challenges.push(challenge);
			return 'Basic right';
		},
	});
	await client.send(ask('/one'));
	await client.send(ask('/two'));
	t.deepEqual(challenges, ['Basic realm="lab"']);
	t.deepEqual(
		seen.map(({path, authorization}) => [path, authorization]),
		[
			['/one', undefined],
			['/one', 'Basic right'],
			['/two', 'Basic right'],
		],
	);
});

test('a login that is not accepted is not kept, and 401 is the answer', async t => {
	const {origin, seen} = await startLoopback(t, (_request, response) => {
		response.writeHead(401, {'www-authenticate': 'Basic realm="lab"'}).end();
	});
	const client = openClient(origin, {authorize: () => 'Basic wrong'});
	const error = await catchHttpError(t, client.send(ask('/one')));
	t.is(error.status, 401);
	await catchHttpError(t, client.send(ask('/two')));
	t.deepEqual(
		seen.map(({authorization}) => authorization),
		[undefined, 'Basic wrong', undefined, 'Basic wrong'],
	);
});

test('without a login for the challenge none is made up', async t => {
	const {origin, seen} = await startLoopback(t, (_request, response) => {
		response.writeHead(401).end();
	});
	const error = await catchHttpError(t, openClient(origin).send(ask('/')));
	t.is(error.status, 401);
	t.is(seen.length, 1);
});

test('safeguard 14: a redirect takes no login along, to another host or the same', async t => {
	const other = await startLoopback(t, (_request, response) => {
		response.writeHead(401, {'www-authenticate': 'Basic realm="lab"'}).end();
	});
	const own = await startLoopback(t, (request, response) => {
		const {authorization} = request.headers;
		if (request.url === '/here') {
			response.end(authorization ?? 'none');
		} else if (authorization === 'Basic right') {
			const location =
				request.url === '/away' ? `${other.origin}/blob?token=1` : '/here';
			response.writeHead(307, {location}).end();
		} else {
			response.writeHead(401, {'www-authenticate': 'Basic'}).end();
		}
	});
	const client = openClient(own.origin, {authorize: () => 'Basic right'});
	const error = await catchHttpError(t, client.send(ask('/away')));
	t.is(error.status, 401);
	t.deepEqual(
		other.seen.map(({path, authorization}) => [path, authorization]),
		[['/blob?token=1', undefined]],
	);
	const reply = await client.send(ask('/stay'));
	t.is(text(reply.body), 'none');
});

for (const location of [
	'http://registry.invalid/blob',
	'ftp://127.0.0.1/blob',
	'file:///etc/passwd',
	'http://',
	'',
]) {
	test(`a redirect to ${JSON.stringify(location)} is not followed`, async t => {
		const {origin, seen} = await startLoopback(t, (_request, response) => {
			response.writeHead(302, {location}).end();
		});
		const error = await catchHttpError(t, openClient(origin).send(ask('/')));
		t.true(['malformed', 'status'].includes(error.failure));
		t.true(seen.every(({path}) => path === '/'));
	});
}

test('redirects in a circle end', async t => {
	const {origin, seen} = await startLoopback(t, (_request, response) => {
		response.writeHead(301, {location: '/'}).end();
	});
	const error = await catchHttpError(t, openClient(origin).send(ask('/')));
	t.is(error.status, 301);
	t.is(seen.length, 6);
});

test('a redirect of DELETE is not followed', async t => {
	const other = await startLoopback(t, answerOk);
	const {origin} = await startLoopback(t, (_request, response) => {
		response.writeHead(307, {location: `${other.origin}/`}).end();
	});
	const error = await catchHttpError(
		t,
		openClient(origin).send(ask('/', {method: 'DELETE'})),
	);
	t.is(error.status, 307);
	t.is(other.seen.length, 0);
});

test('safeguard 14: nothing falls back from https to http', async t => {
	const tls = makeCertificate();
	if (!tls) {
		skip(t, 'there is no openssl on this machine');
		return;
	}

	const plain = await startLoopback(t, answerOk);
	const secure = await startLoopback(
		t,
		(request, response) => {
			if (request.url === '/away') {
				response.writeHead(302, {location: `${plain.origin}/`});
			}

			response.end('secure');
		},
		tls,
	);
	const client = openClient(secure.origin, {insecure: true});
	const reply = await client.send(ask('/'));
	t.is(text(reply.body), 'secure');
	const error = await catchHttpError(t, client.send(ask('/away')));
	t.is(error.failure, 'malformed');
	t.is(plain.seen.length, 0);

	const distrusting = openClient(secure.origin, {retryPause: 1_000_000});
	const distrust = await catchHttpError(t, distrusting.send(ask('/')));
	t.is(distrust.networkCode, 'DEPTH_ZERO_SELF_SIGNED_CERT');
});

test('a host keeps the port that was written', t => {
	for (const host of [
		'h.example',
		'h.example:443',
		'h.example:80',
		'[::1]:5000',
	]) {
		t.is(openClient(`https://${host}`).host, host);
		t.is(openClient(`http://${host}`).host, host);
	}
});

test('a question by POST is asked under read-only too, and again after a failure', async t => {
	const bodies: string[] = [];
	const {origin, seen} = await startLoopback(
		t,
		(request, response, attempt) => {
			void readText(request).then(text => {
				bodies.push(`${request.headers['content-type']} ${text}`);
				response.statusCode = attempt === 1 ? 503 : 200;
				response.end();
			});
		},
	);
	const client = openClient(origin, {readOnly: true});
	await client.send(ask('/search', {method: 'POST', question: '{"size":0}'}));
	t.deepEqual(bodies, [
		'application/json {"size":0}',
		'application/json {"size":0}',
	]);
	t.is(seen.length, 2);
});

test('a POST that is no question is held under read-only, and a question follows no redirect', async t => {
	const {origin, seen} = await startLoopback(t, (_request, response) => {
		response.writeHead(307, {location: '/elsewhere'});
		response.end();
	});
	const client = openClient(origin, {readOnly: true});
	const held = await catchHttpError(t, client.send(ask('/', {method: 'POST'})));
	t.is(held.failure, 'held');
	t.is(seen.length, 0);
	const moved = await catchHttpError(
		t,
		client.send(ask('/', {method: 'POST', question: '{}'})),
	);
	t.is(moved.status, 307);
	t.is(seen.length, 1);
});

test('a login that goes along unasked is sent once, and to no other host', async t => {
	const other = await startLoopback(t, (_request, response) => {
		response.end();
	});
	const {origin, seen} = await startLoopback(t, ({url}, response) => {
		response.writeHead(url === '/away' ? 302 : 401, {
			location: `${other.origin}/`,
			'www-authenticate': 'Basic realm="x"',
		});
		response.end();
	});
	const client = openClient(origin, {authorize: () => 'Basic other'});
	const authorization = 'Bearer own';
	await catchHttpError(t, client.send(ask('/', {authorization})));
	await client.send(ask('/away', {authorization}));
	t.deepEqual(
		seen.map(request => request.authorization),
		['Bearer own', 'Bearer own'],
	);
	t.deepEqual(
		other.seen.map(request => request.authorization),
		[undefined],
	);
});
