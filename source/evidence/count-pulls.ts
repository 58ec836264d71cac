import type {PullTally} from './pull.js';
import {dayLength, dayOf} from './pull-window.js';

/** What a tally counts for. */
export type PullStanding =
	/** It is a pull. */
	| 'pull'
	/** It only says that somebody was there: a check, a push, an attempt beside pulls. */
	| 'access'
	/** A scanner or a mirror: it counts for nothing. */
	| 'apart';

/** How often by day, for each source by itself. */
export type SourceDays = Map<string, Map<number, number>>;

/** How many a tally counts from a day on. */
export const countFrom = ({days}: PullTally, firstDay: number): number => {
	let sum = 0;
	for (const [day, count] of days) {
		if (day >= firstDay && count > 0) {
			sum += count;
		}
	}

	return sum;
};

/**
Whether anything in a tally is of the first day or later.

A counter of a repository is also read when nobody has pulled, so its time alone says nothing.
*/
export const isSince = (tally: PullTally, firstDay: number): boolean =>
	countFrom(tally, firstDay) > 0 ||
	(tally.image.kind !== 'repository' &&
		tally.last !== undefined &&
		dayOf(tally.last) >= firstDay);

/** Milliseconds since 1970 before which all of a tally has happened; without any time it can have been at any. */
export const findNewest = ({days, last, undated}: PullTally): number => {
	if (undated > 0) {
		return Number.POSITIVE_INFINITY;
	}

	if (last !== undefined) {
		return last;
	}

	let newest = Number.NEGATIVE_INFINITY;
	for (const day of days.keys()) {
		newest = Math.max(newest, (day + 1) * dayLength - 1);
	}

	return newest;
};

/** Counts the days of a tally for its source. */
export const addDays = (
	sources: SourceDays,
	{source, days}: PullTally,
): void => {
	const known = sources.get(source) ?? new Map<number, number>();
	sources.set(source, known);
	for (const [day, count] of days) {
		if (count > 0) {
			known.set(day, (known.get(day) ?? 0) + count);
		}
	}
};

/**
How often by day, of what several sources tell: on each day what the source says that counted most.

Two sources that saw the same pull are not added. One that proves absence has seen every pull, so where it takes part this is the count; elsewhere it is a least.
*/
export const takeMost = (
	all: Iterable<ReadonlyMap<number, number>>,
): ReadonlyMap<number, number> => {
	const most = new Map<number, number>();
	for (const days of all) {
		for (const [day, count] of days) {
			most.set(day, Math.max(most.get(day) ?? 0, count));
		}
	}

	return most;
};

/** The sum of what is of the first day or later. */
export const sumFrom = (
	days: ReadonlyMap<number, number>,
	firstDay: number,
): number => {
	let sum = 0;
	for (const [day, count] of days) {
		if (day >= firstDay) {
			sum += count;
		}
	}

	return sum;
};

const keyOf = ({source, image}: PullTally): string => {
	switch (image.kind) {
		case 'digest':
		case 'blob': {
			return `${image.kind} ${image.digest} ${source}`;
		}

		case 'tag': {
			return `tag ${image.tag} ${source}`;
		}

		case 'repository': {
			return `repository ${source}`;
		}

		default: {
			const never: never = image;
			return never;
		}
	}
};

/**
What each tally counts for.

A kubelet that sets out to pull leaves an attempt, and a pull once it has succeeded. A log that keeps only the attempts tells of pulls by them; where the same source tells of pulls of the same image in the window as well, they would be counted twice.
*/
export const judgeStanding = (
	tallies: readonly PullTally[],
	firstDay: number,
): ((tally: PullTally) => PullStanding) => {
	const pulled = new Set<string>();
	if (tallies.some(({action}) => action === 'attempt')) {
		for (const tally of tallies) {
			if (
				tally.action === 'pull' &&
				!tally.isApart &&
				countFrom(tally, firstDay) > 0
			) {
				pulled.add(keyOf(tally));
			}
		}
	}

	return tally => {
		if (tally.isApart) {
			return 'apart';
		}

		switch (tally.action) {
			case 'pull':
			case 'last-seen': {
				return 'pull';
			}

			case 'attempt': {
				return pulled.has(keyOf(tally)) ? 'access' : 'pull';
			}

			case 'check':
			case 'push':
			case 'present': {
				return 'access';
			}

			default: {
				const never: never = tally.action;
				return never;
			}
		}
	};
};
