import type {Update} from './command.js';
import type {KeyMessage} from './message.js';
import {selectCursorKey} from './select.js';
import {findFirstRow} from './select-first.js';
import {selectPlaceDetail} from './select-place-detail.js';
import {selectDetailHeight} from './select-detail-view.js';
import {currentScreen, type PlaceScreen, type State} from './state.js';
import {scrollWindow} from './scroll.js';
import {openScreen, replaceScreen} from './trail.js';

/** Opens what a registry or a repository comes to: that under the cursor, or on a list of digests the one that is open. */
export const openPlaceDetail = (state: State): Update => {
	const place = selectPlace(state);
	return [
		place ? openScreen(state, {...place, kind: 'place', top: 0}) : state,
		[],
	];
};

const selectPlace = (
	state: State,
): Pick<PlaceScreen, 'host' | 'repository'> | undefined => {
	const screen = currentScreen(state);
	const key = selectCursorKey(state);
	switch (screen.kind) {
		case 'registries': {
			const row = findFirstRow(state, key);
			return row?.kind === 'place'
				? {host: row.place.host, repository: undefined}
				: undefined;
		}

		case 'repositories': {
			return {host: screen.host, repository: key};
		}

		case 'digests': {
			return {host: screen.host, repository: screen.repository};
		}

		default: {
			return undefined;
		}
	}
};

/** Scrolls the lines of what a place comes to. */
export const scrollPlace = (
	state: State,
	screen: PlaceScreen,
	move: KeyMessage & {kind: 'cursor-moved'},
): State => {
	const page = selectDetailHeight(state);
	const last = selectPlaceDetail(state, screen).length - page;
	const top = scrollWindow(screen.top, move, {page, last});
	return replaceScreen(state, {...screen, top});
};
