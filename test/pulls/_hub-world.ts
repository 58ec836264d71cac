import type {ServerResponse} from 'node:http';
import type {PullSource, PullTally} from '../../source/evidence/pull.js';
import type {HttpSettings} from '../../source/http/open-client.js';
import type {PullReader, ReadReply} from '../../source/pulls/pull-reader.js';

export const day = 24 * 60 * 60 * 1000;

/** When everything here is read. */
export const now = Date.UTC(2026, 10, 22, 12);

/** The UTC day of a date of that November. */
export const dayIn = (date: number): number => Date.UTC(2026, 10, date) / day;

/** A time of that November. */
export const at = (date: number, hour = 0): number =>
	Date.UTC(2026, 10, date, hour);

export const iso = (time: number): string => new Date(time).toISOString();

export const clock = {
	now: () => now,
	async sleep() {
		throw new Error('nothing here sleeps');
	},
};

/** Settings of a client that hardly pauses. */
export const http: HttpSettings = {
	readOnly: true,
	insecureHosts: [],
	proxies: {http: undefined, https: undefined, none: undefined},
	retryPause: 1,
	now: () => now,
};

/** Reads a source about Docker Hub, for the last 90 days. */
export const readHub = async (
	reader: PullReader,
	repository?: string,
): Promise<ReadReply & {readonly told: readonly PullSource[]}> => {
	const told: PullSource[] = [];
	const reply = await reader.read(
		{
			host: 'docker.io',
			repository,
			window: {from: now - 90 * day, to: now},
			isAgreed: false,
		},
		{
			tell(source) {
				told.push(source);
			},
			signal: new AbortController().signal,
		},
	);
	return {...reply, told};
};

export const answerJson = (
	response: ServerResponse,
	body: unknown,
	status = 200,
): void => {
	response.writeHead(status, {'content-type': 'application/json'});
	response.end(JSON.stringify(body));
};

/** Tallies in short: what, what happened, and when. */
export const shorten = (tallies: readonly PullTally[]): readonly string[] =>
	tallies
		.map(({repository, image, action, days, last}) =>
			[
				repository,
				image.kind === 'digest'
					? image.digest.slice(7, 11)
					: image.kind === 'tag'
						? `:${image.tag}`
						: '*',
				action,
				action === 'pull'
					? [...days].map(([on, count]) => `${on}=${count}`).join(' ')
					: iso(last ?? 0),
			].join(' '),
		)
		.toSorted();
