import type {DigestRecord, DigestRecords} from '../oci/record.js';
import type {Filterable} from './filter.js';
import {rememberLast} from './remember.js';
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
	readonly by: SortKey<Row>;
};

/** What rows are put in order by; it is asked of each row once, however many there are to compare. */
export type SortKey<Row> =
	/** The largest first; what is unknown comes last. */
	| {
			readonly kind: 'number';
			/** `now` is in milliseconds since 1970. */
			readonly of: (row: Row, now: number) => number | undefined;
	  }
	/** As people sort names, numbers in them by their value. */
	| {readonly kind: 'name'; readonly of: (row: Row) => string}
	/** By the codes of the characters. */
	| {readonly kind: 'text'; readonly of: (row: Row) => string};

/** A repository's name with what is known of it. */
export type NamedRepository = {
	readonly name: string;
	readonly repository: RepositoryState;
};

const collator = new Intl.Collator('en', {numeric: true});

// Builders and signers write year 1, 1970 or the first day of 1980 for "not known".
const lastPlaceholder = Date.UTC(1980, 0, 2);

const day = 24 * 60 * 60 * 1000;

/** The begin of the UTC day; to all that asks for times of records it is the same `now`, and it seldom changes. */
export const startOfDay = (now: number): number => now - (now % day);

/**
When a digest was uploaded, or built where that is all that is known; milliseconds since 1970. A time ahead is not known: whoever wrote it did not know it either. Clocks differ, so that it has to be after tomorrow.
@param now - Milliseconds since 1970.
*/
export const recordTime = (
	record: DigestRecord,
	now: number,
): number | undefined => {
	const time = Date.parse(record.uploaded ?? record.created ?? '');
	return time > lastPlaceholder && time < startOfDay(now) + 2 * day
		? time
		: undefined;
};

/** The orders that there are where a registry has a source of pulls. */
const pullOrders = [
	{
		name: 'pulled',
		label: 'longest unpulled first',
		by: {kind: 'number', of: () => 0},
	},
	{
		name: 'pulls',
		label: 'fewest pulls first',
		by: {kind: 'number', of: () => 0},
	},
] as const;

/** Whether an order goes by pulls. */
export const isPullOrder = (name: string): boolean =>
	pullOrders.some(order => order.name === name);

/** The orders of a list of digests. */
export const digestOrders: ReadonlyArray<Order<DigestRecord>> = [
	{
		name: 'newest',
		label: 'newest first',
		by: {kind: 'number', of: recordTime},
	},
	{
		name: 'size',
		label: 'largest first',
		by: {kind: 'number', of: record => record.size},
	},
	{
		name: 'tag',
		label: 'by tag',
		by: {kind: 'name', of: record => record.tags[0] ?? '\u{10FFFF}'},
	},
	{
		name: 'tags',
		label: 'most tags first',
		by: {kind: 'number', of: record => record.tags.length},
	},
	{
		name: 'digest',
		label: 'by digest',
		by: {kind: 'text', of: record => record.digest},
	},
	{
		// What it is sorted by is not in the record: see `unusedFirst`.
		name: 'use',
		label: 'unused first',
		by: {kind: 'number', of: () => 0},
	},
	// So it is with these: see `orderByPulls`.
	...pullOrders,
];

const newestOf = rememberLast(
	(records: DigestRecords, today: number): number | undefined => {
		let newest: number | undefined;
		for (const record of records.values()) {
			const time = recordTime(record, today);
			newest =
				time !== undefined && time > (newest ?? -Infinity) ? time : newest;
		}

		return newest;
	},
);

/** When the newest digest of a repository was uploaded or built; milliseconds since 1970. */
export const newestTime = (
	records: DigestRecords,
	now: number,
): number | undefined => newestOf(records, startOfDay(now));

const bytesOf = ({records}: RepositoryState): number | undefined =>
	records.size === 0 ? undefined : selectTotals(records).bytes;

/** The orders of a list of repositories. */
export const repositoryOrders: ReadonlyArray<Order<NamedRepository>> = [
	{
		name: 'name',
		label: 'by name',
		by: {kind: 'name', of: ({name}) => name},
	},
	{
		name: 'size',
		label: 'largest first: where is the bill?',
		by: {kind: 'number', of: ({repository}) => bytesOf(repository)},
	},
	{
		name: 'digests',
		label: 'most digests first',
		by: {
			kind: 'number',
			of: ({repository}) => selectTotals(repository.records).digests,
		},
	},
	{
		name: 'newest',
		label: 'newest first',
		by: {
			kind: 'number',
			of: ({repository}, now) => newestTime(repository.records, now),
		},
	},
	{
		name: 'oldest',
		label: 'longest untouched first',
		by: {
			kind: 'number',
			of({repository}, now) {
				const time = newestTime(repository.records, now);
				return time === undefined ? undefined : -time;
			},
		},
	},
	...pullOrders,
];

/**
The orders that a screen's list can be in; none where it has no list that can be sorted.
@param options.showsPulls - Whether there is a source of pulls.
*/
export const ordersOf = (
	kind: Screen['kind'],
	{showsPulls}: {readonly showsPulls: boolean},
): ReadonlyArray<{readonly name: string; readonly label: string}> => {
	switch (kind) {
		case 'repositories': {
			return keepKnown(repositoryOrders, showsPulls);
		}

		case 'digests': {
			return keepKnown(digestOrders, showsPulls);
		}

		default: {
			return [];
		}
	}
};

const keepKnown = <Named extends {readonly name: string}>(
	orders: readonly Named[],
	showsPulls: boolean,
): readonly Named[] =>
	showsPulls ? orders : orders.filter(({name}) => !isPullOrder(name));

/** The order that a view asks for: the first of them unless it names another. */
export const chooseOrder = <Row>(
	orders: ReadonlyArray<Order<Row>>,
	{order}: View,
): Order<Row> | undefined =>
	orders.find(({name}) => name === order) ?? orders[0];

/** A comparison of rows by their indexes; what it compares was asked of each row beforehand. */
const compareBy = <Row>(
	rows: readonly Row[],
	by: SortKey<Row>,
	now: number,
): ((first: number, second: number) => number) => {
	switch (by.kind) {
		case 'number': {
			const numbers = Float64Array.from(
				rows,
				row => by.of(row, now) ?? -Infinity,
			);
			return (first, second) => (numbers[second] ?? 0) - (numbers[first] ?? 0);
		}

		case 'name': {
			const names = rows.map(row => by.of(row));
			return (first, second) =>
				collator.compare(names[first] ?? '', names[second] ?? '');
		}

		case 'text': {
			const texts = rows.map(row => by.of(row));
			return (first, second) =>
				(texts[first] ?? '') < (texts[second] ?? '') ? -1 : 1;
		}
	}
};

/** The indexes of rows in an order. */
export const sortIndexes = <Row>(
	rows: readonly Row[],
	order: Order<Row> | undefined,
	now: number,
): readonly number[] => {
	const indexes = Array.from(rows, (_, index) => index);
	return order ? indexes.toSorted(compareBy(rows, order.by, now)) : indexes;
};

/** Rows in one of their orders. */
export const sortRows = <Row>(
	rows: readonly Row[],
	orders: ReadonlyArray<Order<Row>>,
	{view, now}: {readonly view: View; readonly now: number},
): readonly Row[] => {
	const sorted = sortIndexes(rows, chooseOrder(orders, view), now)
		.map(index => rows[index])
		.filter(row => row !== undefined);
	return view.isReversed ? sorted.toReversed() : sorted;
};

const traitSets = new Map<string, ReadonlySet<string>>();

/** One set for all rows with the same traits. */
const traitsOf = (traits: readonly string[]): ReadonlySet<string> => {
	const key = traits.join(' ');
	const known = traitSets.get(key) ?? new Set(traits);
	traitSets.set(key, known);
	return known;
};

/** What a filter can look at in a digest; whether it is marked is asked apart, because that changes with a key. */
export const describeForFilter = (
	record: DigestRecord,
	{isChild, now}: {readonly isChild: boolean; readonly now: number},
): Filterable => {
	const {digest, tags, platforms, artifactType, children, state} = record;
	const words = [digest, ...tags, ...platforms, artifactType ?? ''];
	return {
		// One text to look through: a word that is looked for has no line end in it.
		words: [words.join('\n').toLowerCase()],
		tags,
		size: record.size,
		time: recordTime(record, now),
		traits: traitsOf([
			tags.length === 0 ? 'untagged' : 'tagged',
			...(children.length > 0 ? ['index'] : []),
			...(artifactType === undefined ? [] : ['artifact']),
			...(state === 'unreadable' ? ['unreadable'] : []),
			...(isChild ? ['child'] : []),
		]),
	};
};

/** The same row with more said of it. */
export const addTraits = (
	row: Filterable,
	traits: readonly string[],
): Filterable =>
	traits.length === 0
		? row
		: {...row, traits: traitsOf([...row.traits, ...traits])};
