import {
	clockTolerance,
	describeAge,
	oldestReading,
	trimStop,
} from './judge-sources.js';
import type {
	AcceptedPullGap,
	PullAbsence,
	PullGap,
	PullSource,
	TimeSpan,
} from './pull.js';
import {dayLength} from './pull-window.js';
import type {RepositoryName} from './repository-names.js';

/** The name by which the operator accepts that some records of a source could not be read. */
export const badLines = 'bad lines';

export type JudgePullOptions = {
	/** All the names of the repository that is asked about. */
	readonly names: readonly RepositoryName[];
	readonly accepted: readonly AcceptedPullGap[];
	readonly windowDays: number;
	/** Milliseconds since 1970. */
	readonly now: number;
};

/** What the sources say of digests that nobody pulled. */
export type PullAbsences = {
	/** Of any digest. */
	readonly all: PullAbsence;
	/** Of those that have a tag, of which some sources know more. */
	readonly tagged: PullAbsence;
};

/** Whether the operator has accepted a gap by name, and may. */
export const isAcceptedPullGap = (
	source: PullSource,
	gap: PullGap,
	accepted: readonly AcceptedPullGap[],
): boolean => gap.canBeAccepted && isNamed(source, gap.name, accepted);

const isNamed = (
	{name}: PullSource,
	gap: string,
	accepted: readonly AcceptedPullGap[],
): boolean =>
	accepted.some(entry => entry.source === name && entry.gap === gap);

const listGaps = (
	source: PullSource,
	{accepted}: JudgePullOptions,
): readonly PullGap[] =>
	source.gaps.filter(gap => !isAcceptedPullGap(source, gap, accepted));

const formatDay = (time: number): string =>
	new Date(time).toISOString().slice(0, 10);

/** Why nothing that a source covers can be relied on, if that is so. */
const findFault = (
	source: PullSource,
	{accepted, now}: JudgePullOptions,
): string | undefined => {
	const {state, covers, progress, skipped, gaps} = source;
	switch (state) {
		case 'unasked': {
			return 'not asked';
		}

		case 'costs': {
			return 'not asked, because nobody has agreed to its cost';
		}

		case 'failed': {
			const [gap] = gaps;
			return gap ? trimStop(gap.message) : 'could not be read';
		}

		case 'read': {
			// Until a source has been read to its end, its tallies are missing some.
			if (progress) {
				return 'still being read';
			}

			if (!covers) {
				return 'nothing says from when to when it tells everything';
			}

			if (!(covers.to <= now + clockTolerance)) {
				return 'it ends in the future, by its times';
			}

			return skipped > 0 && !isNamed(source, badLines, accepted)
				? `${skipped} of its records could not be read`
				: undefined;
		}

		default: {
			const never: never = state;
			return never;
		}
	}
};

const isAtOnce = (one: TimeSpan, other: TimeSpan): boolean =>
	one.from < other.to && other.from < one.to;

/** What a source covers, without its gaps. */
const cutGaps = (
	covers: TimeSpan,
	gaps: readonly PullGap[],
): readonly TimeSpan[] => {
	const spans: TimeSpan[] = [];
	let {from} = covers;
	const missing = gaps
		.map(({span}) => span ?? covers)
		.toSorted((one, other) => one.from - other.from);
	for (const gap of missing) {
		if (gap.from > from) {
			spans.push({from, to: Math.min(gap.from, covers.to)});
		}

		from = Math.max(from, gap.to);
	}

	if (from < covers.to) {
		spans.push({from, to: covers.to});
	}

	return spans;
};

/** A source that can say no, as far as it can. */
type Witness = {
	readonly source: PullSource;
	readonly covers: TimeSpan;
	readonly spans: readonly TimeSpan[];
};

/** The window that ends where a source does. */
const windowOf = (
	{to}: TimeSpan,
	{windowDays, now}: JudgePullOptions,
): TimeSpan => {
	const end = Math.min(to, now);
	return {from: end - windowDays * dayLength, to: end};
};

/** What stands in the way of a *no* by a source alone; `undefined` where nothing does. */
const findProblem = (
	source: PullSource,
	options: JudgePullOptions,
): string | undefined => {
	const fault = findFault(source, options);
	const {covers} = source;
	if (fault !== undefined || !covers) {
		return fault;
	}

	const window = windowOf(covers, options);
	const age = options.now - window.to;
	if (!(age <= oldestReading)) {
		return `its newest record is ${describeAge(age)} old`;
	}

	if (!(covers.from <= window.from)) {
		return `it tells everything only since ${formatDay(covers.from)}`;
	}

	const gap = listGaps(source, options).find(({span}) =>
		isAtOnce(span ?? covers, window),
	);
	return gap && trimStop(gap.message);
};

/** Whether the spans of all together leave nothing of a window out. */
const isCovered = (window: TimeSpan, spans: readonly TimeSpan[]): boolean => {
	let reached = window.from;
	for (const {from, to} of spans) {
		if (from > reached) {
			return false;
		}

		reached = Math.max(reached, to);
		if (reached >= window.to) {
			return true;
		}
	}

	return false;
};

/**
The *no* that some sources prove together, if they do.

The window ends where one of them ends, not more than 24 hours ago, and each moment of it is covered by some of them.
*/
const prove = (
	sources: readonly PullSource[],
	options: JudgePullOptions,
): PullAbsence | undefined => {
	const witnesses = sources.flatMap((source): Witness[] =>
		source.covers && findFault(source, options) === undefined
			? [
					{
						source,
						covers: source.covers,
						spans: cutGaps(source.covers, listGaps(source, options)),
					},
				]
			: [],
	);
	const spans = witnesses
		.flatMap(witness => witness.spans)
		.toSorted((one, other) => one.from - other.from);
	const windows = witnesses
		.map(({covers}) => windowOf(covers, options))
		.filter(({to}) => options.now - to <= oldestReading)
		.toSorted((one, other) => other.to - one.to);
	const window = windows.find(entry => isCovered(entry, spans));
	return (
		window && {
			state: 'no',
			...window,
			sources: witnesses
				.filter(witness => witness.spans.some(span => isAtOnce(span, window)))
				.map(({source}) => source.name),
		}
	);
};

const explain = (
	sources: readonly PullSource[],
	options: JudgePullOptions,
): string => {
	const problems = sources.flatMap(source => {
		const problem = findProblem(source, options);
		return problem === undefined ? [] : [`${source.name}: ${problem}`];
	});
	const [first = 'no source proves it'] = problems;
	return problems.length > 1
		? `${first}, and ${problems.length - 1} more`
		: first;
};

/** Why there is no *no* where no source can say it. */
const explainSilence = (
	sources: readonly PullSource[],
	options: JudgePullOptions,
): string => {
	// What a source proves is known only once it has been read.
	const silent = sources.filter(
		({state, progress}) => state !== 'read' || progress,
	);
	if (silent.length > 0) {
		return explain(silent, options);
	}

	return sources.length === 0
		? 'no source of pulls'
		: sources.length === 1
			? 'the one source of pulls only says yes'
			: 'the sources of pulls only say yes';
};

const compareNames = (one: PullSource, other: PullSource): number =>
	one.name < other.name ? -1 : one.name > other.name ? 1 : 0;

/**
What the sources say of a digest that no tally names.

*No* takes that sources which prove absence have been read, cover every moment of the window, and miss none of it but what the operator has accepted. What other sources could not tell does not matter then: a source that
proves it has seen every pull.
*/
export const judgePullSources = (
	all: readonly PullSource[],
	options: JudgePullOptions,
): PullAbsences => {
	// In the order of their names, so that the same sources always give the same words.
	const sources = all
		.filter(
			({repository}) =>
				repository === undefined ||
				options.names.some(name => name.repository === repository),
		)
		.toSorted(compareNames);
	const ofAll = sources.filter(({proves}) => proves === 'all-digests');
	const ofTagged = sources.filter(({proves}) => proves !== 'nothing');
	const unknown = (why: string): PullAbsence => ({state: 'unknown', why});
	const noProof = explainSilence(sources, options);
	const [tagged] = ofTagged;
	return {
		all:
			prove(ofAll, options) ??
			unknown(
				ofAll.length > 0
					? explain(ofAll, options)
					: tagged
						? `${tagged.name} knows only of digests with a tag`
						: noProof,
			),
		tagged:
			prove(ofTagged, options) ??
			unknown(tagged ? explain(ofTagged, options) : noProof),
	};
};
