import type {PullTotal} from '../evidence/total-pulls.js';
import {remember} from './remember.js';
import {selectMarkCounts} from './select-marks.js';
import {selectPulls} from './select-pulls.js';
import type {State} from './state.js';

/** A repository that has marks. */
export type MarkedPlace = {
	readonly host: string;
	readonly repository: string;
	readonly marked: number;
};

/** The repositories that have marks, by name. */
export const selectMarkedPlaces = remember(
	(marks: State['marks']): readonly MarkedPlace[] =>
		[...selectMarkCounts(marks)]
			.flatMap(([key, marked]) => {
				// A host has no slash in it, a repository's key has.
				const slash = key.indexOf('/');
				return slash === -1
					? []
					: [
							{
								host: key.slice(0, slash),
								repository: key.slice(slash + 1),
								marked,
							},
						];
			})
			.toSorted((first, second) =>
				`${first.host}/${first.repository}` <
				`${second.host}/${second.repository}`
					? -1
					: 1,
			),
);

/** The pulls of all repositories that have marks, added day by day; `undefined` where none of them has a source of pulls. */
export const sumMarkedPulls = (
	state: State,
): Pick<PullTotal, 'firstDay' | 'days'> | undefined => {
	const totals = selectMarkedPlaces(state.marks)
		.map(place => selectPulls(state, place)?.total)
		.filter(total => total !== undefined);
	const [first] = totals;
	if (!first) {
		return undefined;
	}

	const days = first.days.map(() => 0);
	for (const total of totals) {
		for (const [index, count] of total.days.entries()) {
			days[index] = (days[index] ?? 0) + count;
		}
	}

	return {firstDay: first.firstDay, days};
};
