import {graphOf} from '../oci/graph.js';
import type {DigestRecord, DigestRecords} from '../oci/record.js';
import {type Filterable, parseFilter} from './filter.js';
import {remember} from './remember.js';
import {selectTopLevel, selectTotals} from './select-totals.js';
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
	describeForFilter,
	digestOrders,
	newestTime,
	plainView,
	repositoryOrders,
	sortRows,
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
	return reuse(recordSlots(records), [view, marks, keepsOrder], () => {
		const all = selectTopLevel(records);
		const shown =
			view.filter === ''
				? all
				: filterRecords(state, all, {host, repository, records, view});
		return keepsOrder ? shown : sortRows(shown, digestOrders, view);
	});
};

const filterRecords = (
	{marks, now}: State,
	all: readonly DigestRecord[],
	{
		host,
		repository,
		records,
		view,
	}: {host: string; repository: string; records: DigestRecords; view: View},
): readonly DigestRecord[] => {
	const filter = parseFilter(view.filter, now);
	const graph = graphOf(records);
	const describe = (record: DigestRecord): Filterable => {
		const described = describeForFilter(record);
		const isMarked = marks.has(markKey(host, repository, record.digest));
		const isChild = graph.parentsOf(record.digest).length > 0;
		return isMarked || isChild
			? {
					...described,
					traits: new Set([
						...described.traits,
						...(isMarked ? ['marked'] : []),
						...(isChild ? ['child'] : []),
					]),
				}
			: described;
	};

	return all.filter(record => filter.matches(describe(record)));
};

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
	return reuse(nameSlots(names), [prefix, view, repositories], () => {
		const below = names.filter(
			name => prefix === '' || name === prefix || name.startsWith(`${prefix}/`),
		);
		const filter = parseFilter(view.filter, state.now);
		const rows = below
			.map(name => ({name, repository: findRepository(state, host, name)}))
			.filter(
				({name, repository}) =>
					view.filter === '' ||
					filter.matches({
						words: [name.toLowerCase()],
						tags: [],
						size:
							repository.records.size === 0
								? undefined
								: selectTotals(repository.records).bytes,
						time: newestTime(repository.records),
						traits: new Set(),
					}),
			);
		return sortRows(rows, repositoryOrders, view).map(({name}) => name);
	});
};
