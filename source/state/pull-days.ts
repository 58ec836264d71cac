import type {State} from './state.js';

const dayLength = 24 * 60 * 60 * 1000;

/** UTC days since 1970: the first that counts, and how many do. */
export type CountedDays = {readonly firstDay: number; readonly length: number};

/** The days of the window, today among them. Those of several repositories lie under each other. */
export const selectDays = ({pulls, now}: State): CountedDays => {
	const length = pulls.choice?.windowDays ?? 1;
	return {firstDay: Math.floor(now / dayLength) - length + 1, length};
};

/** How often on each of the days. */
export const listDays = (
	days: ReadonlyMap<number, number>,
	{firstDay, length}: CountedDays,
): {readonly firstDay: number; readonly counts: readonly number[]} => ({
	firstDay,
	counts: Array.from(
		{length},
		(_, index) => days.get(firstDay + index) ?? 0,
	),
});
