import type {PullGap, PullSource, TimeSpan} from '../../../evidence/pull.js';
import type {Counted} from './count-rows.js';
import {listMissingDays} from './window.js';

/** What a sink may still be about to write: Cloud Logging delivers within minutes, and an hour is kept back. */
export const ingestDelay = 60 * 60 * 1000;

const day = 24 * 60 * 60 * 1000;

const findSpan = (
	{from, to}: TimeSpan,
	{oldest, now}: {readonly oldest: number; readonly now: number},
): TimeSpan | undefined => {
	const span = {
		from: Math.max(from, oldest),
		to: Math.min(to, now - ingestDelay),
	};
	return span.from < span.to ? span : undefined;
};

/**
What an audit log leaves open. A host holds the repositories of all of Google's customers, and the log those of the projects whose entries reach the table: which these are only the operator can say.
*/
const listGaps = (
	covers: TimeSpan,
	oldest: ReadonlyMap<string, number>,
): readonly PullGap[] => {
	const projects = [...oldest.keys()].toSorted();
	return [
		{
			name: `only ${projects.join(', ')}`,
			message: `The table tells of pulls in ${projects.join(', ')} and in no other project of this registry; accept this if you judge no other.`,
			span: undefined,
			canBeAccepted: true,
		},
		...projects.flatMap(project => {
			const first = oldest.get(project) ?? covers.from;
			const date = new Date(first).toISOString().slice(0, 10);
			return first <= covers.from + day
				? []
				: [
						{
							name: `${project} before ${date}`,
							message: `The table tells of no request to ${project} before ${date}: nobody asked for anything there, or it was not logged yet.`,
							span: {from: covers.from, to: Math.min(first, covers.to)},
							canBeAccepted: true,
						},
					];
		}),
	];
};

/** What a table covers and proves, from what was asked and what was found. */
export const judgeCoverage = (
	{oldest}: Pick<Counted, 'oldest'>,
	{
		window,
		now,
		isProof,
		shards,
	}: {
		readonly window: TimeSpan;
		readonly now: number;
		/** Whether all pulls of the registry are logged, where any are. */
		readonly isProof: boolean;
		readonly shards: ReadonlySet<string> | undefined;
	},
): Pick<PullSource, 'covers' | 'gaps' | 'proves'> => {
	const covers =
		oldest.size === 0
			? undefined
			: findSpan(window, {oldest: Math.min(...oldest.values()), now});
	if (covers === undefined || !isProof) {
		return {covers, gaps: [], proves: isProof ? 'all-digests' : 'nothing'};
	}

	return {
		covers,
		proves: 'all-digests',
		gaps: [
			...listGaps(covers, oldest),
			...(shards === undefined ? [] : listMissingDays(covers, shards)).map(
				({name, span}) => ({
					name,
					message: `There is no table for ${name}: nothing was logged on that day, or it was deleted.`,
					span,
					canBeAccepted: true,
				}),
			),
		],
	};
};
