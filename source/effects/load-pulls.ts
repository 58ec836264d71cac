import type {PullsRequest} from '../world.js';
import {
	type AskedPulls,
	describeProblem,
	type Dispatch,
	type Session,
} from './session.js';

/** Reads the sources of pulls that a request is for, if there are any, and tells what is known so far. A newer request for the same place breaks it off. */
export const readPulls = async (
	session: Session,
	{request, signal}: {request: PullsRequest; signal: AbortSignal},
	dispatch: Dispatch,
): Promise<void> => {
	const {pulls, clock} = session.world;
	const {host, repository} = request;
	const part = session.pulls.get(host) ?? new Map<string, AskedPulls>();
	try {
		const isKnown = await pulls.isKnown(host);
		dispatch({kind: 'pulls-known', host, isKnown});
		if (!isKnown) {
			return;
		}

		const reading = pulls.read(request, {
			tell(told) {
				if (!signal.aborted) {
					dispatch({kind: 'pulls-told', host, repository, reading: told});
				}
			},
			signal,
		});
		session.pulls.set(host, part.set(repository ?? '', {request, reading}));
		const whole = await reading;
		dispatch({
			kind: 'pulls-completed',
			host,
			repository,
			reading: whole,
			now: clock.now(),
		});
	} catch (error) {
		// Nobody waits for it any more.
		if (!signal.aborted) {
			part.delete(repository ?? '');
			const problem = describeProblem(error);
			dispatch({kind: 'pulls-failed', host, repository, problem});
		}
	}
};
