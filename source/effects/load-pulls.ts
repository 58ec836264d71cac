import type {PullsReading} from '../evidence/pull.js';
import type {PullFacts} from '../plan/judge-pulls.js';
import type {PullsChoice, PullsRequest} from '../world.js';
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

const nothing: PullsReading = {tallies: [], sources: []};

/**
What the sources of pulls told of the marked repositories, once all of them have been read; those that were not asked are asked now. `undefined` where there is no source for the registry.
@param options.isAnew - Whether all are asked again, whatever they told before.
*/
export const findPulls = async (
	session: Session,
	{
		host,
		repositories,
		choice,
		isAnew = false,
	}: {
		host: string;
		repositories: readonly string[];
		choice: PullsChoice | undefined;
		isAnew?: boolean;
	},
): Promise<PullFacts | undefined> => {
	const {world, pulls: asked, signal} = session;
	if (!(await world.pulls.isKnown(host))) {
		return undefined;
	}

	const told = asked.get(host);
	const chosen =
		choice ?? told?.get('')?.request.choice ?? (await world.pulls.readChoice());
	const spends = told?.get('')?.request.spends ?? new Set<string>();
	const known = isAnew || !told ? new Map<string, AskedPulls>() : told;
	asked.set(host, known);
	const read = async (
		repository: string | undefined,
	): Promise<PullsReading> => {
		const request = {host, repository, choice: chosen, spends};
		const each = known.get(repository ?? '') ?? {
			request,
			reading: world.pulls.read(request, {tell: () => undefined, signal}),
		};
		known.set(repository ?? '', each);
		try {
			return await each.reading;
		} catch {
			// What cannot be read is unknown, and the next look tries again.
			known.delete(repository ?? '');
			return nothing;
		}
	};

	const whole = await read(undefined);
	const parts = new Map(
		await Promise.all(
			repositories.map(async name => [name, await read(name)] as const),
		),
	);
	return {
		readingOf(repository) {
			const part = parts.get(repository) ?? nothing;
			return {
				tallies: [...whole.tallies, ...part.tallies],
				sources: [...whole.sources, ...part.sources],
			};
		},
		accepted: chosen.accepted,
		windowDays: chosen.windowDays,
	};
};
