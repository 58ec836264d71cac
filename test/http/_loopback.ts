import {spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {
	createServer,
	type IncomingMessage,
	type RequestListener,
	type ServerResponse,
} from 'node:http';
import {
	createServer as createSecureServer,
	type ServerOptions,
} from 'node:https';
import type {Server} from 'node:net';
import process from 'node:process';
import type {ExecutionContext} from 'ava';
import type {HttpClient, HttpRequest} from '../../source/http/client.js';
import {HttpError} from '../../source/http/http-error.js';
import {openHttpClient, type Timeouts} from '../../source/http/open-client.js';
import type {RequestLog} from '../../source/http/request-log.js';

/** Answers a request; `attempt` counts the requests with its method and path, from 1. */
export type Answer = (
	request: IncomingMessage,
	response: ServerResponse,
	attempt: number,
) => void;

/** A request as a server saw it. */
export type SeenRequest = {
	readonly method: string | undefined;
	readonly path: string | undefined;
	readonly authorization: string | undefined;
	readonly userAgent: string | undefined;
};

/** A server on 127.0.0.1 that lives as long as its test. */
export type Loopback = {
	readonly host: string;
	readonly origin: string;
	readonly seen: readonly SeenRequest[];
	readonly countConnections: () => number;
	/** Resolves when so many requests have arrived. */
	readonly waitForRequests: (count: number) => Promise<void>;
};

/** Starts a server, with https where a certificate is given. */
export async function startLoopback(
	t: ExecutionContext,
	answer: Answer,
	tls?: ServerOptions,
): Promise<Loopback> {
	const seen: SeenRequest[] = [];
	const attempts = new Map<string, number>();
	const waiting: Array<() => void> = [];
	const listen: RequestListener = (request, response) => {
		const {method, url: path, headers} = request;
		const key = `${method} ${path}`;
		attempts.set(key, (attempts.get(key) ?? 0) + 1);
		seen.push({
			method,
			path,
			authorization: headers.authorization,
			userAgent: headers['user-agent'],
		});
		answer(request, response, attempts.get(key) ?? 0);
		for (const wake of waiting.splice(0)) {
			wake();
		}
	};

	const server = tls ? createSecureServer(tls, listen) : createServer(listen);
	let connections = 0;
	server.on('connection', () => {
		connections++;
	});
	// Node would cut idle connections after 5 s, in a race with the next request.
	server.keepAliveTimeout = 0;
	const host = `127.0.0.1:${await findPort(server)}`;
	t.teardown(async () => {
		const closed = once(server, 'close');
		server.close();
		server.closeAllConnections();
		await closed;
	});
	return {
		host,
		origin: `${tls ? 'https' : 'http'}://${host}`,
		seen,
		countConnections: () => connections,
		async waitForRequests(count) {
			while (seen.length < count) {
				await new Promise<void>(resolve => {
					waiting.push(resolve);
				});
			}
		},
	};
}

async function findPort(server: Server): Promise<number> {
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	if (address === null || typeof address === 'string') {
		throw new Error('The system gave no port on the loopback address.');
	}

	return address.port;
}

/** A host where nothing listens. The system gives this port to nobody who asks for any, so no other test gets it meanwhile. */
export const silentHost = '127.0.0.1:1';

/** A client that hardly pauses. */
export function openClient(
	origin: string,
	options: {
		readonly readOnly?: boolean;
		readonly insecure?: boolean;
		readonly retryPause?: number;
		readonly timeouts?: Timeouts;
		readonly authorize?: (challenge: string) => string | undefined;
		readonly log?: RequestLog;
	} = {},
): HttpClient {
	return openHttpClient(
		{
			readOnly: options.readOnly ?? false,
			insecureHosts: options.insecure ? [new URL(origin).host] : [],
			proxies: {http: undefined, https: undefined, none: undefined},
			retryPause: options.retryPause ?? 1,
			now: () => Date.now(),
			log: options.log,
			...(options.timeouts && {timeouts: options.timeouts}),
		},
		{origin, authorize: options.authorize ?? (() => undefined)},
	);
}

/** A request with everything that a test does not care about. */
export function ask(
	path: string,
	options: Partial<HttpRequest> = {},
): HttpRequest {
	return {
		method: 'GET',
		path,
		signal: new AbortController().signal,
		maxBytes: 1024,
		...options,
	};
}

/** The `HttpError` that a promise rejects with; anything else fails the test. */
export async function catchHttpError(
	t: ExecutionContext,
	promise: Promise<unknown>,
): Promise<HttpError> {
	const error = await t.throwsAsync(promise, {instanceOf: HttpError});
	if (!error) {
		throw new Error('no HttpError');
	}

	return error;
}

/** Gives whatever could still happen the chance to: sends requests on a way of its own, one after the other. */
export async function letOthersAct(t: ExecutionContext): Promise<void> {
	const {origin} = await startLoopback(t, (_request, response) => {
		response.end();
	});
	const client = openClient(origin);
	for (let count = 0; count < 30; count++) {
		await client.send(ask(`/${count}`));
	}
}

/** A certificate that nobody has signed, and its key; `undefined` where there is no openssl. */
export function makeCertificate():
	{readonly key: string; readonly cert: string} | undefined {
	const {status, stdout} = spawnSync(
		'openssl',
		'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1 -keyout - -out -'.split(
			' ',
		),
		{encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']},
	);
	return status === 0 ? {key: stdout, cert: stdout} : undefined;
}

/** Passes a test that this machine cannot run; CI has to be able to. */
export function skip(t: ExecutionContext, why: string): void {
	if (process.env['CI'] === 'true') {
		t.fail(`${why}, and CI must not skip this test`);
		return;
	}

	t.log(`skip: ${why}`);
	t.pass();
}
