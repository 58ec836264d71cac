import type {Digest} from '../oci/digest.js';
import {
	addDays,
	countFrom,
	type PullStanding,
	type SourceDays,
	sumFrom,
	takeMost,
} from './count-pulls.js';
import type {PullTally} from './pull.js';
import type {CountedWindow} from './pull-window.js';

/** Pulls over the days of the window, for a chart. */
export type PullHistory = {
	/** The member of the family whose pulls these are: the one that was pulled most; `undefined` for a whole repository. */
	readonly of: Digest | undefined;
	/** The UTC day of the first entry of `days`, counted from 1970. */
	readonly firstDay: number;
	/** Pulls by day, the oldest first and today last: one more than the window has days. On each day what the source says that counted most, for two may have seen the same pulls. */
	readonly days: readonly number[];
	/** Pulls without a time, which are in no day. */
	readonly undated: number;
	/** Pulls in these days by source, each by itself: their sum can be more than there were. Foreign. */
	readonly bySource: ReadonlyMap<string, number>;
	/** Pulls by client, of all that the sources told, which can be more than the window. Foreign. */
	readonly byClient: ReadonlyMap<string, number>;
	/** Besides pulls, in these days or without a time: manifests asked about by HEAD. */
	readonly checks: number;
	readonly pushes: number;
	/** Kubelets that set out to pull, where pulls are known besides. */
	readonly attempts: number;
	/** Kubelets that had the image. */
	readonly presents: number;
	/** What scanners and mirrors did. */
	readonly apart: number;
};

type Besides = 'checks' | 'pushes' | 'attempts' | 'presents' | 'apart';

/** Counts by a name, for each source. */
type SourceCounts = Map<string, Map<string, number>>;

/** What is counted for one history: each source by itself. */
export type Ledger = {
	readonly days: SourceDays;
	readonly undated: SourceCounts;
	readonly clients: SourceCounts;
	readonly besides: SourceCounts;
};

/** A ledger with nothing in it. */
export const createLedger = (): Ledger => ({
	days: new Map(),
	undated: new Map(),
	clients: new Map(),
	besides: new Map(),
});

const addCount = (
	counts: SourceCounts,
	source: string,
	[name, more]: readonly [string, number],
): void => {
	const known = counts.get(source) ?? new Map<string, number>();
	counts.set(source, known);
	known.set(name, (known.get(name) ?? 0) + more);
};

const nameBesides = (
	{action}: PullTally,
	standing: PullStanding,
): Besides | undefined => {
	if (standing === 'apart') {
		return 'apart';
	}

	switch (action) {
		case 'check': {
			return 'checks';
		}

		case 'push': {
			return 'pushes';
		}

		case 'attempt': {
			return 'attempts';
		}

		case 'present': {
			return 'presents';
		}

		case 'pull':
		case 'last-seen': {
			return undefined;
		}

		default: {
			const never: never = action;
			return never;
		}
	}
};

/** Counts a tally in a ledger. */
export const enter = (
	ledger: Ledger,
	{
		tally,
		standing,
	}: {readonly tally: PullTally; readonly standing: PullStanding},
	{chart}: CountedWindow,
): void => {
	const {source, undated} = tally;
	if (standing === 'pull') {
		addDays(ledger.days, tally);
		addCount(ledger.undated, source, [
			'undated',
			// A last pull at an unknown time is no number of pulls.
			tally.action === 'last-seen' ? 0 : undated,
		]);
		for (const entry of tally.clients) {
			addCount(ledger.clients, source, entry);
		}

		return;
	}

	const name = nameBesides(tally, standing);
	if (name !== undefined) {
		const count = countFrom(tally, chart.firstDay) + undated;
		addCount(ledger.besides, source, [name, count]);
	}
};

/** Of several sources the one that counted most, name by name. */
const takeMostNamed = (
	counts: Iterable<ReadonlyMap<string, number>>,
): ReadonlyMap<string, number> => {
	const most = new Map<string, number>();
	for (const known of counts) {
		for (const [name, count] of known) {
			most.set(name, Math.max(most.get(name) ?? 0, count));
		}
	}

	return most;
};

const compareTexts = (one: string, other: string): number =>
	one < other ? -1 : one > other ? 1 : 0;

/** The highest counts first. */
const rank = (
	counts: Iterable<readonly [string, number]>,
): ReadonlyMap<string, number> =>
	new Map(
		[...counts]
			.filter(([, count]) => count > 0)
			.toSorted(
				([name, count], [otherName, other]) =>
					other - count || compareTexts(name, otherName),
			),
	);

/** Days as a chart has them. What a clock that runs fast puts in tomorrow stands under today. */
const listDays = (
	days: ReadonlyMap<number, number>,
	{chart}: CountedWindow,
): readonly number[] => {
	const list = Array.from({length: chart.length}, () => 0);
	for (const [day, count] of days) {
		if (day >= chart.firstDay) {
			const place = Math.min(day - chart.firstDay, chart.length - 1);
			list[place] = (list[place] ?? 0) + count;
		}
	}

	return list;
};

/**
The history that a ledger tells.
@param besides - The ledgers of all members of a family: of what stands beside the pulls, each number is that of the member with most of it.
*/
export const writeHistory = (
	ledger: Ledger,
	{
		of,
		window,
		besides,
	}: {
		readonly of: Digest | undefined;
		readonly window: CountedWindow;
		readonly besides: readonly Ledger[];
	},
): PullHistory => {
	const counts = takeMostNamed(
		besides.map(other => takeMostNamed(other.besides.values())),
	);
	const bySource = [...ledger.days].map(([source, days]) => {
		const sum = sumFrom(days, window.chart.firstDay);
		return [source, sum] as const;
	});
	return {
		of,
		firstDay: window.chart.firstDay,
		days: listDays(takeMost(ledger.days.values()), window),
		undated: takeMostNamed(ledger.undated.values()).get('undated') ?? 0,
		bySource: rank(bySource),
		byClient: rank(takeMostNamed(ledger.clients.values())),
		checks: counts.get('checks') ?? 0,
		pushes: counts.get('pushes') ?? 0,
		attempts: counts.get('attempts') ?? 0,
		presents: counts.get('presents') ?? 0,
		apart: counts.get('apart') ?? 0,
	};
};

/**
The sums of neighbouring days in so many parts, as equal as whole days allow, for a chart narrower than the window. Fewer days than parts give a part for each day.
*/
export const bucketDays = (
	days: readonly number[],
	buckets: number,
): readonly number[] => {
	const length = Math.min(Math.max(Math.floor(buckets), 0), days.length);
	const sums = Array.from({length}, () => 0);
	if (length > 0) {
		for (const [index, count] of days.entries()) {
			const place = Math.floor((index * length) / days.length);
			sums[place] = (sums[place] ?? 0) + count;
		}
	}

	return sums;
};
