import type {Digest} from '../oci/digest.js';

/** A digest that is counted, and when it came. */
export type Dated = {
	readonly digest: Digest;
	/** Milliseconds since 1970; never `NaN`. */
	readonly time: number;
};

/** Where a digest stands among those that are counted together. */
export type Rank = {
	/** From 1, the newest. */
	readonly rank: number;
	readonly of: number;
};

const compareTexts = (one: string, other: string): number =>
	one < other ? -1 : one > other ? 1 : 0;

/**
The newest `keep` of a group with their ranks: exactly so many, or all where there are fewer.

Of those of one time the first by digest go first, so that the order in which they were listed changes nothing.
*/
export const rankNewest = (
	group: readonly Dated[],
	keep: number,
): ReadonlyMap<Digest, Rank> => {
	if (keep === 0 || group.length === 0) {
		return new Map();
	}

	// Numbers alone sort much faster than what they belong to, and there may be a million.
	const times = Float64Array.from(group, ({time}) => time).toSorted();
	const oldestKept = times[Math.max(0, times.length - keep)]!;
	return new Map(
		group
			.filter(({time}) => time >= oldestKept)
			.toSorted(
				(one, other) =>
					other.time - one.time || compareTexts(one.digest, other.digest),
			)
			.slice(0, keep)
			.map(({digest}, index) => [digest, {rank: index + 1, of: group.length}]),
	);
};
