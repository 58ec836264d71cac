import type {Update} from './command.js';
import {findBatch} from './interrupt.js';
import {closeRules, isScanning, stopScan} from './mark-candidates.js';
import {selectView} from './select-rows.js';
import {currentScreen, placeOf, type Screen, type State} from './state.js';
import {openScreen} from './trail.js';
import {stopWaiting} from './update-loads.js';
import {breakOff, findCopy} from './update-copy.js';
import {isCopying} from './select-copy.js';
import {closeQuestion} from './update-rewrite.js';
import {isUndoing} from './update-undo.js';
import {changeView} from './update-view.js';

const batchUnderWay =
	'The batch is under way. Ctrl-C ends it after the step in flight.';

const copyUnderWay = 'A copy is under way. Ctrl-C breaks it off.';

/** Leaves the program; asks first where there are marks. */
export const askToQuit = (state: State): Update => {
	if (findBatch(state) !== undefined || isUndoing(state)) {
		return [{...state, notice: batchUnderWay}, []];
	}

	const copy = findCopy(state);
	if (copy && isCopying(copy)) {
		return [{...state, notice: copyUnderWay}, []];
	}

	return state.marks.size > 0
		? [openScreen(state, {kind: 'quit'}), []]
		: [state, [{kind: 'leave', exitCode: state.exitCode}]];
};

/** Goes back one layer, and never leaves the program. */
export const closeScreen = (state: State): Update => {
	const screen = currentScreen(state);
	if (
		(screen.kind === 'run' && findBatch(state) !== undefined) ||
		(screen.kind === 'undo' && isUndoing(state))
	) {
		return [{...state, notice: batchUnderWay}, []];
	}

	if (screen.kind === 'copy' && isCopying(screen)) {
		return screen.state === 'running' ? breakOff(state) : [state, []];
	}

	if (screen.kind === 'rules') {
		return isScanning(state, screen)
			? stopScan(state, screen)
			: closeRules(state, screen);
	}

	const inner =
		screen.kind === 'rewrite'
			? closeQuestion(state)
			: closeInner(state, screen);
	if (inner) {
		return [inner, []];
	}

	if (state.trail.length === 1) {
		return [
			{...state, notice: 'This is the first screen. Press q to quit.'},
			[],
		];
	}

	const closed = {...state, trail: state.trail.slice(0, -1)};
	return [
		stopWaiting(closed, screen),
		['digests', 'repositories', 'copy', 'rewrite'].includes(screen.kind)
			? [{kind: 'stop-loading', place: placeOf(screen)}]
			: [],
	];
};

/** What lies over a list is left before the list is: the typing of a filter, a range, the filter itself. */
const closeInner = (state: State, screen: Screen): State | undefined => {
	if (state.rangeFrom !== undefined && !state.isFiltering) {
		return {...state, rangeFrom: undefined};
	}

	const view = selectView(state, screen);
	if (!state.isFiltering && view.filter === '') {
		return undefined;
	}

	return {
		...changeView(state, screen, {...view, filter: ''}),
		isFiltering: false,
	};
};
