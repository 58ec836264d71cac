import type {PullHistory} from '../evidence/pull-history.js';
import {dayLength} from '../evidence/pull-window.js';
import {drawBars} from '../text/sparkline.js';

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
/** Cells for the axis at the right end: a line and a number. */
const axisWidth = 9;
const barHeight = 4;
/** Up to so many days the axis names weeks, beyond them months. */
const longestInWeeks = 62;

/** How often by UTC day. */
export type DailyCounts = Pick<PullHistory, 'firstDay' | 'days'>;

/** A day as it stands under a chart: `24 Aug`, or the month alone where that says it. */
const nameDay = (day: number, isMonth: boolean): string => {
	const date = new Date(day * dayLength);
	const month = months[date.getUTCMonth()] ?? '';
	return isMonth ? month : `${date.getUTCDate()} ${month}`;
};

/** Whether a day has its name under the chart: Mondays where it is short, else the first of a month. */
const isNamed = (day: number, days: number): boolean => {
	const date = new Date(day * dayLength);
	return days <= 14
		? true
		: days <= longestInWeeks
			? date.getUTCDay() === 1
			: date.getUTCDate() === 1;
};

/** Days of a bar, so that all have room. */
const countDaysOfBar = (days: number, room: number): number =>
	Math.max(1, Math.ceil(days / room));

/** Bars of equal length in days, of which the last ends with the last day; only the first may be shorter. */
const sumBars = (
	days: readonly number[],
	perBar: number,
): readonly number[] => {
	const bars = Math.ceil(days.length / perBar);
	const sums = Array.from({length: bars}, () => 0);
	for (const [index, count] of days.entries()) {
		const bar = barOf(index, {days: days.length, perBar});
		sums[bar] = (sums[bar] ?? 0) + count;
	}

	return sums;
};

const barOf = (
	index: number,
	{days, perBar}: {days: number; perBar: number},
): number =>
	Math.ceil(days / perBar) - 1 - Math.floor((days - 1 - index) / perBar);

/** The names of the days under their bars, as many as do not touch. */
const drawAxis = (
	{firstDay, days}: DailyCounts,
	{perBar, barWidth}: {perBar: number; barWidth: number},
): string => {
	const width = Math.ceil(days.length / perBar) * barWidth;
	let line = '';
	for (const [index] of days.entries()) {
		const day = firstDay + index;
		const at = barOf(index, {days: days.length, perBar}) * barWidth;
		const name = nameDay(day, days.length > longestInWeeks);
		const isFree = line === '' || at > line.length;
		if (isNamed(day, days.length) && isFree && at + name.length <= width) {
			line = line.padEnd(at) + name;
		}
	}

	return line;
};

/** A chart by day, or where there is no room by so many days: bars, at their right end the most and nothing, and the names of days or months below. As wide as it may be, and no wider than its days need. */
export const drawPullChart = (
	daily: DailyCounts,
	columns: number,
): readonly string[] => {
	const room = Math.max(7, columns - axisWidth);
	const days = daily.days.length;
	const barWidth = Math.max(1, Math.min(4, Math.floor(room / days)));
	const perBar = countDaysOfBar(days, room);
	const sums = sumBars(daily.days, perBar);
	const most = Math.max(0, ...sums);
	const drawn = drawBars(sums, {height: barHeight, barWidth});
	return [
		...drawn.map((line, index) => {
			const number =
				index === 0
					? most.toLocaleString('en')
					: index === barHeight - 1
						? '0'
						: '';
			return `${line}▏ ${number}`.trimEnd();
		}),
		drawAxis(daily, {perBar, barWidth}),
	];
};
