import type {PullGap, TimeSpan} from '../../evidence/pull.js';
import {UserError} from '../../user-error.js';

const day = 24 * 60 * 60 * 1000;

/**
What a query that was answered covers; `undefined` where nothing is known to be.

It never begins before the oldest record that is held, and ends a day after the newest one at the latest: a log that was switched off must not look like a registry that nobody pulls from.
@param options.from - Milliseconds since 1970 from which records are known to be held.
@param options.newest - The newest record of the registry.
@param options.lag - Milliseconds that a record may take until a query finds it.
*/
export const coverQuery = ({
	window,
	from,
	newest,
	lag,
}: {
	readonly window: TimeSpan;
	readonly from: number | undefined;
	readonly newest: number | undefined;
	readonly lag: number;
}): TimeSpan | undefined => {
	if (from === undefined || newest === undefined) {
		return undefined;
	}

	const span = {
		from: Math.max(from, window.from),
		to: Math.min(window.to - lag, newest + day),
	};
	return span.from < span.to ? span : undefined;
};

/** The gap that an answer leaves which broke off after some of it was read. */
export const gapOfBreak = (error: UserError): PullGap => ({
	name: 'rest',
	message: error.sentence,
	span: undefined,
	canBeAccepted: false,
});

/**
Runs a query and resolves to what made it break off; `undefined` where it came to its end.

Throws what it throws where nothing was read before, and whatever is no `UserError`.
*/
export const runToBreak = async (
	run: () => Promise<void>,
	hasRead: () => boolean,
): Promise<UserError | undefined> => {
	try {
		await run();
		return undefined;
	} catch (error) {
		if (error instanceof UserError && hasRead()) {
			return error;
		}

		throw error;
	}
};
