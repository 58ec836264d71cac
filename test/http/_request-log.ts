import test, {type ExecutionContext} from 'ava';
import {redactText, type RequestEntry} from '../../source/http/request-log.js';
import {
	type Answer,
	ask,
	catchHttpError,
	openClient,
	startLoopback,
} from './_loopback.js';

const secret = 'hunter2secret';

/** A client that gives a password, and what it logged, without the time that nobody can foresee. */
const openLogged = async (t: ExecutionContext, answer: Answer) => {
	const {origin, host} = await startLoopback(t, answer);
	const entries: RequestEntry[] = [];
	const client = openClient(origin, {
		authorize: () => `Basic ${secret}`,
		log(entry) {
			entries.push(entry);
		},
	});
	return {
		client,
		host,
		entries,
		lines: () =>
			entries.map(
				({method, url, status, failure, bytes, attempt}) =>
					`${method} ${url.replace(origin, '')} ${status}${failure} ${bytes} bytes, attempt ${attempt}`,
			),
	};
};

test('each request is logged with its status, size and attempt, also those that were tried again or redirected', async t => {
	const {client, lines, entries} = await openLogged(
		t,
		({url}, response, attempt) => {
			if (url === '/v2/moved?token=abc') {
				response
					.writeHead(307, {location: `/v2/there?signature=${secret}`})
					.end();
			} else {
				response.writeHead(attempt === 1 ? 503 : 200).end('12345');
			}
		},
	);
	await client.send(ask('/v2/moved?token=abc'));
	t.deepEqual(lines(), [
		'GET /v2/moved?token=REDACTED 307 0 bytes, attempt 1',
		'GET /v2/there?signature=REDACTED 503 5 bytes, attempt 1',
		'GET /v2/moved?token=REDACTED 307 0 bytes, attempt 2',
		'GET /v2/there?signature=REDACTED 200 5 bytes, attempt 2',
	]);
	t.true(
		entries.every(
			({milliseconds}) => Number.isInteger(milliseconds) && milliseconds >= 0,
		),
	);
});

test('a request that brings no reply is logged with what kept it away', async t => {
	const {client, lines} = await openLogged(t, (_request, response) => {
		response.destroy();
	});
	await catchHttpError(t, client.send(ask('/v2/', {method: 'DELETE'})));
	t.deepEqual(lines(), ['DELETE /v2/ 0UND_ERR_SOCKET 0 bytes, attempt 1']);
});

test('neither a password nor a cookie nor the value of a query is in the log', async t => {
	const {client, entries} = await openLogged(
		t,
		({headers: {authorization}}, response) => {
			response
				.writeHead(authorization === undefined ? 401 : 200, {
					'www-authenticate': 'Basic realm="x"',
					'set-cookie': `session=${secret}`,
				})
				.end(secret);
		},
	);
	await client.send(ask(`/v2/?n=5&state=${secret}`));
	t.deepEqual(
		entries.map(({status}) => status),
		[401, 200],
	);
	t.false(JSON.stringify(entries).includes(secret));
	t.true(entries[0]?.url.includes('n=5'));
});

for (const [text, expected] of [
	[
		`GET https://ann:${secret}@host.example/v2/?key=${secret} failed`,
		'GET https://host.example/v2/?key=REDACTED failed',
	],
	[`authorization: Bearer ${secret}`, 'authorization: Bearer REDACTED'],
	[`{"Authorization":"Basic ${secret}"}`, '{"Authorization":"Basic REDACTED"}'],
	[`access_token=${secret}&x=1`, 'access_token=REDACTED&x=1'],
	[`{"password": "${secret}"}`, '{"password": "REDACTED"}'],
	[`Cookie: ${secret}`, 'Cookie: REDACTED'],
	['a plain warning: nothing else', 'a plain warning: nothing else'],
] as const) {
	test(`a warning goes into the log as ${expected}`, t => {
		t.is(redactText(text), expected);
	});
}
