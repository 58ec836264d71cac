import {repositoryKey} from '../state/state.js';
import {readRepository} from './load.js';
import type {Dispatch, Session} from './session.js';

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
				const reading = readRepository(
					session,
					{host, repository, signal},
					dispatch,
				);
				session.background.set(key, reading);
				await reading;
				session.background.delete(key);
			}
		}
	};

	await Promise.all(Array.from({length: repositoriesAtOnce}, work));
};
