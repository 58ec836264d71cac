import {Buffer} from 'node:buffer';
import type {HttpClient} from '../http/client.js';
import type {Credentials} from '../http/credentials.js';
import {describeHttpError} from '../http/describe-error.js';
import {HttpError} from '../http/http-error.js';
import {type HttpSettings, openHttpClient} from '../http/open-client.js';
import {decodeText, isJsonObject, parseJson} from '../oci/json.js';
import {isLoopback} from '../oci/reference.js';
import {UserError} from '../user-error.js';

/** An index pattern of a cluster: `https://HOST[:PORT]/INDEX-PATTERN`, as it was written. */
export type IndexPlace = {
	readonly origin: string;
	readonly host: string;
	/** Escaped for a path. */
	readonly index: string;
};

const wrong = (message: string, remedy: string): UserError =>
	new UserError(message, {remedy, exitCode: 2});

/** The place that an address names. Throws `UserError` with exit code 2 where it names none, or where a password is in it. */
export const parseIndexPlace = (where: string): IndexPlace => {
	const url = URL.canParse(where) ? new URL(where) : undefined;
	if (url && (url.username !== '' || url.password !== '')) {
		// The address itself is not repeated: it holds a password.
		throw wrong(
			`The address of OpenSearch at ${url.host} has a login in it, which every program on this machine can read.`,
			'Put it into JETSAM_OPENSEARCH_USERNAME and JETSAM_OPENSEARCH_PASSWORD.',
		);
	}

	const index = url?.pathname.replaceAll(/^\/+|\/+$/g, '') ?? '';
	if (
		!url ||
		!/^https?:$/.test(url.protocol) ||
		!/^[^/?#_-][^/?#]*$/.test(index) ||
		url.search !== ''
	) {
		throw wrong(
			`"${where}" names no index of OpenSearch.`,
			'Write opensearch:https://HOST/INDEX-PATTERN, for example opensearch:https://search.example.com/dockerhub-repositories-metrics-*',
		);
	}

	return {origin: url.origin, host: url.host, index};
};

/** What a cluster is asked with. */
export type SearchOptions = {
	readonly http: HttpSettings;
	/** For this cluster only; none asks without a login. */
	readonly credentials: Credentials | undefined;
};

/** What a cluster answered: a JSON object, or the status and the type of an error that may have another way round it. */
export type SearchReply =
	| {readonly kind: 'answer'; readonly body: Readonly<Record<string, unknown>>}
	| {
			readonly kind: 'refused';
			readonly status: number;
			/** One sentence and what to do; foreign in part. */
			readonly error: UserError;
	  };

/** Asks one cluster about one index pattern. */
export type SearchClient = {
	readonly place: IndexPlace;
	/**
	@param question - JSON; without one the path is asked by GET.
	Throws `UserError` where there was no usable reply at all.
	*/
	readonly ask: (
		path: string,
		question: unknown,
		signal: AbortSignal,
	) => Promise<SearchReply>;
};

/** 10,000 documents of five fields each. */
const largestReply = 64 * 1024 * 1024;
const refusals = [400, 401, 403, 404, 405];

/** A client for one cluster. Throws `UserError` where the login would go over a wire in the clear. */
export const openSearchClient = (
	place: IndexPlace,
	{http, credentials}: SearchOptions,
): SearchClient => {
	const {origin, host} = place;
	if (
		credentials &&
		origin.startsWith('http:') &&
		!isLoopback(host) &&
		!http.insecureHosts.includes(host)
	) {
		throw wrong(
			`The login of OpenSearch at ${host} would go there in the clear.`,
			`Write https://, or allow it by --insecure-registry ${host}.`,
		);
	}

	const authorization = credentials && {
		authorization: `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`,
	};
	let client: HttpClient | undefined;
	return {
		place,
		async ask(path, question, signal) {
			client ??= openHttpClient(http, {origin, authorize: () => undefined});
			const reply = await client
				.send({
					method: question === undefined ? 'GET' : 'POST',
					path: `/${place.index}/${path}`,
					accept: 'application/json',
					...(question === undefined
						? {}
						: {question: JSON.stringify(question)}),
					...authorization,
					signal,
					maxBytes: largestReply,
					expect: refusals,
				})
				.catch((error: unknown) => {
					throw explain(error, host);
				});
			const body = parseJson(decodeText(reply.body));
			if (refusals.includes(reply.status)) {
				return {
					kind: 'refused',
					status: reply.status,
					error: describeRefusal(place, {status: reply.status, body}),
				};
			}

			if (!isJsonObject(body)) {
				throw new UserError(
					`${host} does not answer like OpenSearch: its reply is no JSON.`,
					{remedy: 'Check the address.'},
				);
			}

			return {kind: 'answer', body};
		},
	};
};

const explain = (error: unknown, host: string): unknown => {
	if (!(error instanceof HttpError)) {
		return error;
	}

	const {message, remedy} = describeHttpError(error, `OpenSearch at ${host}`);
	return new UserError(message, {
		remedy:
			error.failure === 'status'
				? 'Try again later.'
				: remedy.replaceAll('OpenSearch at ', '').replace('the registry', 'it'),
		status: error.status,
		cause: error,
	});
};

/** The first of the texts that explain an error. */
const readReason = (body: unknown): string => {
	const error = isJsonObject(body) ? body['error'] : undefined;
	const causes = isJsonObject(error) ? error['root_cause'] : undefined;
	const first: unknown = Array.isArray(causes) ? causes[0] : undefined;
	const found = [first, error]
		.map(cause => (isJsonObject(cause) ? cause['reason'] : cause))
		.find(reason => typeof reason === 'string');
	return typeof found === 'string' ? found : '';
};

const describeRefusal = (
	{host, index}: IndexPlace,
	{status, body}: {status: number; body: unknown},
): UserError => {
	const reason = readReason(body).slice(0, 300).replace(/\.$/, '');
	const said = reason === '' ? String(status) : `${status} ${reason}`;
	switch (status) {
		case 401: {
			return new UserError(`OpenSearch at ${host} wants a login (${said}).`, {
				remedy:
					'Set JETSAM_OPENSEARCH_USERNAME and JETSAM_OPENSEARCH_PASSWORD.',
				status,
			});
		}

		case 403: {
			return new UserError(
				`OpenSearch at ${host} does not let this login read ${index} (${said}).`,
				{remedy: 'Ask for the right to read it.', status},
			);
		}

		case 404: {
			return new UserError(
				`OpenSearch at ${host} has no index ${index} (${said}).`,
				{remedy: 'Check the index pattern.', status},
			);
		}

		default: {
			return new UserError(
				`OpenSearch at ${host} refused the query (${said}).`,
				{remedy: 'Check that the index holds counters of Docker Hub.', status},
			);
		}
	}
};
