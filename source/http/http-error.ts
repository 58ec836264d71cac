import {isJsonObject, parseJson} from '../oci/json.js';
import type {PullLimit} from './pull-limit.js';

/** Why a request brought no usable reply. */
export type HttpFailure =
	/** The server answered with an error status. */
	| 'status'
	/** No whole reply came: refused, reset, timed out, no such host, TLS. */
	| 'network'
	/** The reply was larger than what is asked for can be. */
	| 'too-large'
	/** The reply is not what the specification says, for example HTML instead of JSON. */
	| 'malformed'
	/** The bytes do not have the digest that they were asked for by. */
	| 'wrong-digest'
	/** `--read-only` held the request back; nothing was sent. */
	| 'held';

/**
A request that brought no usable reply.

Carries the request, the status and the OCI error codes; never a header, a body or the values of a query, which may hold secrets. Compare `failure`, `status` and
`codes`, never the message.
@see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
*/
export class HttpError extends Error {
	override readonly name = 'HttpError';
	readonly failure: HttpFailure;
	readonly method: string;
	/** Without user information and without the values of its query. */
	readonly url: string;
	/** 0 where no reply came; of a reply that broke off in its body its status. */
	readonly status: number;
	/** The error codes of the registry's reply, for example `MANIFEST_UNKNOWN`. */
	readonly codes: readonly string[];
	/** The registry's own words, untrusted text. */
	readonly detail: string;
	/** Node's or undici's code where no reply came, for example `ECONNREFUSED`. */
	readonly networkCode: string;
	/** The host of the proxy that the request went by, if it did. */
	readonly proxy: string | undefined;
	/** Where the registry lets pull no more for longer than is waited. */
	readonly limit: PullLimit | undefined;

	constructor(fields: {
		failure: HttpFailure;
		method: string;
		url: string;
		status?: number;
		body?: string;
		detail?: string;
		proxy?: string | undefined;
		limit?: PullLimit | undefined;
		cause?: unknown;
	}) {
		const {codes, messages} = readErrorBody(fields.body ?? '');
		const url = redactUrl(fields.url);
		const detail = fields.detail ?? messages.join('; ');
		super(
			`${fields.method} ${url}: ${[fields.status ?? fields.failure, ...codes, detail].filter(Boolean).join(' ')}`,
			{cause: fields.cause},
		);
		this.failure = fields.failure;
		this.method = fields.method;
		this.url = url;
		this.status = fields.status ?? 0;
		this.codes = codes;
		this.detail = detail;
		this.networkCode = findNetworkCode(fields.cause);
		this.proxy = fields.proxy;
		this.limit = fields.limit;
	}
}

/** The URL with its user information removed and the values of its query, page sizes excepted, hidden. */
export const redactUrl = (text: string): string => {
	if (!URL.canParse(text)) {
		return '(unreadable address)';
	}

	const url = new URL(text);
	url.username = '';
	url.password = '';
	url.hash = '';
	for (const name of new Set(url.searchParams.keys())) {
		if (!['n', 'last'].includes(name)) {
			url.searchParams.set(name, 'REDACTED');
		}
	}

	return url.href;
};

/** What a reply says of what went wrong, in its own words. */
export const readMessages = (body: string): string =>
	readErrorBody(body).messages.join('; ');

const readErrorBody = (
	body: string,
): {codes: readonly string[]; messages: readonly string[]} => {
	const document = parseJson(body);
	const {errors: listed, message} = isJsonObject(document) ? document : {};
	// Docker Hub's own API says it in one field.
	const errors = (
		Array.isArray(listed) ? listed : listed === undefined ? [{message}] : []
	).filter(entry => isJsonObject(entry));
	const collect = (field: string): string[] => [
		...new Set(
			errors.flatMap(entry => {
				const value = entry[field];
				return typeof value === 'string' && value !== '' ? [value] : [];
			}),
		),
	];
	return {codes: collect('code'), messages: collect('message')};
};

const findNetworkCode = (cause: unknown): string => {
	for (
		let error: unknown = cause, depth = 0;
		error instanceof Error && depth < 5;
		error = error instanceof AggregateError ? error.errors[0] : error.cause,
			depth++
	) {
		const code = 'code' in error ? error.code : undefined;
		if (typeof code === 'string' && code !== '') {
			return code;
		}
	}

	return '';
};
