import test from 'ava';
import {Agent} from 'undici';
import {createHttpClient, type HttpClient} from '../../source/http/client.js';
import {describeHttpError} from '../../source/http/describe-error.js';
import {createLimiter} from '../../source/http/limiter.js';
import {usualTimeouts} from '../../source/http/open-client.js';
import {
	ask,
	catchHttpError,
	letOthersAct,
	openClient,
	startLoopback,
} from './_loopback.js';

const mebibyte = 1024 * 1024;

/** Shorter than anybody would wait, so that a test has not to. */
const timeouts = {connect: 1000, head: 40, body: 40};

const silences: ReadonlyArray<
	readonly [string, string, Parameters<typeof startLoopback>[1]]
> = [
	[
		'a host that never answers',
		'UND_ERR_HEADERS_TIMEOUT',
		() => {
			// It keeps the connection and says nothing.
		},
	],
	[
		'a body that stops in its middle',
		'UND_ERR_BODY_TIMEOUT',
		(_request, response) => {
			response.writeHead(200, {'content-length': 100});
			response.write('half');
		},
	],
];

for (const [what, code, answer] of silences) {
	test(`${what} is given up after one more try, with one sentence`, async t => {
		const {origin, seen, host} = await startLoopback(t, answer);
		const error = await catchHttpError(
			t,
			openClient(origin, {timeouts}).send(ask('/v2/')),
		);
		t.is(error.failure, 'network');
		t.is(error.networkCode, code);
		t.is(
			describeHttpError(error, host).message,
			`${host} did not answer in time.`,
		);
		t.is(seen.length, 2);
	});

	test(`${what} is not asked again to delete`, async t => {
		const {origin, seen} = await startLoopback(t, answer);
		await catchHttpError(
			t,
			openClient(origin, {timeouts}).send(ask('/v2/x', {method: 'DELETE'})),
		);
		await letOthersAct(t);
		t.is(seen.length, 1);
	});
}

test('nobody waits for ever', t => {
	t.true(Object.values(usualTimeouts).every(time => time <= 60_000));
});

test('a reply that says that it is too large is not read at all', async t => {
	const {origin, seen} = await startLoopback(t, (_request, response) => {
		// Its body never comes, so whoever waits for it waits for ever.
		response.writeHead(200, {'content-length': 50 * mebibyte}).flushHeaders();
	});
	const error = await catchHttpError(
		t,
		openClient(origin).send(ask('/', {maxBytes: 4 * mebibyte})),
	);
	t.is(error.failure, 'too-large');
	t.is(seen.length, 1);
});

test('of an endless reply no more is taken than was asked for', async t => {
	let taken = 0;
	let end: () => void = () => undefined;
	const ended = new Promise<void>(resolve => {
		end = resolve;
	});
	const piece = new Uint8Array(64 * 1024);
	const {origin} = await startLoopback(t, (_request, response) => {
		const write = (): void => {
			while (!response.destroyed && response.write(piece)) {
				taken += piece.length;
			}
		};

		response.on('drain', write);
		response.on('close', end);
		write();
	});
	const error = await catchHttpError(
		t,
		openClient(origin).send(ask('/', {maxBytes: 4 * mebibyte})),
	);
	t.is(error.failure, 'too-large');
	await ended;
	// What lies in the buffers of both ends comes on top.
	t.true(taken < 16 * mebibyte, `${taken} bytes were taken`);
});

/** A client at a fixed time that tells for how long it was made to wait. */
const openPausingClient = (origin: string, pauses: number[]): HttpClient => {
	const dispatcher = new Agent();
	const limiter = createLimiter(1);
	return createHttpClient({
		origin,
		dispatcher,
		elsewhere: dispatcher,
		limiter: {
			...limiter,
			pause(milliseconds) {
				pauses.push(milliseconds);
				limiter.pause(milliseconds);
			},
		},
		readOnly: false,
		authorize: () => undefined,
		retryPause: 1,
		log: undefined,
		now: () => Date.parse('2026-11-22T12:00:00Z'),
	});
};

for (const [form, value] of [
	['seconds', '7'],
	['a date', 'Sun, 22 Nov 2026 12:00:07 GMT'],
] as const) {
	test(`429 with Retry-After as ${form} makes every worker wait so long`, async t => {
		const server = await startLoopback(t, (_request, response) => {
			response.writeHead(429, {'retry-after': value}).end();
		});
		const pauses: number[] = [];
		const client = openPausingClient(server.origin, pauses);
		const stop = new AbortController();
		const reply = client.send(ask('/', {signal: stop.signal}));
		await server.waitForRequests(1);
		await letOthersAct(t);
		stop.abort(new Error('seen enough'));
		await t.throwsAsync(reply, {message: 'seen enough'});
		t.deepEqual(pauses, [7000]);
	});
}
