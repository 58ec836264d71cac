import type {PullGap, TimeSpan} from '../../evidence/pull.js';
import {formatCount} from '../../text/quantities.js';

const hour = 60 * 60 * 1000;
/** Gaps that are told one by one; of more only one is told, from the first to the last. */
const mostGaps = 20;

/** What a file tells about one registry. */
export type CoveringFile = {
	/** As its name says. */
	readonly span: TimeSpan;
	/** Milliseconds since 1970 of its newest record of any kind. */
	readonly newest: number;
};

/** What is covered, and what is missing in it. */
export type Cover = {
	readonly covers: TimeSpan | undefined;
	readonly gaps: readonly PullGap[];
};

/** Names an hour: `2026-11-03T14`. */
export const nameHour = (time: number): string =>
	new Date(time).toISOString().slice(0, 13);

const nameGap = ({from, to}: TimeSpan): string =>
	to - from <= hour
		? nameHour(from)
		: `${nameHour(from)}..${nameHour(to - hour)}`;

const describe = (time: number): string =>
	`${nameHour(time).replace('T', ' ')}:00`;

const describeGap = (span: TimeSpan): PullGap => {
	const hours = Math.round((span.to - span.from) / hour);
	return {
		name: nameGap(span),
		message:
			hours === 1
				? `There is no file of the hour that begins at ${describe(span.from)} UTC.`
				: `There are no files of the ${formatCount(hours, 'hour')} from ${describe(span.from)} to ${describe(span.to)} UTC.`,
		span,
		canBeAccepted: true,
	};
};

/** Many holes as one, which is named after all of them: another hole makes another name. */
const joinGaps = (
	spans: readonly TimeSpan[],
	{from, to}: TimeSpan,
): PullGap => {
	const hours = Math.round(
		spans.reduce((sum, span) => sum + span.to - span.from, 0) / hour,
	);
	return {
		name: `${nameHour(from)}..${nameHour(to - hour)}, ${hours} hours in ${spans.length} places`,
		message: `There are no files of ${formatCount(hours, 'hour')} in ${formatCount(spans.length, 'place')} between ${describe(from)} and ${describe(to)} UTC.`,
		span: {from, to},
		canBeAccepted: true,
	};
};

/** Spans that no file covers between the first and the last. */
const findHoles = (files: readonly CoveringFile[]): readonly TimeSpan[] => {
	const holes: TimeSpan[] = [];
	let end: number | undefined;
	for (const {span} of files) {
		if (end !== undefined && span.from > end) {
			holes.push({from: end, to: span.from});
		}

		end = Math.max(end ?? span.to, span.to);
	}

	return holes;
};

const compare = (one: CoveringFile, other: CoveringFile): number =>
	one.span.from - other.span.from;

/**
What files cover whose names say an hour: from the first hour to the newest record of the last, which may still be written. Hours between them without a file are gaps.
@param files - Those that are about the registry.
@param oldest - Milliseconds since 1970 of the oldest record of any kind: nothing is covered before it.
*/
export const coverHours = (
	files: readonly CoveringFile[],
	oldest: number,
): Cover => {
	const sorted = files.toSorted(compare);
	const first = sorted[0];
	const last = sorted.at(-1);
	if (!first || !last) {
		return {covers: undefined, gaps: []};
	}

	const newest = Math.max(
		...sorted
			.filter(({span}) => span.from === last.span.from)
			.map(file => file.newest),
	);
	const from = Math.max(first.span.from, oldest);
	const to = Math.min(Math.max(newest, last.span.from), last.span.to);
	const holes = findHoles(sorted).filter(hole => hole.to > from);
	const start = holes[0];
	const end = holes.at(-1);
	return {
		covers: from < to ? {from, to} : undefined,
		gaps:
			start && end && holes.length > mostGaps
				? [joinGaps(holes, {from: start.from, to: end.to})]
				: holes.map(hole => describeGap(hole)),
	};
};

/** What files cover that tell no time: what the operator has declared, from the oldest record on; up to the newest one where they have not said until when. */
export const coverDeclared = (
	declared: {
		readonly from: number | undefined;
		readonly to: number | undefined;
	},
	{oldest, newest}: {readonly oldest: number; readonly newest: number},
): Cover => {
	const {from, to = newest} = declared;
	if (from === undefined) {
		return {covers: undefined, gaps: []};
	}

	const begin = Math.max(from, oldest);
	return {covers: begin < to ? {from: begin, to} : undefined, gaps: []};
};
