/** What a row counts in; `count` is for keys, requests, packages and the like. */
export type Unit = 'ms' | 'MB' | 'bytes' | 'count';

/** Something measured, beside a baseline that was measured in the same run on the same machine. */
export type MeasuredRow = {
	/** What was measured, in a few words: `a key at 120×40, 100,000 digests, p50`. */
	readonly what: string;
	readonly value: number;
	readonly unit: Unit;
	/** What it is held against; left out where only the value is of interest. */
	readonly baseline?: {readonly name: string; readonly value: number};
	/** The highest ratio of value to baseline that passes; left out where the ratio is only printed. */
	readonly atMost?: number;
	/** The lowest ratio that passes. */
	readonly atLeast?: number;
};

/** Something that could not be measured here, and why. */
export type SkippedRow = {readonly what: string; readonly skipped: string};

/** A line of the bench's table. */
export type Row = MeasuredRow | SkippedRow;

/**
What a file directly in `test/bench/` exports under the name `measurement`; the runner needs nothing else.

The file's name without `.ts` is what names it on the command line: `npm run bench listing`. What it leans on lies in a folder below.
*/
export type Measurement = {
	/** One line over its rows. */
	readonly title: string;
	/** Yields each row as it is known. What it throws counts as a bound that is exceeded. */
	readonly measure: () => AsyncIterable<Row>;
};
