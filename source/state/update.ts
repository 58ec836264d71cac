import type {Update} from './command.js';
import type {KeyMessage, Message} from './message.js';
import {currentScreen, placeOf, type State} from './state.js';
import {openScreen, replaceScreen} from './trail.js';
import {updateList} from './update-list.js';
import {updateLoads} from './update-loads.js';
import {updateReview} from './update-review.js';
import {updateRun} from './update-run.js';
import {updateText} from './update-text.js';

const clearNotice = (state: State): State =>
	state.notice === undefined ? state : {...state, notice: undefined};

/** What a message does to the state. Pure: the same state and message always give the same answer. */
export const update = (state: State, message: Message): Update => {
	switch (message.kind) {
		case 'terminal-resized': {
			const {columns, rows} = message;
			return [{...state, size: {columns, rows}}, []];
		}

		case 'registries-known':
		case 'place-given':
		case 'path-found':
		case 'registry-opened':
		case 'registry-failed':
		case 'repositories-listed':
		case 'repositories-completed':
		case 'repositories-failed':
		case 'digests-loaded':
		case 'digests-completed':
		case 'digests-failed':
		case 'loading-ended': {
			return updateLoads(state, message);
		}

		case 'plans-made': {
			return updateReview(state, message);
		}

		case 'batch-began':
		case 'step-began':
		case 'step-ended':
		case 'batch-failed':
		case 'batch-ended': {
			return updateRun(state, message);
		}

		default: {
			return updateByKey(clearNotice(state), message);
		}
	}
};

const updateByKey = (state: State, message: KeyMessage): Update => {
	switch (message.kind) {
		case 'key-refused': {
			return [{...state, notice: message.reason}, []];
		}

		case 'help-opened': {
			return [openScreen(state, {kind: 'help'}), []];
		}

		case 'quit-asked': {
			return state.marks.size > 0
				? [openScreen(state, {kind: 'quit'}), []]
				: [state, [{kind: 'leave', exitCode: state.exitCode}]];
		}

		case 'quit-confirmed': {
			return [state, [{kind: 'leave', exitCode: state.exitCode}]];
		}

		case 'interrupted': {
			return interrupt(state);
		}

		case 'text-typed':
		case 'text-erased':
		case 'text-submitted': {
			return currentScreen(state).kind === 'review'
				? updateReview(state, message)
				: updateText(state, message);
		}

		case 'place-asked': {
			return updateText(state, message);
		}

		case 'review-opened':
		case 'registry-skipped': {
			return updateReview(state, message);
		}

		case 'cursor-moved': {
			return moveCursor(state, message);
		}

		case 'screen-closed': {
			return closeScreen(state);
		}

		case 'item-opened':
		case 'mark-toggled':
		case 'marks-cleared':
		case 'list-refreshed': {
			return updateList(state, message);
		}
	}
};

const moveCursor = (
	state: State,
	message: KeyMessage & {kind: 'cursor-moved'},
): Update => {
	switch (currentScreen(state).kind) {
		case 'review': {
			return updateReview(state, message);
		}

		case 'run': {
			return updateRun(state, message);
		}

		default: {
			return updateList(state, message);
		}
	}
};

// Esc goes back one layer and never leaves the program.
const closeScreen = (state: State): Update => {
	const screen = currentScreen(state);
	if (screen.kind === 'run' && screen.state !== 'ended') {
		return [
			{
				...state,
				notice:
					'The batch is under way. Ctrl-C ends it after the step in flight.',
			},
			[],
		];
	}

	if (state.trail.length === 1) {
		return [
			{...state, notice: 'This is the first screen. Press q to quit.'},
			[],
		];
	}

	const closed = {...state, trail: state.trail.slice(0, -1)};
	return [
		closed,
		screen.kind === 'digests' || screen.kind === 'repositories'
			? [{kind: 'stop-loading', place: placeOf(screen)}]
			: [],
	];
};

// While a batch runs, the first Ctrl-C lets the step in flight end, the second does not wait for it.
const interrupt = (state: State): Update => {
	const screen = currentScreen(state);
	if (screen.kind !== 'run' || screen.state === 'ended') {
		return [state, [{kind: 'leave', exitCode: 130}]];
	}

	return screen.state === 'running'
		? [
				replaceScreen(
					{
						...state,
						notice:
							'Stopping after the step in flight. Ctrl-C again breaks it off.',
					},
					{...screen, state: 'stopping'},
				),
				[{kind: 'stop-batch'}],
			]
		: [state, [{kind: 'abort-batch'}]];
};
