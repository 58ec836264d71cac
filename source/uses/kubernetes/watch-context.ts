import type {UseGap, UsesReading} from '../../evidence/use.js';
import {type ClusterOptions, openCluster} from './cluster.js';
import type {ContextAccess} from './context-access.js';
import {discover} from './discovery.js';
import {describeFailedContext} from './read-context.js';
import {summarizeReadings} from './summarize-readings.js';
import {watchKind, type WatchedKind, watchTimes} from './watch-kind.js';

/** The uses of a context as they are known now. */
export type CurrentUses = {
	readonly reading: UsesReading;
	/** Milliseconds since 1970: everything that the cluster did before is in the reading, but for its gaps; `undefined` until all was listed once. */
	readonly currentAsOf: number | undefined;
	/** Why the reading is not to be relied on yet, or any more; one sentence. `undefined` where it is current. */
	readonly behind: string | undefined;
};

/** The uses of a context, kept current until its signal is aborted. */
export type UsesWatch = {
	readonly read: () => CurrentUses;
	/** What is known now, and again after each change. Ends when `signal` or the watch's own is aborted. */
	readonly changes: (signal: AbortSignal) => AsyncIterable<CurrentUses>;
	/** Resolves as soon as nothing is behind; rejects with the signal's reason. */
	readonly waitUntilCurrent: (signal: AbortSignal) => Promise<CurrentUses>;
	/** Resolves when everything has stopped after the signal; rejects for a bug. */
	readonly done: Promise<void>;
};

type State = {
	kinds: readonly WatchedKind[];
	gaps: readonly UseGap[];
	/** Whether each kind was listed once, or its gap is known. */
	isComplete: boolean;
	/** Why nothing could be discovered. */
	failure: {readonly error: unknown; readonly at: number} | undefined;
	/** A bug has ended the watch: nothing is kept current any more. */
	isBroken: boolean;
	/** Counts changes. */
	turn: number;
};

const findCurrentAsOf = ({kinds, isComplete}: State): number | undefined => {
	const times = kinds.flatMap(({currentAsOf}) => currentAsOf ?? []);
	return isComplete && times.length > 0 ? Math.min(...times) : undefined;
};

const findBehind = (
	state: State,
	{name, now}: {readonly name: string; readonly now: number},
): string | undefined => {
	if (state.isBroken) {
		return `The context ${name} is not being watched any more.`;
	}

	if (!state.isComplete && !state.failure) {
		return `The context ${name} is still being read.`;
	}

	const trouble = state.kinds.find(kind => kind.trouble)?.trouble;
	const asOf = findCurrentAsOf(state);
	return (
		trouble ??
		(asOf !== undefined && now - asOf > watchTimes.behind
			? `The context ${name} was last heard of ${Math.round((now - asOf) / 1000)} seconds ago.`
			: undefined)
	);
};

const summarize = (
	state: State,
	{name, startedAt}: {readonly name: string; readonly startedAt: number},
): UsesReading => {
	if (state.failure) {
		const {error, at} = state.failure;
		return {
			uses: [],
			sources: [describeFailedContext(error, {name, readAt: at})],
		};
	}

	const {uses, source} = summarizeReadings(name, {
		readings: state.kinds.map(({reading, objects}) => ({
			...reading,
			objects: [...objects.values()],
		})),
		gaps: state.gaps,
		readAt: findCurrentAsOf(state) ?? startedAt,
	});
	return {uses, sources: [source]};
};

/**
Keeps the uses of a context current, for as long as a batch runs (safeguard 6).

It lists everything anew, then watches. What cannot be read at all is a gap of the reading, as in `readContextUses`, and does not hold it up; what was read and is lost makes it `behind` until it has been listed again.
*/
export const watchContextUses = (
	access: ContextAccess,
	{signal, ...options}: ClusterOptions & {readonly signal: AbortSignal},
): UsesWatch => {
	const {name} = access;
	const {clock} = options;
	const startedAt = clock.now();
	const state: State = {
		kinds: [],
		gaps: [],
		isComplete: false,
		failure: undefined,
		isBroken: false,
		turn: 0,
	};
	const waiting = new Set<() => void>();
	let summary: {turn: number; reading: UsesReading} | undefined;
	const onChange = (): void => {
		state.turn++;
		for (const wake of waiting) {
			wake();
		}

		waiting.clear();
	};

	const read = (): CurrentUses => {
		if (summary?.turn !== state.turn) {
			const reading = summarize(state, {name, startedAt});
			summary = {turn: state.turn, reading};
		}

		return {
			reading: summary.reading,
			currentAsOf: findCurrentAsOf(state),
			behind: findBehind(state, {name, now: clock.now()}),
		};
	};

	/** Resolves when a change after `turn` has happened. */
	const waitForChange = async (
		turn: number,
		aborted: AbortSignal,
	): Promise<void> => {
		aborted.throwIfAborted();
		if (state.turn !== turn) {
			return;
		}

		await new Promise<void>(resolve => {
			const wake = (): void => {
				waiting.delete(wake);
				aborted.removeEventListener('abort', wake);
				resolve();
			};

			waiting.add(wake);
			aborted.addEventListener('abort', wake, {once: true});
		});
		aborted.throwIfAborted();
	};

	const run = async (): Promise<void> => {
		const cluster = openCluster(access, options);
		const found = await discoverAtLast();
		const watches = found.kinds.map(kind =>
			watchKind(cluster, kind, {signal, onChange}),
		);
		state.kinds = watches.map(({watched}) => watched);
		state.gaps = found.gaps;
		state.failure = undefined;
		const complete = async (): Promise<void> => {
			await Promise.all(watches.map(async ({listed}) => listed));
			state.isComplete = true;
			onChange();
		};

		await Promise.all([...watches.map(async ({done}) => done), complete()]);

		async function discoverAtLast(): ReturnType<typeof discover> {
			for (;;) {
				try {
					return await discover(cluster.client, {context: name, signal});
				} catch (error) {
					signal.throwIfAborted();
					state.failure = {error, at: clock.now()};
					onChange();
					await clock.sleep(watchTimes.longestRetry, signal);
				}
			}
		}
	};

	const done = (async () => {
		try {
			await run();
		} catch (error) {
			if (!signal.aborted) {
				state.isBroken = true;
				onChange();
				throw error;
			}
		}
	})();
	// Whoever reads is told by the reading; whoever awaits `done` is told of a bug.
	done.catch(() => undefined);

	return {
		read,
		done,
		async *changes(until) {
			const either = AbortSignal.any([signal, until]);
			while (!either.aborted) {
				const {turn} = state;
				yield read();
				try {
					await waitForChange(turn, either);
				} catch {
					return;
				}
			}
		},
		async waitUntilCurrent(until) {
			const either = AbortSignal.any([signal, until]);
			for (;;) {
				const {turn} = state;
				const current = read();
				if (current.behind === undefined) {
					return current;
				}

				await waitForChange(turn, either);
			}
		},
	};
};
