import {explainError} from '../http/describe-error.js';
import {type HttpSettings, openHttpClient} from '../http/open-client.js';
import {askFirst, expectRegistry} from './ask-first.js';
import {readAddress} from './read-address.js';

/** How a registry answers to somebody of whom it knows nothing. */
export type Greeting = {
	/** For example `https://registry.example:5000`. */
	readonly origin: string;
	/** The WWW-Authenticate header; `undefined` where no login is wanted. */
	readonly challenge: string | undefined;
	/** Milliseconds by which its clock is ahead of this machine's, to half a second or so; `undefined` where it does not tell. */
	readonly skew: number | undefined;
};

/** By how many milliseconds a Date header is ahead, which was written between two moments and leaves out what is less than a second. */
export const measureSkew = (
	date: string,
	{from, to}: {readonly from: number; readonly to: number},
): number | undefined => {
	const told = Date.parse(date);
	return Number.isNaN(told) ? undefined : told + 500 - (from + to) / 2;
};

const ask = async (
	origin: string,
	settings: HttpSettings,
	signal: AbortSignal,
): Promise<Greeting> => {
	const client = openHttpClient(settings, {
		origin,
		authorize: () => undefined,
	});
	const from = settings.now();
	const reply = await client.send({
		method: 'GET',
		path: '/v2/',
		signal,
		maxBytes: 1024 * 1024,
		expect: [401, 403, 404],
	});
	const to = settings.now();
	const isClosed = reply.status === 401 || reply.status === 403;
	if (!isClosed) {
		expectRegistry(client.host, reply);
	}

	const date = [reply.headers['date'] ?? ''].flat()[0] ?? '';
	return {
		origin,
		challenge: isClosed
			? [reply.headers['www-authenticate'] ?? []].flat().join(', ')
			: undefined,
		skew: measureSkew(date, {from, to}),
	};
};

/**
Greets a registry without any login. Throws `UserError` where the address is none, nothing answers there, or not a registry.
*/
export const greetRegistry = async (
	address: string,
	settings: HttpSettings,
	signal: AbortSignal,
): Promise<Greeting> => {
	const where = readAddress(address);
	try {
		return await askFirst(where, settings, async origin =>
			ask(origin, settings, signal),
		);
	} catch (error) {
		throw explainError(error, where.host);
	}
};
