import {Buffer} from 'node:buffer';
import type {IncomingMessage, ServerResponse} from 'node:http';
import {setTimeout as delay} from 'node:timers/promises';
import {answerError, type Answer} from './answer.js';
import type {
	EmbeddedRegistryOptions,
	LoggedRequest,
} from './embedded-registry.js';
import {answerRequest} from './routes.js';

/** What a running embedded registry remembers between requests. */
export type Serving = {
	readonly options: EmbeddedRegistryOptions;
	readonly requests: LoggedRequest[];
	readonly uploads: Set<string>;
	readonly attempts: Map<string, number>;
};

/** Logs a request, waits, lets the interceptor have it or answers it. Never rejects. */
export async function serveRequest(
	serving: Serving,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	const {method = '', url: path = '', headers} = request;
	const noteStatus = logRequest(serving, request, response);
	const attemptKey = `${method} ${path}`;
	const attempt = (serving.attempts.get(attemptKey) ?? 0) + 1;
	serving.attempts.set(attemptKey, attempt);
	try {
		const {latency = 0, intercept} = serving.options;
		const wait = typeof latency === 'number' ? latency : latency();
		if (wait > 0) {
			await delay(wait, undefined, {ref: false});
		}

		if (await intercept?.({method, path, headers}, response, attempt)) {
			noteStatus();
			return;
		}

		sendAnswer(method, response, await findAnswer(serving, request));
	} catch (error) {
		// Also a fault that throws has to end in an answer, or its test hangs instead of failing.
		failResponse(method, response, error);
	}

	noteStatus();
}

function logRequest(
	{requests}: Serving,
	{method = '', url: path = '', headers}: IncomingMessage,
	response: ServerResponse,
): () => void {
	const entry = {
		method,
		path,
		status: 0,
		userAgent: headers['user-agent'],
		accept: headers.accept,
		authorization: headers.authorization,
	};
	requests.push(entry);
	const noteStatus = () => {
		entry.status = response.headersSent ? response.statusCode : 0;
	};

	response.on('close', noteStatus);
	return noteStatus;
}

async function findAnswer(
	{options, uploads}: Serving,
	request: IncomingMessage,
): Promise<Answer> {
	const {method = '', url = '', headers} = request;
	if (!isAuthorized(options, headers.authorization)) {
		const answer = answerError('UNAUTHORIZED', null);
		const challenge = 'Basic realm="jetsam demo"';
		return {
			...answer,
			headers: {...answer.headers, 'www-authenticate': challenge},
		};
	}

	const [path = '', ...search] = url.split('?');
	const {content, deletes, catalog = 'listed', pageSize, dialect} = options;
	const {tagDeletes = 'refused', referrers = 'absent'} = dialect ?? {};
	return answerRequest({
		content,
		settings: {deletes, catalog, pageSize, tagDeletes, referrers},
		uploads,
		method,
		path: decodeURIComponent(path),
		query: new URLSearchParams(search.join('?')),
		headers,
		body: Buffer.concat(await request.toArray()),
	});
}

function isAuthorized(
	{credentials}: EmbeddedRegistryOptions,
	authorization: string | undefined,
): boolean {
	if (!credentials) {
		return true;
	}

	const pair = `${credentials.username}:${credentials.password}`;
	const expected = Buffer.from(pair).toString('base64');
	const [scheme = '', sent = ''] = (authorization ?? '').split(' ');
	return scheme.toLowerCase() === 'basic' && sent === expected;
}

function sendAnswer(
	method: string,
	response: ServerResponse,
	answer: Answer,
): void {
	const body = Buffer.from(answer.body ?? '');
	response.writeHead(answer.status, {
		'docker-distribution-api-version': 'registry/2.0',
		'x-content-type-options': 'nosniff',
		...answer.headers,
		'content-length': answer.contentLength ?? body.length,
	});
	response.end(method === 'HEAD' ? undefined : body);
}

function failResponse(
	method: string,
	response: ServerResponse,
	error: unknown,
): void {
	if (response.headersSent) {
		response.destroy();
	} else {
		sendAnswer(method, response, answerError('UNKNOWN', String(error)));
	}
}
