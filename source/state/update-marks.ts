import {describeNeed} from '../evidence/name-uses.js';
import type {DigestRecord} from '../oci/record.js';
import {isNeverTouched} from '../plan/care.js';
import type {Mark} from '../world.js';
import type {Update} from './command.js';
import type {KeyMessage, WorldMessage} from './message.js';
import {
	selectCursorKey,
	selectCursorRecord,
	selectKeys,
	selectPosition,
} from './select.js';
import {selectRecords} from './select-rows.js';
import {selectUses} from './select-uses.js';
import {changeMap} from './layered-map.js';
import {
	currentScreen,
	findRegistry,
	findRepository,
	markKey,
	type Screen,
	type State,
} from './state.js';
import {openScreen} from './trail.js';
import {moveCursor} from './move-cursor.js';

type DigestsScreen = Screen & {kind: 'digests'};

/** What keys do to the marks. */
export const updateMarks = (
	state: State,
	message: Extract<
		KeyMessage,
		{
			kind:
				| 'mark-toggled'
				| 'range-toggled'
				| 'all-marked'
				| 'marks-inverted'
				| 'marks-cleared'
				| 'marks-opened'
				| 'offer-taken';
		}
	>,
): Update => {
	const screen = currentScreen(state);
	switch (message.kind) {
		case 'mark-toggled': {
			return [
				screen.kind === 'marks' ? unmark(state) : moveOn(toggle(state)),
				[],
			];
		}

		case 'range-toggled': {
			return [toggleRange(state), []];
		}

		case 'all-marked': {
			return [changeShown(state, () => true), []];
		}

		case 'marks-inverted': {
			return [changeShown(state, isMarked => !isMarked), []];
		}

		case 'marks-cleared': {
			return [
				{
					...state,
					marks: new Map(),
					rangeFrom: undefined,
					rules: {...state.rules, areReasonsShown: false},
				},
				[],
			];
		}

		case 'marks-opened': {
			return [openScreen(state, {kind: 'marks'}), []];
		}

		case 'offer-taken': {
			const marks = new Map(state.marks);
			for (const mark of state.offered) {
				marks.set(markKey(mark.registry, mark.repository, mark.digest), mark);
			}

			return [{...state, marks, offered: []}, []];
		}
	}
};

/** Marks what a file of references names, but for what the settings keep, and says what of it could not be. */
export const takeReferences = (
	state: State,
	{file, marks: found, problems}: WorldMessage & {kind: 'references-marked'},
): State => {
	const wanted = new Map<string, Mark>();
	let kept = 0;
	let locked = 0;
	for (const mark of found) {
		const {registry, repository, digest} = mark;
		const neverTouch = findRegistry(state, registry)?.care.neverTouch ?? [];
		const record = findRepository(state, registry, repository).records.get(
			digest,
		);
		if (isNeverTouched(neverTouch, repository, record?.tags ?? [])) {
			kept++;
		} else if (record?.locked === undefined) {
			wanted.set(markKey(registry, repository, digest), mark);
		} else {
			locked++;
		}
	}

	const marks = changeMap(state.marks, wanted);
	const sentences = [
		`${found.length - kept - locked} marked from ${file}.`,
		...(kept === 0 ? [] : [`neverTouch keeps ${kept}.`]),
		...(locked === 0 ? [] : [`The registry has locked ${locked}.`]),
		...problems.slice(0, 1),
		...(problems.length > 1 ? [`And ${problems.length - 1} more.`] : []),
	];
	return {...state, marks, notice: sentences.join(' ')};
};

const unmark = (state: State): State => {
	const key = selectCursorKey(state);
	return key !== undefined && state.marks.has(key)
		? {...state, marks: changeMap(state.marks, new Map([[key, undefined]]))}
		: state;
};

/** The rows from the beginning of the range to the cursor, or only that of the cursor. */
const selectRange = (
	state: State,
	screen: DigestsScreen,
): readonly DigestRecord[] => {
	const rows = selectRecords(state, screen);
	const {index} = selectPosition(state);
	const from =
		state.rangeFrom === undefined
			? index
			: selectKeys(state, screen).indexOf(state.rangeFrom);
	return from === -1
		? rows.slice(index, index + 1)
		: rows.slice(Math.min(from, index), Math.max(from, index) + 1);
};

const toggle = (state: State): State => {
	const screen = currentScreen(state);
	const record = selectCursorRecord(state);
	if (screen.kind !== 'digests' || !record) {
		return state;
	}

	const next = changeMarks(state, screen, {
		rows: [record],
		choose: isMarked => !isMarked,
	});
	return next.marks.size > state.marks.size
		? warnOfUse(next, screen, record)
		: next;
};

/** Says at once why the review is going to block what has just been marked. */
const warnOfUse = (
	state: State,
	screen: DigestsScreen,
	{digest}: DigestRecord,
): State => {
	const evidence = selectUses(state, screen).evidenceOf(digest);
	const need =
		evidence.state === 'yes'
			? evidence.needs.find(({blocks}) => blocks)
			: undefined;
	return need
		? {...state, notice: `In use, so it is blocked: ${describeNeed(need)}.`}
		: state;
};

// Marking one moves to the next, as people expect of Space.
const moveOn = (state: State): State =>
	moveCursor(state, {by: 'line', direction: 1});

/** Begins a range at the cursor; the second time marks all from there to the cursor. */
const toggleRange = (state: State): State => {
	const screen = currentScreen(state);
	const key = selectCursorKey(state);
	if (screen.kind !== 'digests' || key === undefined) {
		return state;
	}

	return state.rangeFrom === undefined
		? {
				...state,
				rangeFrom: key,
				notice:
					'A range begins here. Move, and press v again to mark it; Esc leaves it.',
			}
		: {
				...changeMarks(state, screen, {
					rows: selectRange(state, screen),
					choose: () => true,
				}),
				rangeFrom: undefined,
			};
};

const changeShown = (
	state: State,
	choose: (isMarked: boolean) => boolean,
): State => {
	const screen = currentScreen(state);
	return screen.kind === 'digests'
		? changeMarks(state, screen, {rows: selectRecords(state, screen), choose})
		: state;
};

const changeMarks = (
	state: State,
	{host, repository}: DigestsScreen,
	{
		rows,
		choose,
	}: {
		rows: readonly DigestRecord[];
		choose: (isMarked: boolean) => boolean;
	},
): State => {
	const neverTouch = findRegistry(state, host)?.care.neverTouch ?? [];
	const changes = new Map<string, Mark | undefined>();
	let kept = 0;
	const locks: string[] = [];
	for (const {digest, tags, locked} of rows) {
		const key = markKey(host, repository, digest);
		if (!choose(state.marks.has(key))) {
			changes.set(key, undefined);
		} else if (
			neverTouch.length > 0 &&
			isNeverTouched(neverTouch, repository, tags)
		) {
			kept++;
		} else if (locked === undefined) {
			changes.set(key, {registry: host, repository, digest});
		} else {
			locks.push(locked);
		}
	}

	const marks = changeMap(state.marks, changes);
	const sentences = [...describeKept(kept), ...describeLocks(locks)];
	return sentences.length === 0
		? {...state, marks}
		: {...state, marks, notice: sentences.join(' ')};
};

const describeKept = (kept: number): readonly string[] =>
	kept === 0
		? []
		: [
				`${kept === 1 ? 'A digest was' : `${kept} digests were`} not marked: neverTouch in the settings keeps ${kept === 1 ? 'it' : 'them'}.`,
			];

const describeLocks = (locks: readonly string[]): readonly string[] =>
	locks.length < 2
		? locks.map(lock => `It was not marked. ${lock}`)
		: [
				`${locks.length} digests were not marked, because the registry has locked them.`,
			];
