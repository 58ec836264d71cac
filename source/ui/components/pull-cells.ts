import type {PullCount} from '../../state/filter.js';
import {formatAge} from '../../text/quantities.js';
import {theme} from '../theme.js';
import type {Cell} from './columns.js';

/** The cells of a line that say who pulled it. */
export type PullCells = {
	readonly lastPull: Cell;
	readonly sparkline: Cell;
	readonly pulls: Cell;
};

const unknown: Cell = {text: '?', color: theme.unknown};
const coming: Cell = {text: '…', dim: true};
const nothing: Cell = {text: ''};

/** A count in at most six characters: `1,204`, `120k`, `3.4M`. */
const formatShort = (count: number): string => {
	if (count < 100_000) {
		return count.toLocaleString('en');
	}

	return count < 1_000_000
		? `${Math.floor(count / 1000)}k`
		: `${(Math.floor(count / 100_000) / 10).toLocaleString('en')}M`;
};

/** How often it was pulled, that it was not, that this is not known, or that it will be known soon: four things that look different. */
export const describePulls = (
	{state, least, most, last: time}: PullCount,
	{
		now,
		isComing,
		isShort,
		sparkline,
	}: {
		readonly now: number;
		/** Whether the sources are still being read: then what is not known is no worry yet. */
		readonly isComing: boolean;
		/** Whether there is no room for `ago`. */
		readonly isShort: boolean;
		/** An empty text where nothing was pulled, or where there is no room. */
		readonly sparkline: string;
	},
): PullCells => {
	const age = formatAge(time, now);
	const last = age === '' ? undefined : isShort ? age : `${age} ago`;
	switch (state) {
		case 'pulled': {
			const count = formatShort(least);
			return {
				// The times of an aggregate may be left out.
				lastPull: last === undefined ? unknown : {text: last},
				sparkline: {text: sparkline},
				pulls: {text: most === undefined && !isComing ? `≥${count}` : count},
			};
		}

		case 'unpulled': {
			return {
				lastPull: {text: last ?? 'none', dim: true},
				sparkline: nothing,
				pulls: {text: '0', dim: true},
			};
		}

		case 'unknown': {
			const rest = isComing ? coming : unknown;
			return {
				lastPull: last === undefined ? rest : {text: last, dim: true},
				sparkline: nothing,
				pulls: rest,
			};
		}
	}
};
