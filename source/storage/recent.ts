import {parseWhere} from '../oci/reference.js';
import type {SavedVisit} from './settings.js';

/** Places that are remembered: more than fit on a screen nobody looks through. */
const mostVisits = 30;
/** Repositories that are remembered of one registry. */
const mostRepositories = 50;

/** Names a place whatever way it was written. */
const keyOf = (address: string): string => {
	const where = parseWhere(address);
	return where ? `${where.host}/${where.path ?? ''}` : address;
};

/** The visits with one more, the newest first. */
export const addVisit = (
	recent: readonly SavedVisit[],
	{address, visitedAt}: {readonly address: string; readonly visitedAt: number},
): readonly SavedVisit[] => {
	const key = keyOf(address);
	const known = recent.find(visit => keyOf(visit.address) === key);
	const visit = {
		...known,
		address,
		visitedAt: new Date(visitedAt).toISOString(),
	};
	return [visit, ...recent.filter(other => keyOf(other.address) !== key)].slice(
		0,
		mostVisits,
	);
};

/** The visits, where a repository was opened by its name. */
export const addRepository = (
	recent: readonly SavedVisit[],
	visited: {
		readonly address: string;
		readonly repository: string;
		readonly visitedAt: number;
	},
): readonly SavedVisit[] => {
	const [visit, ...others] = addVisit(recent, visited);
	const {repository} = visited;
	return visit === undefined
		? others
		: [
				{
					...visit,
					repositories: [
						repository,
						...(visit.repositories ?? []).filter(name => name !== repository),
					].slice(0, mostRepositories),
				},
				...others,
			];
};
