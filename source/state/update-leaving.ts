import type {Update} from './command.js';
import {selectView} from './select-rows.js';
import {
	currentScreen,
	placeOf,
	type RunScreen,
	type Screen,
	type State,
} from './state.js';
import {openScreen} from './trail.js';
import {stopWaiting} from './update-loads.js';
import {changeRun} from './update-run.js';
import {changeView} from './update-view.js';

const batchUnderWay =
	'The batch is under way. Ctrl-C ends it after the step in flight.';

/** The batch that has not ended, also while the help lies over it. */
const findBatch = (state: State): RunScreen | undefined =>
	state.trail
		.filter(screen => screen.kind === 'run')
		.find(screen => screen.state !== 'ended');

/** Leaves the program; asks first where there are marks. */
export const askToQuit = (state: State): Update => {
	if (findBatch(state)) {
		return [{...state, notice: batchUnderWay}, []];
	}

	return state.marks.size > 0
		? [openScreen(state, {kind: 'quit'}), []]
		: [state, [{kind: 'leave', exitCode: state.exitCode}]];
};

/** Goes back one layer, and never leaves the program. */
export const closeScreen = (state: State): Update => {
	const screen = currentScreen(state);
	if (screen.kind === 'run' && findBatch(state)) {
		return [{...state, notice: batchUnderWay}, []];
	}

	const inner = closeInner(state, screen);
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
		screen.kind === 'digests' || screen.kind === 'repositories'
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

/** Ends the program. While a batch runs, the first time lets the step in flight end, the second does not wait for it. */
export const interrupt = (state: State): Update => {
	const batch = findBatch(state);
	if (!batch) {
		return [state, [{kind: 'leave', exitCode: 130}]];
	}

	return batch.state === 'running'
		? [
				{
					...changeRun(state, {state: 'stopping'}),
					notice:
						'Stopping after the step in flight. Ctrl-C again breaks it off.',
				},
				[{kind: 'stop-batch'}],
			]
		: [state, [{kind: 'abort-batch'}]];
};
