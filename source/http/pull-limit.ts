import {readMessages} from './http-error.js';
import {longestWait, readRetryMoment} from './retry-after.js';

/** That a registry lets this login, or this address, pull no more for hours. */
export type PullLimit = {
	/** Milliseconds since 1970 from which on it lets pull again; `undefined` where it does not tell. */
	readonly until: number | undefined;
	/** Whether it may be earlier: some tell only in how long a time they count. */
	readonly isLatest: boolean;
};

const readOne = (value: string | string[] | undefined): string =>
	[value ?? ''].flat()[0] ?? '';

/**
The pull limit that a reply of status 429 tells of; `undefined` where it is another limit, or is over so soon that it is waited for.
@see https://docs.docker.com/docker-hub/usage/pulls/
*/
export const readPullLimit = (
	headers: Readonly<Record<string, string | string[] | undefined>>,
	{body, now}: {readonly body: string; readonly now: number},
): PullLimit | undefined => {
	const remaining = readOne(headers['ratelimit-remaining']);
	const isOver =
		/^0(?:;|$)/.test(remaining) || /pull rate limit/i.test(readMessages(body));
	if (!isOver) {
		return undefined;
	}

	const told = readRetryMoment(headers, now);
	if (told !== undefined) {
		return told - now > longestWait
			? {until: told, isLatest: false}
			: undefined;
	}

	const window =
		/;\s*w=(?<seconds>\d{1,9})/.exec(
			`${remaining} ${readOne(headers['ratelimit-limit'])}`,
		)?.groups?.['seconds'] ?? '';
	return {
		until: window === '' ? undefined : now + Number(window) * 1000,
		isLatest: true,
	};
};
