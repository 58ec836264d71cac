import type {RepositoryPulls} from '../evidence/match-pulls.js';
import type {RepositoryUses} from '../evidence/match-uses.js';
import {graphOf} from '../oci/graph.js';
import type {DigestRecord, DigestRecords} from '../oci/record.js';
import {
	asksForPulls,
	type Filterable,
	parseFilter,
	type PullCount,
} from './filter.js';
import {
	countAllPulls,
	countPulls,
	orderByPulls,
	rankPulls,
} from './pull-count.js';
import {remember, rememberLast} from './remember.js';
import {hasPulls, selectPulls} from './select-pulls.js';
import {selectTopLevel, selectTotals} from './select-totals.js';
import {nameEvidence, selectUses, unusedFirst} from './select-uses.js';
import {
	findRegistry,
	findRepository,
	markKey,
	placeOf,
	repositoryKey,
	type Screen,
	type State,
} from './state.js';
import {
	addTraits,
	chooseOrder,
	describeForFilter,
	digestOrders,
	isPullOrder,
	type NamedRepository,
	newestTime,
	type Order,
	plainView,
	repositoryOrders,
	sortIndexes,
	sortRows,
	startOfDay,
	type View,
} from './view.js';

/** How the list of a screen is looked at. */
export const selectView = (state: State, screen: Screen): View =>
	state.views.get(placeOf(screen)) ?? plainView;

/** The last rows that were made of an object, and what else they were made of. */
type Slot<Rows> = {made: readonly unknown[]; rows: Rows | undefined};

const reuse = <Rows>(
	slot: Slot<Rows>,
	made: readonly unknown[],
	make: () => Rows,
): Rows => {
	if (
		slot.rows === undefined ||
		slot.made.length !== made.length ||
		made.some((part, index) => part !== slot.made[index])
	) {
		slot.rows = make();
		slot.made = made;
	}

	return slot.rows;
};

const recordSlots = remember(
	(_records: DigestRecords): Slot<readonly DigestRecord[]> => ({
		made: [],
		rows: undefined,
	}),
);

/** The digests on the lines of a repository's list: filtered and in the chosen order. */
export const selectRecords = (
	state: State,
	place: {readonly host: string; readonly repository: string},
): readonly DigestRecord[] => {
	const {host, repository} = place;
	const {records, wasWhole} = findRepository(state, host, repository);
	const view = state.views.get(repositoryKey(host, repository)) ?? plainView;
	const marks = view.filter.includes('marked') ? state.marks : undefined;
	const keepsOrder = !wasWhole && view.order === '';
	const uses = asksForUses(view) ? selectUses(state, place) : undefined;
	const pulls = needsPulls(view) ? selectPulls(state, place) : undefined;
	const today = startOfDay(state.now);
	const made = [view, marks, uses, pulls, keepsOrder, today];
	return reuse(recordSlots(records), made, () => {
		const all = selectTopLevel(records);
		if (keepsOrder && view.filter === '') {
			return all;
		}

		const sorted = keepsOrder
			? [...all.keys()]
			: selectSorted(records, {order: orderOf(view, {uses, pulls}), today});
		const shown =
			view.filter === ''
				? sorted
				: filterIndexes(state, sorted, {
						...place,
						records,
						view,
						uses,
						pulls,
					});
		const turned = view.isReversed && !keepsOrder ? shown.toReversed() : shown;
		return turned
			.map(index => all[index])
			.filter(record => record !== undefined);
	});
};

/** Whether a view of digests looks at what needs them. */
const asksForUses = ({order, filter}: View): boolean =>
	order === 'use' || /\b(?:used|unused|unknown)\b/i.test(filter);

const needsPulls = ({order, filter}: View): boolean =>
	isPullOrder(order) || asksForPulls(filter);

/** The order of a view; two go by what is not in the records. */
const orderOf = (
	view: View,
	{
		uses,
		pulls,
	}: {uses: RepositoryUses | undefined; pulls: RepositoryPulls | undefined},
): Order<DigestRecord> | undefined => {
	if (uses && view.order === 'use') {
		return unusedFirst(uses);
	}

	return pulls && isPullOrder(view.order)
		? orderByPulls(pulls, view.order)
		: chooseOrder(digestOrders, view);
};

const sortedIndexes = rememberLast(
	(
		_records: DigestRecords,
		_today: number,
	): Map<Order<DigestRecord> | undefined, readonly number[]> => new Map(),
);

/** The indexes of a repository's rows in an order, sorted once: filters and turning round need no new sort. */
const selectSorted = (
	records: DigestRecords,
	{
		order,
		today,
	}: {
		readonly order: Order<DigestRecord> | undefined;
		readonly today: number;
	},
): readonly number[] => {
	const orders = sortedIndexes(records, today);
	const known =
		orders.get(order) ?? sortIndexes(selectTopLevel(records), order, today);
	orders.set(order, known);
	return known;
};

/** What filters look at, for each of a repository's rows. */
const selectFilterables = rememberLast(
	(records: DigestRecords, today: number): readonly Filterable[] => {
		const graph = graphOf(records);
		return selectTopLevel(records).map(record =>
			describeForFilter(record, {
				isChild: graph.parentsOf(record.digest).length > 0,
				now: today,
			}),
		);
	},
);

const filterIndexes = (
	{marks, now}: State,
	indexes: readonly number[],
	{
		host,
		repository,
		records,
		view,
		uses,
		pulls,
	}: {
		host: string;
		repository: string;
		records: DigestRecords;
		view: View;
		uses: RepositoryUses | undefined;
		pulls: RepositoryPulls | undefined;
	},
): readonly number[] => {
	const filter = parseFilter(view.filter, now);
	const all = selectTopLevel(records);
	const rows = selectFilterables(records, startOfDay(now));
	const asksForMarks = view.filter.includes('marked');
	return indexes.filter(index => {
		const row = rows[index];
		const record = all[index];
		if (!row || !record) {
			return false;
		}

		const {digest} = record;
		const isMarked =
			asksForMarks && marks.has(markKey(host, repository, digest));
		return filter.matches(
			addTraits(addPulls(row, pulls && countPulls(pulls.evidenceOf(digest))), [
				...(isMarked ? ['marked'] : []),
				...(uses ? [nameEvidence(uses.evidenceOf(digest))] : []),
			]),
		);
	});
};

const addPulls = (row: Filterable, pulls: PullCount | undefined): Filterable =>
	pulls ? {...row, pulls} : row;

const nameSlots = remember(
	(_names: readonly string[]): Slot<readonly string[]> => ({
		made: [],
		rows: undefined,
	}),
);

const noNames: readonly string[] = [];

/** The repositories on the lines of a registry's list: at or below the screen's prefix, filtered, in the chosen order. */
export const selectRepositoryNames = (
	state: State,
	screen: Screen & {kind: 'repositories'},
): readonly string[] => {
	const {host, prefix} = screen;
	const names = findRegistry(state, host)?.repositories ?? noNames;
	const view = selectView(state, screen);
	// Names alone need nothing of what streams in.
	const needsRepositories = view.order !== '' || view.filter !== '';
	const repositories = needsRepositories ? state.repositories : undefined;
	const asksPulls = needsPulls(view) && hasPulls(state, host);
	const pulls = asksPulls ? state.pulls : undefined;
	const today = needsRepositories ? startOfDay(state.now) : undefined;
	const made = [prefix, view, repositories, pulls, today];
	return reuse(nameSlots(names), made, () => {
		const below = names.filter(
			name => prefix === '' || name === prefix || name.startsWith(`${prefix}/`),
		);
		const filter = parseFilter(view.filter, state.now);
		const findPulls = (repository: string): PullCount | undefined => {
			const known = asksPulls
				? selectPulls(state, {host, repository})
				: undefined;
			return known && countAllPulls(known.total);
		};

		const rows = below
			.map(name => ({name, repository: findRepository(state, host, name)}))
			.filter(
				({name, repository}) =>
					view.filter === '' ||
					filter.matches(
						addPulls(
							{
								words: [name.toLowerCase()],
								tags: [],
								size:
									repository.records.size === 0
										? undefined
										: selectTotals(repository.records).bytes,
								time: newestTime(repository.records, state.now),
								traits: new Set(),
							},
							findPulls(name),
						),
					),
			);
		const orders = repositoryOrders.map(order =>
			isPullOrder(order.name) ? sortByTotal(order, findPulls) : order,
		);
		return sortRows(rows, orders, {view, now: state.now}).map(({name}) => name);
	});
};

const sortByTotal = (
	order: Order<NamedRepository>,
	findPulls: (name: string) => PullCount | undefined,
): Order<NamedRepository> => ({
	...order,
	by: {
		kind: 'number',
		of({name}) {
			const count = findPulls(name);
			return count && rankPulls(order.name, count);
		},
	},
});
