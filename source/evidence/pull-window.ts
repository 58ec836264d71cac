/** Milliseconds of a UTC day. */
export const dayLength = 24 * 60 * 60 * 1000;

/** The UTC day of a time, counted from 1970. */
export const dayOf = (time: number): number => Math.floor(time / dayLength);

/** The days in which pulls of one repository count. */
export type CountedWindow = {
	/** Milliseconds since 1970. It begins where the coverage that says *no* begins, so that the same pulls are counted and missed. */
	readonly from: number;
	/** Now: what was pulled after the coverage ended was pulled all the same. */
	readonly to: number;
	/** The UTC day of `from`, which counts whole: rather a pull too many. */
	readonly firstDay: number;
	/** The days of every chart end with today, so that those of several repositories lie under each other. */
	readonly chart: {readonly firstDay: number; readonly length: number};
};

/** The window that begins at the earliest of `begins`, if that is before the last `windowDays` days. */
export const countWindow = ({
	begins,
	windowDays,
	now,
}: {
	readonly begins: readonly number[];
	readonly windowDays: number;
	readonly now: number;
}): CountedWindow => {
	const from = Math.min(now - windowDays * dayLength, ...begins);
	return {
		from,
		to: now,
		firstDay: dayOf(from),
		chart: {firstDay: dayOf(now) - windowDays, length: windowDays + 1},
	};
};
