import {repositoryKey} from '../state/state.js';
import type {Urgency} from '../world.js';
import {readRepository} from './load.js';
import type {BackgroundReading, Dispatch, Session} from './session.js';

/** Repositories that are read at the same time in the background, few, so that what the operator opens comes first. */
const repositoriesAtOnce = 2;
/** While the operator waits for them; the registry's limiter bounds their requests. */
const scannedAtOnce = 4;

/** Reads repositories that have not been read, for the totals on their lines. */
export const readRepositories = async (
	session: Session,
	place: {host: string; names: readonly string[]; signal: AbortSignal},
	dispatch: Dispatch,
): Promise<void> => {
	await readWaiting(session, place, {
		dispatch,
		atOnce: repositoriesAtOnce,
		urgency: 'background',
	});
};

/** Reads repositories that have not been read, for rules that the operator is writing. */
export const scanRepositories = async (
	session: Session,
	place: {host: string; names: readonly string[]; signal: AbortSignal},
	dispatch: Dispatch,
): Promise<void> => {
	await readWaiting(session, place, {
		dispatch,
		atOnce: scannedAtOnce,
		urgency: 'screen',
	});
};

type Pace = {
	readonly dispatch: Dispatch;
	readonly atOnce: number;
	readonly urgency: Urgency;
};

const readWaiting = async (
	session: Session,
	{
		host,
		names,
		signal,
	}: {host: string; names: readonly string[]; signal: AbortSignal},
	{dispatch, atOnce, urgency}: Pace,
): Promise<void> => {
	const waiting = names.values();
	const work = async (): Promise<void> => {
		for (const repository of waiting) {
			const key = repositoryKey(host, repository);
			const other = session.background.get(key);
			if (other && !signal.aborted) {
				// Whoever began may break it off.
				if (urgency === 'screen') {
					other.hurry();
				}

				await other.done;
			}

			if (signal.aborted) {
				return;
			}

			if (!session.readings.has(key)) {
				const reading = begin(session, {host, repository, signal}, dispatch);
				if (urgency === 'screen') {
					reading.hurry();
				}

				session.background.set(key, reading);
				await reading.done;
				session.background.delete(key);
			}
		}
	};

	await Promise.all(Array.from({length: atOnce}, work));
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
