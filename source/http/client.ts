import {setMaxListeners} from 'node:events';
import {setImmediate} from 'node:timers/promises';
import pRetry from 'p-retry';
import type {Dispatcher} from 'undici';
import {isLoopback} from '../oci/reference.js';
import {decodeText} from '../oci/json.js';
import type {Authorize, Authorizer} from './authorizer.js';
import {type Sending, sendOnce} from './exchange.js';
import {HttpError} from './http-error.js';
import {isReading, isWorthRepeating} from './is-worth-repeating.js';
import type {Limiter} from './limiter.js';
import {readPullLimit} from './pull-limit.js';
import type {RequestContent} from './request-content.js';
import type {RequestLog} from './request-log.js';
import {longestWait, parseRetryAfter} from './retry-after.js';

/** What is asked of a host. */
export type HttpRequest = {
	readonly method: 'GET' | 'HEAD' | 'DELETE' | 'POST' | 'PUT';
	/** Path and query, beginning with a slash; or the whole address that this host named, which gets no credentials where it is another host's. */
	readonly path: string;
	readonly accept?: string;
	/** A question that a POST asks, as JSON: it changes nothing, so it is sent under `--read-only`, and again where it failed. */
	readonly question?: string;
	/** The same as a form, where that is what the host wants. */
	readonly form?: string;
	/** The Authorization header, where it is to go along before anything asks for it. */
	readonly authorization?: string;
	/** What is sent along. */
	readonly content?: RequestContent;
	/** Only this part of the reply is wanted, for example `bytes=0-0`. */
	readonly range?: string;
	/** Takes the body of a reply that is no error, instead of the reply itself; called anew, from the first byte, each time that the request is tried again. */
	readonly receive?: (body: AsyncIterable<Uint8Array>) => Promise<void>;
	readonly signal: AbortSignal;
	/** The largest reply that makes sense here. */
	readonly maxBytes: number;
	/** Error statuses that are an answer here, not a failure. */
	readonly expect?: readonly number[];
	/** Of the requests that wait for a connection the highest goes first; 0 when left out. */
	readonly priority?: number;
};

/** A whole reply. */
export type HttpReply = {
	readonly status: number;
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
	readonly body: Uint8Array;
};

/** One way out to one host. */
export type HttpClient = {
	readonly host: string;
	/** For example `https://registry.example:5000`. */
	readonly origin: string;
	/**
	Sends a request and reads its reply.

	Reading requests are tried again after failures of network and server, with growing pauses and jitter; a 429 makes every worker of the host wait, whatever the method. Throws `HttpError`, or the signal's reason.
	*/
	readonly send: (request: HttpRequest) => Promise<HttpReply>;
};

/** What a client is made of. */
export type HttpClientOptions = {
	/** For example `https://registry.example:5000`. */
	readonly origin: string;
	readonly dispatcher: Dispatcher;
	/** The way to other hosts, where a redirect leads to one. */
	readonly elsewhere: Dispatcher;
	/** The host of the proxy that an address is reached by, for messages; none when left out. */
	readonly findProxy?: (url: URL) => string | undefined;
	readonly limiter: Limiter;
	readonly readOnly: boolean;
	/** Answers a challenge; see `Authorizer`. */
	readonly authorize: Authorize;
	/** What a request is sent with at once; what was accepted last where left out. */
	readonly recall?: Authorizer['recall'] | undefined;
	/** Milliseconds before the first repetition; it doubles with each further one. */
	readonly retryPause: number;
	/** Milliseconds since 1970. */
	readonly now: () => number;
	readonly log: RequestLog | undefined;
};

/** The host as it was written: a `URL` would drop the port that its scheme means anyway. */
export const hostOf = (origin: string): string =>
	origin.replace(/^https?:\/\//, '');

const retries = 3;

/** A client for one host, over its dispatcher and limiter. */
export const createHttpClient = (options: HttpClientOptions): HttpClient => {
	const {origin, limiter} = options;
	let authorization: string | undefined;

	const sendAuthorized = async (
		wanted: Sending,
		url: URL,
	): Promise<HttpReply> => {
		const recalled = options.recall ? options.recall(wanted) : authorization;
		const refused: string[] = [];
		let header = wanted.authorization ?? recalled;
		for (let answers = 0; ; answers++) {
			const reply = await sendOnce(options, wanted, {
				url,
				authorization: header,
			});
			if (wanted.authorization !== undefined) {
				return reply;
			}

			if (reply.status !== 401) {
				authorization = header;
				return reply;
			}

			if (header !== undefined) {
				refused.push(header);
			}

			const challenge = [reply.headers['www-authenticate'] ?? []]
				.flat()
				.join(', ');
			header = await options.authorize(challenge, {
				asked: wanted,
				refused,
				answers,
				signal: wanted.signal,
			});
			if (header === undefined || refused.includes(header)) {
				return reply;
			}
		}
	};

	const exchange = async (wanted: Sending): Promise<HttpReply> => {
		const url = new URL(wanted.path, origin);
		if (url.origin !== new URL(origin).origin) {
			return sendElsewhere(options, wanted, url);
		}

		// What a token is for is read from the path, however the address was named.
		const path = url.pathname + url.search;
		const reply = await sendAuthorized({...wanted, path}, url);
		return isRedirect(reply) && isReading(wanted) && wanted.method !== 'POST'
			? followRedirects(options, wanted, {url, reply})
			: reply;
	};

	const attempt = async (
		wanted: HttpRequest,
		attemptNumber: number,
	): Promise<HttpReply> => {
		const reply = await exchange({...wanted, attempt: attemptNumber});
		if (
			(reply.status >= 200 && reply.status < 300) ||
			wanted.expect?.includes(reply.status)
		) {
			return reply;
		}

		const body = decodeText(reply.body);
		const limit =
			reply.status === 429
				? readPullLimit(reply.headers, {body, now: options.now()})
				: undefined;
		if (reply.status === 429 && !limit) {
			// While this worker still holds its place, so that no other one slips out before the pause.
			limiter.pause(
				parseRetryAfter(reply.headers, options.now()) ??
					options.retryPause * 2 ** Math.min(attemptNumber, 8),
			);
		}

		throw new HttpError({
			failure: 'status',
			method: wanted.method,
			url: new URL(wanted.path, origin).href,
			status: reply.status,
			body,
			limit,
		});
	};

	return {
		host: hostOf(origin),
		origin,
		async send(wanted) {
			holdBackWriting(options, wanted);
			// All requests of a long reading end by one signal.
			setMaxListeners(0, wanted.signal);
			const reply = await pRetry(
				async attemptNumber =>
					limiter.run(async () => attempt(wanted, attemptNumber), {
						signal: wanted.signal,
						priority: wanted.priority ?? 0,
					}),
				{
					retries,
					minTimeout: options.retryPause,
					randomize: true,
					signal: wanted.signal,
					maxRetryTime: longestWait,
					shouldRetry: ({error, attemptNumber}) =>
						isWorthRepeating(error, {wanted, attemptNumber}),
					// The limiter waits instead, for all workers at once.
					shouldConsumeRetry: ({error}) =>
						!(error instanceof HttpError && error.status === 429),
				},
			);
			// A batch that deletes leaves the time between its replies to keys.
			if ((wanted.priority ?? 0) <= 0) {
				await letOthersArrive();
			}

			return reply;
		},
	};
};

/** Whatever else has arrived hands its connection on before a reply is looked at, so that none is idle meanwhile: undici lets a connection go one turn after its reply. */
const letOthersArrive = async (): Promise<void> => {
	await setImmediate();
	await setImmediate();
};

/** Safeguard 5: under `--read-only` nothing but reading requests leaves this process. */
const holdBackWriting = (
	{readOnly, origin}: HttpClientOptions,
	wanted: HttpRequest,
): void => {
	if (readOnly && !isReading(wanted)) {
		const {method, path} = wanted;
		const url = new URL(path, origin).href;
		throw new HttpError({failure: 'held', method, url});
	}
};

const isRedirect = (reply: HttpReply): boolean =>
	[301, 302, 303, 307, 308].includes(reply.status);

/** Safeguard 14: an address of another host that this one named, such as where an upload goes, gets no credentials. */
const sendElsewhere = async (
	options: HttpClientOptions,
	wanted: Sending,
	url: URL,
): Promise<HttpReply> => {
	if (!isSafeStep(new URL(options.origin), url)) {
		throw new HttpError({
			failure: 'malformed',
			method: wanted.method,
			url: url.href,
			detail: 'it names an address that is not safe to follow',
		});
	}

	return sendOnce({...options, dispatcher: options.elsewhere}, wanted, {
		url,
		authorization: undefined,
	});
};

/** Safeguard 14: wherever a redirect leads, no credentials go along, and nothing falls back from https to http. */
const followRedirects = async (
	options: HttpClientOptions,
	wanted: Sending,
	from: {url: URL; reply: HttpReply},
): Promise<HttpReply> => {
	let {url, reply} = from;
	for (let hops = 0; isRedirect(reply) && hops < 5; hops++) {
		const location = [reply.headers['location'] ?? []].flat()[0] ?? '';
		const next = URL.canParse(location, url)
			? new URL(location, url)
			: undefined;
		if (next === undefined || !isSafeStep(url, next)) {
			throw new HttpError({
				failure: 'malformed',
				method: wanted.method,
				url: url.href,
				detail: 'it redirects to an address that is not safe to follow',
			});
		}

		url = next;
		reply = await sendOnce(
			url.origin === new URL(options.origin).origin
				? options
				: {...options, dispatcher: options.elsewhere},
			wanted,
			{url, authorization: undefined},
		);
	}

	return reply;
};

const isSafeStep = (from: URL, to: URL): boolean =>
	to.protocol === 'https:' ||
	(to.protocol === 'http:' &&
		from.protocol === 'http:' &&
		(to.host === from.host || (isLoopback(from.host) && isLoopback(to.host))));
