import type {RepositoryPulls} from '../evidence/match-pulls.js';
import type {PullEvidence} from '../evidence/pull.js';
import type {DigestRecord} from '../oci/record.js';
import type {PullTotal} from '../evidence/total-pulls.js';
import type {PullCount} from './filter.js';
import {remember} from './remember.js';
import type {Order} from './view.js';

/** How often a digest was pulled: what lists show, sort and filter by. */
export const countPulls = (evidence: PullEvidence): PullCount => {
	switch (evidence.state) {
		case 'yes': {
			// Where only the time of a last pull is known there was one at least.
			const least = Math.max(1, evidence.count);
			const isExact = evidence.count > 0 && evidence.besides.state === 'no';
			return {
				state: 'pulled',
				least,
				most: isExact ? least : undefined,
				last: evidence.last,
			};
		}

		case 'no': {
			return {state: 'unpulled', least: 0, most: 0, last: evidence.last};
		}

		case 'unknown': {
			return {
				state: 'unknown',
				least: 0,
				most: undefined,
				last: evidence.last,
			};
		}
	}
};

/** The same of a whole repository. */
export const countAllPulls = (total: PullTotal): PullCount => {
	const {state, count, besides, last} = total;
	const isExact = state === 'no' || (count > 0 && besides.state === 'no');
	const least = state === 'yes' ? Math.max(1, count) : 0;
	return {
		state: state === 'yes' ? 'pulled' : state === 'no' ? 'unpulled' : 'unknown',
		least,
		most: isExact ? least : undefined,
		last,
	};
};

// What was never pulled comes before everything else, and what is not known behind it.
const rankByLast = ({state, last}: PullCount): number | undefined =>
	state === 'unknown'
		? undefined
		: last === undefined
			? Number.MAX_VALUE
			: -last;

const rankByCount = ({state, least}: PullCount): number | undefined =>
	state === 'unknown' ? undefined : -least;

/** What is sorted by the order of a name, where that is one of pulls. */
export const rankPulls = (
	order: string,
	fields: PullCount,
): number | undefined =>
	order === 'pulled' ? rankByLast(fields) : rankByCount(fields);

const orders = remember(
	(_pulls: RepositoryPulls) => new Map<string, Order<DigestRecord>>(),
);

/** The order of digests by their pulls; one for each matching, so that it is sorted once. */
export const orderByPulls = (
	pulls: RepositoryPulls,
	name: string,
): Order<DigestRecord> => {
	const known = orders(pulls).get(name) ?? {
		name,
		label: '',
		by: {
			kind: 'number',
			of: ({digest}) => rankPulls(name, countPulls(pulls.evidenceOf(digest))),
		},
	};
	orders(pulls).set(name, known);
	return known;
};
