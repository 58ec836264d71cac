import type {UseFacts} from '../plan/judge-use.js';
import {repositoryKey} from '../state/state.js';
import type {UsesChoice} from '../world.js';
import {describeProblem, type Dispatch, type Session} from './session.js';

/** Reads all sources of uses, and tells what is known each time that one has been read. A newer choice breaks it off. */
export const readUses = async (
	session: Session,
	{choice, signal}: {choice: UsesChoice; signal: AbortSignal},
	dispatch: Dispatch,
): Promise<void> => {
	const {uses} = session.world;
	try {
		const reading = uses.read(choice, {
			tell(part) {
				if (!signal.aborted) {
					dispatch({kind: 'uses-told', reading: part});
				}
			},
			signal,
		});
		session.uses = {choice, reading};
		const whole = await reading;
		dispatch({
			kind: 'uses-completed',
			reading: whole,
			now: session.world.clock.now(),
		});
	} catch (error) {
		// Nobody waits for it any more.
		if (!signal.aborted) {
			session.uses = undefined;
			dispatch({kind: 'uses-failed', problem: describeProblem(error)});
		}
	}
};

/** What the sources of uses told, once all of them have been read; that nobody told anything where they cannot be. */
export const findUses = async (session: Session): Promise<UseFacts> => {
	const {uses} = session;
	const reading = await uses?.reading.catch(() => undefined);
	return {
		reading: reading ?? {uses: [], sources: []},
		accepted: uses?.choice.accepted ?? [],
		isHeldBy: (name, digest) => isHeldBy(session, name, digest),
	};
};

/** Whether a repository that was read holds a digest. */
export const isHeldBy = (
	{readings}: Session,
	{host, repository}: {host: string; repository: string},
	digest: Parameters<UseFacts['isHeldBy']>[1],
): boolean =>
	readings.get(repositoryKey(host, repository))?.records.has(digest) ?? false;
