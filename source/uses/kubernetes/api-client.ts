import {setMaxListeners} from 'node:events';
import {request as requestHttp, type IncomingMessage} from 'node:http';
import {request as requestHttps, type RequestOptions} from 'node:https';
import type {Readable} from 'node:stream';
import {createGunzip} from 'node:zlib';
import {isJsonObject, parseJson} from '../../oci/json.js';
import {userAgent} from '../../version.js';
import type {Clock} from '../../world.js';
import {ApiError} from './api-error.js';
import type {ContextAccess} from './context-access.js';
import {errorCode} from './error-code.js';
import {getText} from './fields.js';
import {quoteForeign} from './quote-foreign.js';

/** Milliseconds of the API client's patience. */
export type Patience = {
	/** For a whole answer, or for the beginning of a watch. The API server gives up after a minute itself. */
	readonly answer: number;
	/** Before the first repetition; it doubles with each further one. */
	readonly retry: number;
};

/** The usual patience. */
export const usualPatience: Patience = {answer: 60_000, retry: 500};

/** A question to the API server. */
export type ApiRequest<Result> = {
	/** Path and query, beginning with a slash. */
	readonly path: string;
	readonly accept?: string;
	readonly signal: AbortSignal;
	/** Reads the body of a good answer; called anew for each repetition. */
	readonly read: (body: AsyncIterable<Uint8Array>) => Promise<Result>;
	/** A watch: only its beginning is waited for, and it is not repeated. */
	readonly isEndless?: boolean;
	/** Gets the server's own time, its Date header, where an answer has one. */
	readonly onDate?: ((date: string) => void) | undefined;
};

/** One way to one API server, for reading only. */
export type ApiClient = {
	/**
	Asks, and asks again after what passes by itself. Throws `ApiError`, or the signal's reason.
	*/
	readonly get: <Result>(request: ApiRequest<Result>) => Promise<Result>;
};

const retries = 2;
const longestRetryAfter = 30;
const largestErrorBody = 64 * 1024;

type Exchange<Result> = {
	readonly url: URL;
	readonly options: RequestOptions;
	readonly request: ApiRequest<Result>;
	readonly signal: AbortSignal;
	/** Called when the answer has begun. */
	readonly onBegin: () => void;
};

const send = async ({
	url,
	options,
	request,
	signal,
}: Exchange<unknown>): Promise<IncomingMessage> => {
	const sendRequest = url.protocol === 'http:' ? requestHttp : requestHttps;
	const outgoing = sendRequest(url, {
		...options,
		method: 'GET',
		signal,
		headers: {
			...options.headers,
			'user-agent': userAgent,
			accept: request.accept ?? 'application/json',
			// A watch's events would wait in the compressor.
			'accept-encoding': request.isEndless ? 'identity' : 'gzip',
		},
	});
	const answered = new Promise<IncomingMessage>((resolve, reject) => {
		outgoing.on('response', response => {
			response.on('error', ignore);
			resolve(response);
		});
		outgoing.on('error', reject);
	});
	outgoing.end();
	return answered;
};

/** Whoever waits or reads is told anyway; what breaks after that is nobody's concern. */
const ignore = (): void => undefined;

const openBody = (response: IncomingMessage): Readable => {
	if (response.headers['content-encoding'] !== 'gzip') {
		return response;
	}

	const gunzip = createGunzip({chunkSize: 64 * 1024});
	// A cut connection ends the reading of what comes out too.
	response.on('error', error => {
		gunzip.destroy(error);
	});
	return response.pipe(gunzip);
};

/** What the server says about its refusal, from the `Status` object that it answers with. */
const readStatus = async (body: Readable): Promise<string> => {
	const decoder = new TextDecoder();
	let text = '';
	try {
		for await (const chunk of body as AsyncIterable<Uint8Array>) {
			text += decoder.decode(chunk, {stream: true});
			if (text.length > largestErrorBody) {
				break;
			}
		}
	} catch {
		// The status alone says enough.
	}

	const status = parseJson(text);
	return isJsonObject(status) ? quoteForeign(getText(status, 'message')) : '';
};

const readRetryAfter = (response: IncomingMessage): number | undefined => {
	const seconds = Number(response.headers['retry-after'] ?? Number.NaN);
	return Number.isFinite(seconds) && seconds >= 0
		? Math.min(seconds, longestRetryAfter)
		: undefined;
};

const exchange = async <Result>(wanted: Exchange<Result>): Promise<Result> => {
	const response = await send(wanted);
	if (response.headers.date !== undefined) {
		wanted.request.onDate?.(response.headers.date);
	}

	const body = openBody(response);
	let isRead = false;
	try {
		const status = response.statusCode ?? 0;
		if (status !== 200) {
			const said = await readStatus(body);
			isRead = true;
			throw new ApiError(
				said === '' ? `it answers ${status}` : `it answers ${status}: ${said}`,
				{failure: 'status', status, retryAfter: readRetryAfter(response)},
			);
		}

		wanted.onBegin();
		const result = await wanted.request.read(body);
		isRead = true;
		return result;
	} finally {
		body.destroy();
		if (isRead && response.complete) {
			// The connection serves the next request.
			response.resume();
		} else {
			response.destroy();
		}
	}
};

// A name or a certificate does not mend itself within seconds.
const isLasting = (message: string): boolean =>
	/^(?:the name|nothing listens|the certificate)/v.test(message);

const isPassing = (error: unknown): error is ApiError =>
	error instanceof ApiError &&
	((error.failure === 'network' && !isLasting(error.message)) ||
		[429, 500, 502, 503, 504].includes(error.status));

const explainNetwork = (error: unknown, host: string): string => {
	const code = errorCode(error);
	switch (code) {
		case 'ENOTFOUND':
		case 'EAI_AGAIN': {
			return `the name ${host} is not known`;
		}

		case 'ECONNREFUSED': {
			return `nothing listens at ${host}`;
		}

		default: {
			return /CERT|SIGNATURE|TLS|SSL|ERR_OSSL/v.test(code)
				? `the certificate of ${host} is not trusted, or ours is not (${code})`
				: `the connection to ${host} broke (${code === '' ? 'unknown' : code})`;
		}
	}
};

/** Only what the system or a stream reports; anything else is a bug, and stays one. */
const toApiError = (error: unknown, host: string): unknown =>
	errorCode(error) !== '' && !(error instanceof ApiError)
		? new ApiError(explainNetwork(error, host), {failure: 'network'})
		: error;

/** Makes a client for the cluster of a context. */
export const createApiClient = (
	access: ContextAccess,
	{clock, patience}: {readonly clock: Clock; readonly patience: Patience},
): ApiClient => {
	const findUrl = (path: string): URL => {
		const text = access.server.replace(/\/$/v, '') + path;
		if (!URL.canParse(text)) {
			throw new ApiError('the kubeconfig names no server for it', {
				failure: 'credentials',
			});
		}

		return new URL(text);
	};

	const attempt = async <Result>(
		request: ApiRequest<Result>,
		options: RequestOptions,
	): Promise<Result> => {
		const url = findUrl(request.path);
		const late = new AbortController();
		const done = new AbortController();
		const signal = AbortSignal.any([request.signal, late.signal]);
		void giveUpLater(late, done.signal);
		try {
			return await exchange({
				url,
				options,
				request,
				signal,
				onBegin() {
					if (request.isEndless) {
						done.abort();
					}
				},
			});
		} catch (error) {
			request.signal.throwIfAborted();
			throw late.signal.aborted
				? new ApiError('it does not answer', {failure: 'timeout'})
				: toApiError(error, url.host);
		} finally {
			done.abort();
		}
	};

	const giveUpLater = async (
		late: AbortController,
		done: AbortSignal,
	): Promise<void> => {
		try {
			await clock.sleep(patience.answer, done);
			late.abort();
		} catch {
			// It has answered.
		}
	};

	/** A token may have run out since it was read: once more with a new one. */
	const getAuthorized = async <Result>(
		request: ApiRequest<Result>,
	): Promise<Result> => {
		const options = await access.authorize(request.signal);
		try {
			return await attempt(request, options);
		} catch (error) {
			if (!(error instanceof ApiError && error.status === 401)) {
				throw error;
			}
		}

		return attempt(request, await access.authorize(request.signal, options));
	};

	return {
		async get(request) {
			// All requests of a reading end by one signal.
			setMaxListeners(0, request.signal);
			for (let count = 0; ; count++) {
				try {
					return await getAuthorized(request);
				} catch (error) {
					if (
						(request.isEndless ?? false) ||
						count >= retries ||
						!isPassing(error)
					) {
						throw error;
					}

					const {retryAfter} = error;
					await clock.sleep(
						retryAfter === undefined
							? patience.retry * 2 ** count
							: retryAfter * 1000,
						request.signal,
					);
				}
			}
		},
	};
};
