import {
	type CounterSample,
	formatTimestamp,
	readCounterDocument,
} from '../evidence/counter-sample.js';
import type {HttpClient} from '../http/client.js';
import {describeHttpError} from '../http/describe-error.js';
import {HttpError} from '../http/http-error.js';
import {decodeText, isJsonObject, parseJson} from '../oci/json.js';
import {UserError} from '../user-error.js';

/** A repository as Docker Hub divides its name. */
export type HubRepository = {
	readonly namespace: string;
	readonly name: string;
};

/** A reading of a repository's counters. */
export type HubCounters = {
	readonly sample: CounterSample;
	/** Docker Hub's object of the repository as it came, without its full description and with the time beside it: what S3 publishes. */
	readonly document: Readonly<Record<string, unknown>>;
};

/** A whole description may be in it. */
const largestDocument = 4 * 1024 * 1024;

/** The sentence for a request to Docker Hub's API that brought no usable reply; anything but an `HttpError` is returned as it is. */
export const explainHubError = (error: unknown, what: string): unknown => {
	if (!(error instanceof HttpError)) {
		return error;
	}

	const {failure, status} = error;
	if (failure === 'status' && [401, 403, 404].includes(status)) {
		return new UserError(
			`Docker Hub shows no repository ${what} (${status}).`,
			{
				remedy:
					'Check the name; a private repository is not shown to everyone.',
				status,
				cause: error,
			},
		);
	}

	if (failure === 'malformed') {
		return new UserError(
			`Docker Hub's answer about ${what} cannot be used: ${error.detail ?? 'it is no JSON'}.`,
			{remedy: 'Try again later.', cause: error},
		);
	}

	const {message, remedy} = describeHttpError(
		error,
		failure === 'network' ? 'hub.docker.com' : 'Docker Hub',
	);
	return new UserError(message, {
		// What helps with a registry's login or log does not help here.
		remedy:
			failure === 'status' && status !== 429 ? 'Try again later.' : remedy,
		status,
		cause: error,
	});
};

/**
Asks Docker Hub once what the counters of a repository stand at. Throws `UserError`.
@param options.now - Milliseconds since 1970, which the sample is kept under; cut to seconds.
*/
export const readHubRepository = async (
	client: HttpClient,
	{namespace, name}: HubRepository,
	{now, signal}: {now: number; signal: AbortSignal},
): Promise<HubCounters> => {
	const reply = await client
		.send({
			method: 'GET',
			path: `/v2/repositories/${namespace}/${name}/`,
			accept: 'application/json',
			signal,
			maxBytes: largestDocument,
		})
		.catch((error: unknown) => {
			throw explainHubError(error, `${namespace}/${name}`);
		});
	const body = parseJson(decodeText(reply.body));
	const {full_description: _, ...rest} = isJsonObject(body) ? body : {};
	const document = {...rest, timestamp: formatTimestamp(now)};
	// The names are those that were asked for, whatever the reply calls them.
	const read = readCounterDocument({...document, namespace, name});
	if (read.kind !== 'sample') {
		throw new UserError(
			`Docker Hub's answer for ${namespace}/${name} holds no counters${read.kind === 'bad' ? ` (${read.problem.replace(/\.$/, '')})` : ''}.`,
			{remedy: 'Try again later.'},
		);
	}

	return {sample: read.sample, document};
};
