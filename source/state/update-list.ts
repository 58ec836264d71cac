import type {Update} from './command.js';
import type {KeyMessage} from './message.js';
import {openPlace} from './open-place.js';
import {moveCursor} from './move-cursor.js';
import {selectCursorKey, selectPosition} from './select.js';
import {currentScreen, placeOf, repositoryKey, type State} from './state.js';
import {openDetail} from './update-detail.js';
import {refreshItem, refreshList} from './update-refresh.js';

/** What keys do on the three lists: registries, repositories, digests. */
export const updateList = (
	state: State,
	message: Extract<
		KeyMessage,
		{
			kind:
				'cursor-moved' | 'item-opened' | 'list-refreshed' | 'item-refreshed';
		}
	>,
): Update => {
	switch (message.kind) {
		case 'cursor-moved': {
			return [moveCursor(state, message), []];
		}

		case 'item-opened': {
			return openItem(state);
		}

		case 'list-refreshed': {
			return refreshList(state);
		}

		case 'item-refreshed': {
			return refreshItem(state);
		}
	}
};

const openItem = (state: State): Update => {
	const screen = currentScreen(state);
	const key = selectCursorKey(state);
	if (key === undefined) {
		return [state, []];
	}

	// The cursor is to be here when the operator comes back, whatever has been added meanwhile.
	const stayed = {
		...state,
		positions: new Map(state.positions).set(placeOf(screen), {
			...selectPosition(state),
			key,
		}),
	};
	switch (screen.kind) {
		case 'registries': {
			return openPlace(stayed, {host: key, repository: undefined});
		}

		case 'repositories': {
			return openPlace(stayed, {host: screen.host, repository: key});
		}

		case 'digests': {
			return openDetail(stayed, screen);
		}

		case 'marks': {
			return openMark(stayed, key);
		}

		default: {
			return [state, []];
		}
	}
};

// Leads to the digest in its repository, with all that lies between closed.
const openMark = (state: State, key: string): Update => {
	const mark = state.marks.get(key);
	if (!mark) {
		return [state, []];
	}

	const {registry, repository, digest} = mark;
	const place = repositoryKey(registry, repository);
	const positions = new Map(state.positions).set(place, {
		key: digest,
		index: 0,
		top: 0,
	});
	const views = new Map(state.views);
	views.delete(place);
	return openPlace(
		{...state, positions, views, trail: [{kind: 'registries'}]},
		{host: registry, repository},
	);
};
