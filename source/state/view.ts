import type {DigestRecord, DigestRecords} from '../oci/record.js';
import type {Filterable} from './filter.js';
import {remember} from './remember.js';
import {selectTotals} from './select-totals.js';
import type {RepositoryState, Screen} from './state.js';

/** How a list is looked at: what is shown of it and in which order. */
export type View = {
	/** What was typed after `/`; an empty text shows everything. */
	readonly filter: string;
	/** The name of one of the list's orders; an empty text for the first of them. */
	readonly order: string;
	readonly isReversed: boolean;
};

/** A list looked at as it was opened. */
export const plainView: View = {filter: '', order: '', isReversed: false};

/** An order that a list can be in. */
export type Order<Row> = {
	readonly name: string;
	/** The sentence in the menu. */
	readonly label: string;
	readonly compare: (first: Row, second: Row) => number;
};

/** A repository's name with what is known of it. */
export type NamedRepository = {
	readonly name: string;
	readonly repository: RepositoryState;
};

const compareNumbers = (
	first: number | undefined,
	second: number | undefined,
): number => {
	// What is unknown comes last in every order.
	if (first === undefined || second === undefined) {
		return (first === undefined ? 1 : 0) - (second === undefined ? 1 : 0);
	}

	return second - first;
};

const collator = new Intl.Collator('en', {numeric: true});

// Builders and signers write year 1, 1970 or the first day of 1980 for "not known".
const lastPlaceholder = Date.UTC(1980, 0, 2);

const timeOf = remember((record: DigestRecord): {time: number | undefined} => {
	const time = Date.parse(record.uploaded ?? record.created ?? '');
	return {time: time > lastPlaceholder ? time : undefined};
});

/** When a digest was uploaded, or built where that is all that is known; milliseconds since 1970. */
export const recordTime = (record: DigestRecord): number | undefined =>
	timeOf(record).time;

/** The orders of a list of digests. */
export const digestOrders: ReadonlyArray<Order<DigestRecord>> = [
	{
		name: 'newest',
		label: 'newest first',
		compare: (first, second) =>
			compareNumbers(recordTime(first), recordTime(second)),
	},
	{
		name: 'size',
		label: 'largest first',
		compare: (first, second) => compareNumbers(first.size, second.size),
	},
	{
		name: 'tag',
		label: 'by tag',
		compare: (first, second) =>
			collator.compare(
				first.tags[0] ?? '\u{10FFFF}',
				second.tags[0] ?? '\u{10FFFF}',
			),
	},
	{
		name: 'tags',
		label: 'most tags first',
		compare: (first, second) => second.tags.length - first.tags.length,
	},
	{
		name: 'digest',
		label: 'by digest',
		compare: (first, second) => (first.digest < second.digest ? -1 : 1),
	},
];

const newestOf = remember(
	(records: DigestRecords): {time: number | undefined} => {
		let newest: number | undefined;
		for (const record of records.values()) {
			const time = recordTime(record);
			newest =
				time !== undefined && time > (newest ?? -Infinity) ? time : newest;
		}

		return {time: newest};
	},
);

/** When the newest digest of a repository was uploaded or built; milliseconds since 1970. */
export const newestTime = (records: DigestRecords): number | undefined =>
	newestOf(records).time;

const bytesOf = ({records}: RepositoryState): number | undefined =>
	records.size === 0 ? undefined : selectTotals(records).bytes;

/** The orders of a list of repositories. */
export const repositoryOrders: ReadonlyArray<Order<NamedRepository>> = [
	{
		name: 'name',
		label: 'by name',
		compare: (first, second) => collator.compare(first.name, second.name),
	},
	{
		name: 'size',
		label: 'largest first: where is the bill?',
		compare: (first, second) =>
			compareNumbers(bytesOf(first.repository), bytesOf(second.repository)),
	},
	{
		name: 'digests',
		label: 'most digests first',
		compare: (first, second) =>
			selectTotals(second.repository.records).digests -
			selectTotals(first.repository.records).digests,
	},
	{
		name: 'newest',
		label: 'newest first',
		compare: (first, second) =>
			compareNumbers(
				newestTime(first.repository.records),
				newestTime(second.repository.records),
			),
	},
	{
		name: 'oldest',
		label: 'longest untouched first',
		compare: (first, second) =>
			-compareNumbers(
				newestTime(first.repository.records) ?? Infinity,
				newestTime(second.repository.records) ?? Infinity,
			),
	},
];

/** The orders that a screen's list can be in; none where it has no list that can be sorted. */
export const ordersOf = (
	kind: Screen['kind'],
): ReadonlyArray<{readonly name: string; readonly label: string}> => {
	switch (kind) {
		case 'repositories': {
			return repositoryOrders;
		}

		case 'digests': {
			return digestOrders;
		}

		default: {
			return [];
		}
	}
};

/** Rows in one of their orders. */
export const sortRows = <Row>(
	rows: readonly Row[],
	orders: ReadonlyArray<Order<Row>>,
	{order, isReversed}: View,
): readonly Row[] => {
	const chosen = orders.find(({name}) => name === order) ?? orders[0];
	if (!chosen) {
		return rows;
	}

	const sorted = rows.toSorted(chosen.compare);
	return isReversed ? sorted.toReversed() : sorted;
};

/** What a filter can look at in a digest; whether it is marked is asked apart, because it changes with each key. */
export const describeForFilter = remember(
	(record: DigestRecord): Filterable => {
		const {digest, tags, platforms, artifactType, children, state} = record;
		const traits = new Set([
			tags.length === 0 ? 'untagged' : 'tagged',
			...(children.length > 0 ? ['index'] : []),
			...(artifactType === undefined ? [] : ['artifact']),
			...(state === 'unreadable' ? ['unreadable'] : []),
		]);
		return {
			words: [digest, ...tags, ...platforms, artifactType ?? ''].map(text =>
				text.toLowerCase(),
			),
			tags,
			size: record.size,
			time: recordTime(record),
			traits,
		};
	},
);
