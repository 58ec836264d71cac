import {fitWindow, listHeight, selectKeys, selectPosition} from './select.js';
import {currentScreen, placeOf, type State} from './state.js';

const countLines = (
	state: State,
	{by, direction}: {by: 'line' | 'page' | 'end'; direction: -1 | 1},
): number =>
	direction *
	(by === 'line'
		? 1
		: by === 'page'
			? Math.max(1, listHeight(state) - 1)
			: Infinity);

/** Moves the cursor of the drawn list; it stops at the ends. */
export const moveCursor = (
	state: State,
	message: {by: 'line' | 'page' | 'end'; direction: -1 | 1},
): State => {
	const screen = currentScreen(state);
	const keys = selectKeys(state, screen);
	if (keys.length === 0) {
		return state;
	}

	const {index, top} = selectPosition(state);
	const wanted = Math.max(
		0,
		Math.min(index + countLines(state, message), keys.length - 1),
	);
	const position = fitWindow({
		index: wanted,
		top,
		length: keys.length,
		height: listHeight(state),
	});
	return {
		...state,
		positions: new Map(state.positions).set(placeOf(screen), {
			...position,
			key: keys[wanted],
		}),
	};
};
