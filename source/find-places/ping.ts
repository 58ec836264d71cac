import {describeHttpError, findNetworkGroup} from '../http/describe-error.js';
import {HttpError} from '../http/http-error.js';
import {type HttpSettings, openHttpClient} from '../http/open-client.js';
import {askFirst} from '../registry/ask-first.js';
import {readAddress} from '../registry/read-address.js';
import type {RegistryAnswer} from '../places.js';
import {UserError} from '../user-error.js';

/** Milliseconds that a registry has for its answer: whoever looks at the list does not wait for those that are gone. */
const longestWait = 5000;

const reasons: Readonly<Record<string, string>> = {
	refused: 'not listening',
	noSuchHost: 'no such host',
	lookUp: 'no name server',
	timeout: 'timed out',
	notTls: 'no https',
	certificate: 'bad certificate',
	certificateExpired: 'bad certificate',
	certificateName: 'bad certificate',
	clientCertificate: 'asks for yours',
	proxyRefuses: 'proxy refuses',
	proxySilent: 'proxy is silent',
	broken: 'broke off',
};

const explain = (error: HttpError, host: string): RegistryAnswer => {
	const {message, remedy} = describeHttpError(error, host);
	return {
		kind: 'none',
		reason:
			error.failure === 'network'
				? (reasons[findNetworkGroup(error)] ?? 'broke off')
				: error.status > 0
					? `fails (${error.status})`
					: 'not a registry',
		sentence: `${message} ${remedy}`.trim(),
	};
};

const ask = async (
	origin: string,
	settings: HttpSettings,
	signal: AbortSignal,
): Promise<RegistryAnswer> => {
	const client = openHttpClient(settings, {
		origin,
		authorize: () => undefined,
	});
	const {status, headers} = await client.send({
		method: 'GET',
		path: '/v2/',
		signal,
		maxBytes: 1024 * 1024,
		expect: [401, 403, 404],
	});
	const contentType = [headers['content-type'] ?? ''].flat()[0] ?? '';
	if (status === 401 || status === 403) {
		return {kind: 'wants-login'};
	}

	return status === 404 || contentType.startsWith('text/html')
		? {
				kind: 'none',
				reason: 'not a registry',
				sentence: `${client.host} answers, but not like a registry.`,
			}
		: {kind: 'open'};
};

/** What the first scheme that is spoken there brings. */
const askEach = async (
	address: string,
	settings: HttpSettings,
	signal: AbortSignal,
): Promise<RegistryAnswer> => {
	const where = readAddress(address);
	try {
		return await askFirst(where, settings, async origin =>
			ask(origin, settings, signal),
		);
	} catch (error) {
		if (!(error instanceof HttpError)) {
			throw error;
		}

		return explain(error, where.host);
	}
};

/**
Asks a registry whether it is there: one request to `/v2/` that carries no login, given up after a few seconds.

Throws the signal's reason only.
*/
export const pingRegistry = async (
	address: string,
	{
		settings,
		wait = longestWait,
		signal,
	}: {
		readonly settings: HttpSettings;
		/** Milliseconds. */
		readonly wait?: number;
		readonly signal: AbortSignal;
	},
): Promise<RegistryAnswer> => {
	const limit = AbortSignal.timeout(wait);
	try {
		return await askEach(
			address,
			{...settings, retryPause: 50},
			AbortSignal.any([signal, limit]),
		);
	} catch (error) {
		signal.throwIfAborted();
		if (limit.aborted) {
			return {
				kind: 'none',
				reason: 'timed out',
				sentence: `${address} did not answer within ${wait / 1000} s. Check the network or the proxy; r asks again.`,
			};
		}

		if (error instanceof UserError) {
			return {
				kind: 'none',
				reason: 'not allowed',
				sentence: error.sentence,
			};
		}

		throw error;
	}
};
