import type {Digest} from '../oci/digest.js';
import type {DigestRecord} from '../oci/record.js';
import {remember} from './remember.js';
import {selectFirstKeys} from './select-first.js';
import {selectMarkCounts} from './select-marks.js';
import {selectShownElsewhere} from './filter-elsewhere.js';
import type {ElsewhereRow} from './select-elsewhere.js';
import {selectSourceRows, type SourceRow} from './select-sources.js';
import {selectRecords, selectRepositoryNames} from './select-rows.js';
import {
	currentScreen,
	findRepository,
	type ListPosition,
	markKey,
	placeOf,
	repositoryKey,
	type RepositoryState,
	type Screen,
	type State,
} from './state.js';

/** Lines around a list: title, totals, a blank, the column heads, a blank, the marks, the keys; and the last line, which Ink must not touch. */
const linesAroundList = 8;

/** Rows that a list has on this screen. */
export const listHeight = (state: State): number =>
	Math.max(1, state.size.rows - linesAroundList);

const digestKeys = remember(
	(rows: readonly DigestRecord[]): readonly string[] =>
		rows.map(record => record.digest),
);

const markKeys = remember((marks: State['marks']): readonly string[] => [
	...marks.keys(),
]);

const lastFound = remember(
	(_keys: readonly string[]): {key: string; index: number} => ({
		key: '',
		index: -1,
	}),
);

/** Where a key is, if anywhere; it is looked for only when the rows have changed. */
const indexOfKey = (
	keys: readonly string[],
	{key, index}: {key: string; index: number},
): number | undefined => {
	if (keys[index] === key) {
		return index;
	}

	const last = lastFound(keys);
	if (last.key !== key) {
		last.key = key;
		last.index = keys.indexOf(key);
	}

	return last.index === -1 ? undefined : last.index;
};

const sourceKeys = remember((rows: readonly SourceRow[]): readonly string[] =>
	rows.map(row => row.key),
);

const elsewhereKeys = remember(
	(rows: readonly ElsewhereRow[]): readonly string[] =>
		rows.map(row => row.key),
);

const noKeys: readonly string[] = [];

/** What the rows of a list are known by, in their order; empty on a screen without a list. */
export const selectKeys = (state: State, screen: Screen): readonly string[] => {
	switch (screen.kind) {
		case 'registries': {
			return selectFirstKeys(state);
		}

		case 'repositories': {
			return selectRepositoryNames(state, screen);
		}

		case 'digests': {
			return digestKeys(selectRecords(state, screen));
		}

		case 'elsewhere': {
			return elsewhereKeys(selectShownElsewhere(state));
		}

		case 'sources': {
			return sourceKeys(selectSourceRows(state));
		}

		case 'marks': {
			return markKeys(state.marks);
		}

		default: {
			return noKeys;
		}
	}
};

const atTop: ListPosition = {key: undefined, index: 0, top: 0};

/** The cursor and the first row of the open list, made to fit the rows as they are now. */
export const selectPosition = (
	state: State,
): {readonly index: number; readonly top: number} => {
	const screen = currentScreen(state);
	const keys = selectKeys(state, screen);
	const {key, index, top} = state.positions.get(placeOf(screen)) ?? atTop;
	const found = key === undefined ? undefined : indexOfKey(keys, {key, index});
	return fitWindow({
		index: Math.max(0, Math.min(found ?? index, keys.length - 1)),
		top: found === undefined ? top : top + found - index,
		length: keys.length,
		height: listHeight(state),
	});
};

/** Moves the window as little as it takes to hold the cursor and to leave no empty lines below. */
export const fitWindow = ({
	index,
	top,
	length,
	height,
}: {
	index: number;
	top: number;
	length: number;
	height: number;
}): {index: number; top: number} => {
	const highest = Math.max(0, Math.min(index, length - height));
	const lowest = Math.max(0, index - height + 1);
	return {
		index,
		top: Math.max(lowest, Math.min(Math.max(0, top), highest, index)),
	};
};

/** The key of the row under the cursor. */
export const selectCursorKey = (state: State): string | undefined =>
	selectKeys(state, currentScreen(state))[selectPosition(state).index];

/** A line of the list of repositories. */
export type RepositoryRow = {
	readonly name: string;
	readonly repository: RepositoryState;
	readonly marked: number;
};

/** A line of the list of digests. */
export type DigestRow = {
	readonly record: DigestRecord;
	readonly marked: boolean;
};

/** The lines of the list of repositories between two rows. */
export const selectRepositoryRows = (
	state: State,
	place: Screen & {kind: 'repositories'},
	{from, to}: {from: number; to: number},
): readonly RepositoryRow[] =>
	selectRepositoryNames(state, place)
		.slice(from, to)
		.map(name => ({
			name,
			repository: findRepository(state, place.host, name),
			marked:
				selectMarkCounts(state.marks).get(repositoryKey(place.host, name)) ?? 0,
		}));

/** The lines of the list of digests between two rows. */
export const selectDigestRows = (
	state: State,
	place: {host: string; repository: string},
	{from, to}: {from: number; to: number},
): readonly DigestRow[] => {
	const {host, repository} = place;
	return selectRecords(state, place)
		.slice(from, to)
		.map(record => ({
			record,
			marked: state.marks.has(markKey(host, repository, record.digest)),
		}));
};

/** The digest under the cursor, on the screen of a repository. */
export const selectCursorRecord = (state: State): DigestRecord | undefined => {
	const screen = currentScreen(state);
	return screen.kind === 'digests'
		? selectRecords(state, screen)[selectPosition(state).index]
		: undefined;
};

/** The digest under the cursor or in the open detail, and where it is. */
export const selectDigestPlace = (
	state: State,
):
	| {
			readonly host: string;
			readonly repository: string;
			readonly digest: Digest;
	  }
	| undefined => {
	const screen = currentScreen(state);
	if (screen.kind === 'digest') {
		return screen;
	}

	const digest = selectCursorRecord(state)?.digest;
	return screen.kind === 'digests' && digest !== undefined
		? {...screen, digest}
		: undefined;
};

/** What is copied of the digest under the cursor or in the open detail. */
export const selectCopy = (
	state: State,
	what: 'digest' | 'reference',
): string | undefined => {
	const place = selectDigestPlace(state);
	if (!place) {
		return undefined;
	}

	return what === 'digest'
		? place.digest
		: `${place.host}/${place.repository}@${place.digest}`;
};
