import {graphOf} from '../oci/graph.js';
import type {DigestRecord, DigestRecords} from '../oci/record.js';
import {type Filterable, parseFilter} from '../state/filter.js';
import {
	countAllPulls,
	countPulls,
	orderByPulls,
	rankPulls,
} from '../state/pull-count.js';
import {selectTopLevel, selectTotals} from '../state/select-totals.js';
import {nameEvidence, unusedFirst} from '../state/select-uses.js';
import {
	addTraits,
	describeForFilter,
	digestOrders,
	isPullOrder,
	newestTime,
	plainView,
	repositoryOrders,
	type SortKey,
	sortRows,
} from '../state/view.js';
import type {ListedRepository} from './list-document.js';

/** How a list is looked at, in the words of the screen. */
export type ListView = {
	/** What its digests, and its repositories where it is one of theirs, are put in order by; `undefined` for the usual order. */
	readonly sort: string | undefined;
	/** What is listed; an empty text for everything. */
	readonly filter: string;
};

/** Everything, as it was read. */
export const plainListView: ListView = {sort: undefined, filter: ''};

/** The words that lists are sorted by. */
export const sortWords: readonly string[] = [
	...new Set([...repositoryOrders, ...digestOrders].map(({name}) => name)),
];

type Read = Extract<ListedRepository, {reading: unknown}>;

/** What a filter looks at in a digest. A word is looked for in the repository's name too, which stands on another screen there. */
const describeRow = (
	{name, reading, uses, pulls}: Read,
	record: DigestRecord,
	now: number,
): Filterable => {
	const graph = graphOf(reading.records);
	const isChild = graph.parentsOf(record.digest).length > 0;
	const row = describeForFilter(record, {isChild, now});
	return addTraits(
		{
			...row,
			words: [name.toLowerCase(), ...row.words],
			...(pulls && {pulls: countPulls(pulls.evidenceOf(record.digest))}),
		},
		[nameEvidence(uses.evidenceOf(record.digest))],
	);
};

const sortRecords = (
	{reading, uses, pulls}: Read,
	sort: string | undefined,
	now: number,
): readonly DigestRecord[] => {
	const all = selectTopLevel(reading.records);
	const order =
		sort === 'use'
			? unusedFirst(uses)
			: sort !== undefined && isPullOrder(sort)
				? pulls && orderByPulls(pulls, sort)
				: digestOrders.find(({name}) => name === sort);
	// Without an order of their own the newest come first, as on the screen.
	return sort === undefined
		? all
		: sortRows(all, order ? [order] : digestOrders, {view: plainView, now});
};

/** The digests that are listed, in order, each with all below it. */
const arrangeRecords = (
	repository: Read,
	{sort, filter}: ListView,
	now: number,
): DigestRecords => {
	const {records} = repository.reading;
	const {matches} = parseFilter(filter, now);
	const {descendantsOf} = graphOf(records);
	const kept = sortRecords(repository, sort, now)
		.filter(
			record => filter === '' || matches(describeRow(repository, record, now)),
		)
		.flatMap(({digest}) => [digest, ...descendantsOf(digest)]);
	return new Map(
		kept.flatMap(digest => {
			const record = records.get(digest);
			return record ? [[digest, record] as const] : [];
		}),
	);
};

/** What repositories are put in order by. */
const sortKeyOf = (sort: string): SortKey<Read> | undefined => {
	switch (sort) {
		case 'name': {
			return {kind: 'name', of: ({name}) => name};
		}

		case 'size': {
			return {
				kind: 'number',
				of: ({reading}) => selectTotals(reading.records).bytes,
			};
		}

		case 'digests': {
			return {
				kind: 'number',
				of: ({reading}) => selectTotals(reading.records).digests,
			};
		}

		case 'newest':
		case 'oldest': {
			return {
				kind: 'number',
				of({reading}, now) {
					const time = newestTime(reading.records, now);
					return time === undefined || sort === 'newest' ? time : -time;
				},
			};
		}

		case 'pulled':
		case 'pulls': {
			return {
				kind: 'number',
				of: ({pulls}) => pulls && rankPulls(sort, countAllPulls(pulls.total)),
			};
		}

		default: {
			return undefined;
		}
	}
};

/** The list as it is looked at. What could not be read comes last, and is left out by no filter. */
export const arrangeList = (
	repositories: readonly ListedRepository[],
	view: ListView,
	now: number,
): readonly ListedRepository[] => {
	const {sort, filter} = view;
	if (sort === undefined && filter === '') {
		return repositories;
	}

	const read: Read[] = [];
	const others: ListedRepository[] = [];
	for (const repository of repositories) {
		if (!('reading' in repository)) {
			others.push(repository);
			continue;
		}

		const {reading} = repository;
		const records = arrangeRecords(repository, view, now);
		if (filter === '' || records.size > 0 || reading.gaps.length > 0) {
			read.push({...repository, reading: {...reading, records}});
		}
	}

	const by = sort === undefined ? undefined : sortKeyOf(sort);
	return [
		...(by
			? sortRows(read, [{name: '', label: '', by}], {view: plainView, now})
			: read),
		...others,
	];
};
