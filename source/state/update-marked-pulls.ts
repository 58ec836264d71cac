import type {KeyMessage} from './message.js';
import {selectMarkedPlaces} from './select-marked-pulls.js';
import {listHeight} from './select.js';
import {scrollWindow} from './scroll.js';
import type {MarkedPullsScreen, State} from './state.js';
import {replaceScreen} from './trail.js';

/** Lines of the chart over the list of repositories, with white space below. */
export const chartHeight = 6;

/** Scrolls the repositories that have marks. */
export const scrollMarkedPulls = (
	state: State,
	screen: MarkedPullsScreen,
	move: KeyMessage & {kind: 'cursor-moved'},
): State => {
	const page = Math.max(1, listHeight(state) - chartHeight);
	const last = selectMarkedPlaces(state.marks).length - page;
	const top = scrollWindow(screen.top, move, {page, last});
	return replaceScreen(state, {...screen, top});
};
