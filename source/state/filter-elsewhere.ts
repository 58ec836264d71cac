import {describeUser} from '../evidence/name-uses.js';
import {type Filterable, parseFilter} from './filter.js';
import {remember} from './remember.js';
import {
	type ElsewhereRow,
	selectElsewhereRows,
	selectForeignReferences,
} from './select-elsewhere.js';
import {selectWindow} from './select-pulls.js';
import {selectView} from './select-rows.js';
import type {State} from './state.js';

/** What a filter can look at in a reference: its name with its host, who names it, how far it has come home, how often it is pulled. */
const describeReference = (
	{key, attempts, isMarked, state}: ElsewhereRow,
	{users, days}: {users: readonly string[]; days: number},
): Filterable => {
	const count = attempts === undefined ? 0 : attempts * days;
	const tag = /:(?<tag>[^:/@]+)$/.exec(key)?.groups?.['tag'];
	return {
		words: [key, state, ...users].map(word => word.toLowerCase()),
		tags: tag === undefined ? [] : [tag],
		size: undefined,
		time: undefined,
		pulls: {
			state:
				attempts === undefined
					? 'unknown'
					: attempts > 0
						? 'pulled'
						: 'unpulled',
			least: count,
			most: attempts === undefined ? undefined : count,
			last: undefined,
		},
		traits: new Set(isMarked ? ['marked'] : []),
	};
};

/** The references that a filter shows, and the repositories of these; a key that is about a repository is about what is shown of it. */
const keepMatching = (
	rows: readonly ElsewhereRow[],
	matches: (row: ElsewhereRow) => boolean,
): readonly ElsewhereRow[] => {
	const shown = new Set(
		rows
			.filter(row => row.kind === 'reference' && matches(row))
			.map(({key}) => key),
	);
	return rows.flatMap((row): ElsewhereRow[] => {
		const references = row.references.filter(text => shown.has(text));
		return references.length === 0 ? [] : [{...row, references}];
	});
};

const slots = remember(
	(
		_rows: readonly ElsewhereRow[],
	): {filter: string; shown: readonly ElsewhereRow[] | undefined} => ({
		filter: '',
		shown: undefined,
	}),
);

/** The lines of the list of images from elsewhere that its filter shows. */
export const selectShownElsewhere = (state: State): readonly ElsewhereRow[] => {
	const rows = selectElsewhereRows(state);
	const {filter} = selectView(state, {kind: 'elsewhere'});
	if (filter === '') {
		return rows;
	}

	const slot = slots(rows);
	if (slot.shown === undefined || slot.filter !== filter) {
		const users = new Map(
			selectForeignReferences(state).map(({text, uses}) => [
				text,
				uses.map(use => describeUser(use)),
			]),
		);
		const days = selectWindow(state) ?? 0;
		const {matches} = parseFilter(filter, state.now);
		slot.filter = filter;
		slot.shown = keepMatching(rows, row =>
			matches(describeReference(row, {users: users.get(row.key) ?? [], days})),
		);
	}

	return slot.shown;
};
