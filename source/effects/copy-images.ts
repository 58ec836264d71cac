import type {ConfirmedCopy} from '../copy/copy-plan.js';
import type {MapEntry} from '../move/image-map.js';
import {planCopies} from './plan-copies.js';
import {runCopies} from './run-copies.js';
import {describeProblem, type Dispatch, type Session} from './session.js';

/** Tells the screen what a copy would do; whoever leaves it breaks the asking off. */
export const planCopy = async (
	session: Session,
	{entries, signal}: {entries: readonly MapEntry[]; signal: AbortSignal},
	dispatch: Dispatch,
): Promise<void> => {
	try {
		const plan = await planCopies(
			{...session, signal},
			{entries, platforms: []},
		);
		dispatch({kind: 'copy-planned', entries, plan});
	} catch (error) {
		// Nobody waits for it any more.
		if (!signal.aborted) {
			const problem = describeProblem(error);
			dispatch({kind: 'copy-failed', entries, problem});
		}
	}
};

/** Copies what was confirmed, and tells the screen how it goes. */
export const runCopy = async (
	session: Session,
	{entries, copy}: {entries: readonly MapEntry[]; copy: ConfirmedCopy},
	dispatch: Dispatch,
): Promise<void> => {
	try {
		await runCopies(session, {copy, platforms: []}, news => {
			dispatch({kind: 'copy-told', news});
		});
	} catch (error) {
		dispatch({kind: 'copy-failed', entries, problem: describeProblem(error)});
	} finally {
		dispatch({kind: 'copy-ended'});
	}
};
