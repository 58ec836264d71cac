import type {Digest} from '../oci/digest.js';

/** Where a digest stands among those that are counted together. */
export type Rank = {
	/** From 1, the newest. */
	readonly rank: number;
	readonly of: number;
};

/** Digests that are counted, by their places: the time of each, milliseconds since 1970 and never `NaN`, and its digest. */
export type Counted = {
	readonly timeAt: (place: number) => number;
	readonly digestAt: (place: number) => Digest;
};

const compareTexts = (one: string, other: string): number =>
	one < other ? -1 : one > other ? 1 : 0;

/** The time of the last one of the newest `keep`, of which there are more. Only the newest so far are held, and put in order when there are twice as many: there may be a million to keep three. */
const findOldestKept = (
	places: readonly number[],
	keep: number,
	{timeAt}: Counted,
): number => {
	const newest = new Float64Array(Math.min(2 * keep, places.length));
	let held = 0;
	let oldest = Number.NEGATIVE_INFINITY;
	const reduce = (): void => {
		newest.subarray(0, held).sort();
		newest.copyWithin(0, held - keep, held);
		held = keep;
		oldest = newest[0]!;
	};

	for (const place of places) {
		const time = timeAt(place);
		// As many are as new as the oldest of those that are held.
		if (time > oldest) {
			newest[held++] = time;
			if (held === newest.length) {
				reduce();
			}
		}
	}

	newest.subarray(0, held).sort();
	return newest[held - keep]!;
};

/**
The newest `keep` of a group with their ranks, the newest first: exactly so many, or all where there are fewer.

Of those of one time the first by digest go first, so that the order in which they were listed changes nothing.
*/
export const rankNewest = (
	places: readonly number[],
	keep: number,
	counted: Counted,
): ReadonlyArray<readonly [place: number, rank: Rank]> => {
	if (keep === 0 || places.length === 0) {
		return [];
	}

	const {timeAt, digestAt} = counted;
	const oldestKept =
		places.length <= keep
			? Number.NEGATIVE_INFINITY
			: findOldestKept(places, keep, counted);
	return places
		.filter(place => timeAt(place) >= oldestKept)
		.toSorted(
			(one, other) =>
				timeAt(other) - timeAt(one) ||
				compareTexts(digestAt(one), digestAt(other)),
		)
		.slice(0, keep)
		.map((place, index) => [place, {rank: index + 1, of: places.length}]);
};
