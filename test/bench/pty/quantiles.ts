/** The value below which so much of all values lies; `part` from 0 to 1. */
export const quantile = (values: readonly number[], part: number): number => {
	const sorted = values.toSorted((first, second) => first - second);
	return (
		sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ??
		Number.NaN
	);
};

/** The value in the middle. */
export const median = (values: readonly number[]): number =>
	quantile(values, 0.5);
