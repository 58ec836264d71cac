import {isJsonObject} from '../../../oci/json.js';

/** What BigQuery or its library says of a failed request, without whatever might hold a secret. */
export type Failure = {
	/** The HTTP status; 0 where there was no reply. */
	readonly status: number;
	/** `accessDenied`, `notFound`; an empty text where none is told. */
	readonly reason: string;
	/** Foreign; one line. */
	readonly message: string;
	/** Node's code where no reply came, `ECONNREFUSED`; an empty text otherwise. */
	readonly networkCode: string;
};

const longestMessage = 300;

const readText = (value: unknown): string =>
	typeof value === 'string' ? value : '';

const toLine = (text: string): string => {
	const line = text.replaceAll(/\s+/g, ' ').trim();
	return line.length > longestMessage
		? `${line.slice(0, longestMessage)}…`
		: line;
};

/** The first of the errors that the API lists. */
const findListed = (error: Readonly<Record<string, unknown>>) => {
	const list = Array.isArray(error['errors'])
		? (error['errors'] as readonly unknown[])
		: [];
	const first = list.find(entry => isJsonObject(entry));
	return isJsonObject(first) ? first : {};
};

/** Reads an error of the client library. Its own text is taken only where the API lists none: it holds the whole reply. */
export const readFailure = (error: unknown): Failure => {
	// An error is an object too, and its fields are what counts.
	const fields: Readonly<Record<string, unknown>> =
		typeof error === 'object' && error !== null ? {...error} : {};
	const listed = findListed(fields);
	const {code} = fields;
	const status = Number(code);
	return {
		status: Number.isInteger(status) ? status : 0,
		reason: readText(listed['reason']),
		message: toLine(
			readText(listed['message']) ||
				(error instanceof Error ? error.message : ''),
		),
		networkCode: typeof code === 'string' && /^[A-Z_]+$/.test(code) ? code : '',
	};
};

const passingReasons: ReadonlySet<string> = new Set([
	'backendError',
	'internalError',
	'jobBackendError',
	'jobInternalError',
	'jobRateLimitExceeded',
	'quotaExceeded',
	'rateLimitExceeded',
	'userRateLimitExceeded',
	'tableUnavailable',
]);

const passingCodes: ReadonlySet<string> = new Set([
	'EAI_AGAIN',
	'ECONNABORTED',
	'ECONNRESET',
	'EPIPE',
	'ETIMEDOUT',
]);

/** Whether the same request may well succeed in a moment. */
export const isPassing = ({status, reason, networkCode}: Failure): boolean =>
	passingReasons.has(reason) ||
	passingCodes.has(networkCode) ||
	[408, 429, 500, 502, 503, 504].includes(status);
