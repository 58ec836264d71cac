import {repositoryKey} from '../state/state.js';
import type {Urgency} from '../world.js';
import {readRepository} from './load.js';
import type {BackgroundReading, Dispatch, Session} from './session.js';

/** Repositories that are read at the same time in the background, few, so that what the operator opens comes first. */
const repositoriesAtOnce = 2;

/** Reads repositories that have not been read, for the totals on their lines. */
export const readRepositories = async (
	session: Session,
	place: {host: string; names: readonly string[]; signal: AbortSignal},
	dispatch: Dispatch,
): Promise<void> => {
	const {host, names, signal} = place;
	const waiting = names.values();
	const work = async (): Promise<void> => {
		for (const repository of waiting) {
			const key = repositoryKey(host, repository);
			if (signal.aborted) {
				return;
			}

			if (!session.readings.has(key)) {
				const reading = begin(session, {host, repository, signal}, dispatch);
				session.background.set(key, reading);
				await reading.done;
				session.background.delete(key);
			}
		}
	};

	await Promise.all(Array.from({length: repositoriesAtOnce}, work));
};

const begin = (
	session: Session,
	place: {host: string; repository: string; signal: AbortSignal},
	dispatch: Dispatch,
): BackgroundReading => {
	let current: Urgency = 'background';
	const urgency = (): Urgency => current;
	return {
		done: readRepository(session, {...place, urgency}, dispatch),
		hurry() {
			current = 'screen';
		},
	};
};

/** Reads a repository for the screen; what is being read in the background streams into the same list. */
export const openRepository = async (
	session: Session,
	place: {host: string; repository: string; signal: AbortSignal},
	dispatch: Dispatch,
): Promise<void> => {
	const {host, repository, signal} = place;
	const underWay = session.background.get(repositoryKey(host, repository));
	underWay?.hurry();
	await (underWay?.done ??
		readRepository(
			session,
			{host, repository, signal, urgency: () => 'screen'},
			dispatch,
		));
};
