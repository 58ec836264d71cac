import {Buffer} from 'node:buffer';
import {type Dispatcher, request} from 'undici';
import {userAgent} from '../version.js';
import type {HttpClientOptions, HttpReply, HttpRequest} from './client.js';
import {hideSent} from './hide-sent.js';
import {HttpError} from './http-error.js';
import {
	describeContent,
	handOn,
	openContent,
	ReceiverError,
} from './request-content.js';
import {logExchange} from './request-log.js';

const largestErrorBody = 64 * 1024;

/** A request on its way: `attempt` counts how often it was tried, from 1. */
export type Sending = HttpRequest & {readonly attempt: number};

/** Sends a request once, with the Authorization header that is given and no other, and reads its reply, whatever the status. Throws `HttpError` where there is none. */
export const sendOnce = async (
	options: HttpClientOptions,
	wanted: Sending,
	to: {url: URL; authorization: string | undefined},
): Promise<HttpReply> => {
	const {method, attempt} = wanted;
	return logExchange(options.log, {method, attempt, url: to.url}, async () =>
		exchangeOnce(options, wanted, to),
	);
};

const exchangeOnce = async (
	{dispatcher, findProxy}: HttpClientOptions,
	wanted: HttpRequest,
	{url, authorization}: {url: URL; authorization: string | undefined},
): Promise<HttpReply> => {
	const {method, receive} = wanted;
	let status = 0;
	try {
		const reply = await request(url, {
			dispatcher,
			method,
			// Else undici closes the connection after every HEAD.
			reset: false,
			signal: wanted.signal,
			headers: {
				'user-agent': userAgent,
				...(wanted.accept === undefined ? {} : {accept: wanted.accept}),
				...(authorization === undefined ? {} : {authorization}),
				...(wanted.range === undefined ? {} : {range: wanted.range}),
				...describeBody(wanted),
			},
			...openBody(wanted),
		});
		status = reply.statusCode;
		const failed = reply.statusCode >= 400;
		if (
			!failed &&
			method !== 'HEAD' &&
			Number(reply.headers['content-length'] ?? 0) > wanted.maxBytes
		) {
			refuseBody(reply.body);
		}

		if (receive && status >= 200 && status < 300) {
			await handOn(reply.body, receive);
			return {status, headers: reply.headers, body: new Uint8Array()};
		}

		const body = await readBody(reply.body, {
			maxBytes: failed ? largestErrorBody : wanted.maxBytes,
			mayBeCut: failed,
		});
		return {
			status: reply.statusCode,
			headers: reply.headers,
			body: failed
				? hideSent(body, {
						authorization,
						form: wanted.form,
						question: wanted.question,
					})
				: body,
		};
	} catch (error) {
		wanted.signal.throwIfAborted();
		if (error instanceof ReceiverError) {
			throw error.cause;
		}

		const failure = error instanceof TooLargeError ? 'too-large' : 'network';
		throw new HttpError({
			failure,
			method,
			url: url.href,
			...(status > 0 && {status}),
			proxy: findProxy?.(url),
			cause: error,
		});
	}
};

const describeBody = ({
	method,
	question,
	form,
	content,
}: HttpRequest): Record<string, string> =>
	question === undefined
		? form === undefined
			? describeContent(method, content)
			: {'content-type': 'application/x-www-form-urlencoded'}
		: {'content-type': 'application/json'};

const openBody = ({
	question,
	form,
	content,
}: HttpRequest): {body?: string | ReturnType<typeof openContent>} => {
	const asked = question ?? form;
	return asked === undefined
		? content === undefined
			? {}
			: {body: openContent(content)}
		: {body: asked};
};

class TooLargeError extends Error {}

/** Reads nothing of a body that says itself that it is too large. */
const refuseBody = (body: Dispatcher.ResponseData['body']): never => {
	// That it was broken off is no news.
	body.on('error', () => undefined);
	body.destroy();
	throw new TooLargeError();
};

const readBody = async (
	body: Dispatcher.ResponseData['body'],
	{maxBytes, mayBeCut}: {maxBytes: number; mayBeCut: boolean},
): Promise<Uint8Array> => {
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of body as AsyncIterable<Uint8Array>) {
		size += chunk.length;
		if (size > maxBytes) {
			body.destroy();
			if (mayBeCut) {
				break;
			}

			throw new TooLargeError();
		}

		chunks.push(chunk);
	}

	return Buffer.concat(chunks);
};
