import {Buffer} from 'node:buffer';
import test, {type ExecutionContext} from 'ava';
import type {HttpClient} from '../../source/http/client.js';
import {openHttpClient} from '../../source/http/open-client.js';
import {redactText, type RequestEntry} from '../../source/http/request-log.js';
import {startLoopback, type Exchange} from './_loopback.js';

const secret = 'hunter2secret';

/** A client whose log is collected, and the time that requests take left out. */
const openLogged = async (
	t: ExecutionContext,
	answer: Exchange,
): Promise<{
	client: HttpClient;
	entries: RequestEntry[];
	origin: string;
}> => {
	const {origin} = await startLoopback(t, answer);
	const entries: RequestEntry[] = [];
	const client = openHttpClient(
		{
			readOnly: false,
			insecureHosts: [],
			proxies: {http: undefined, https: undefined, none: undefined},
			retryPause: 1,
			now: Date.now,
			log(entry) {
				entries.push(entry);
			},
		},
		{
			origin,
			authorize: () =>
				`Basic ${Buffer.from(`ann:${secret}`).toString('base64')}`,
		},
	);
	return {client, entries, origin};
};
