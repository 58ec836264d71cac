import {UserError} from '../../../user-error.js';
import type {Clock} from '../../../world.js';
import {type Asked, describeFailure} from './describe-failure.js';
import {isPassing, readFailure} from './read-failure.js';

/** How requests of one reading are made. */
export type Asking = Asked & {
	readonly clock: Clock;
	readonly signal: AbortSignal;
};

const mostAttempts = 5;
const firstWait = 1000;

/** Rejects as soon as a signal is given, for the library has no way to be stopped; what it still brings is dropped. */
const orAbort = async <T>(
	asking: Promise<T>,
	signal: AbortSignal,
): Promise<T> => {
	signal.throwIfAborted();
	let stop: (() => void) | undefined;
	try {
		return await Promise.race([
			asking,
			new Promise<never>((_resolve, reject) => {
				stop = () => {
					// eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- whatever the signal says
					reject(signal.reason);
				};

				signal.addEventListener('abort', stop, {once: true});
			}),
		]);
	} finally {
		if (stop) {
			signal.removeEventListener('abort', stop);
		}
	}
};

/**
Makes a request through the library, up to five times where it fails in a way that passes: each wait is twice the one before.

Throws `UserError` with the reason where it does not succeed.
*/
export const askLibrary = async <T>(
	request: () => Promise<T>,
	asking: Asking,
): Promise<T> => {
	const {clock, signal} = asking;
	for (let attempt = 1; ; attempt++) {
		try {
			return await orAbort(request(), signal);
		} catch (error) {
			signal.throwIfAborted();
			if (error instanceof UserError) {
				throw error;
			}

			const failure = readFailure(error);
			if (!isPassing(failure) || attempt === mostAttempts) {
				throw describeFailure(failure, asking);
			}
		}

		await clock.sleep(firstWait * 2 ** (attempt - 1), signal);
	}
};
