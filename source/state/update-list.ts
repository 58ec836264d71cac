import type {Update} from './command.js';
import type {KeyMessage} from './message.js';
import {openAddress, openPlace} from './open-place.js';
import {moveCursor} from './move-cursor.js';
import {selectCursorKey, selectPosition} from './select.js';
import {isClosedList} from './select-emptiness.js';
import {findFirstRow} from './select-first.js';
import {currentScreen, placeOf, repositoryKey, type State} from './state.js';
import {openDetail} from './update-detail.js';
import {updateFirst, visitPlace} from './update-first.js';
import {refreshItem, refreshList} from './update-refresh.js';
import {updateText} from './update-text.js';

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
		return isClosedList(state, screen)
			? updateText(state, {kind: 'place-asked'})
			: [state, []];
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
			return openFirstRow(stayed, key);
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

const openFirstRow = (state: State, key: string): Update => {
	const row = findFirstRow(state, key);
	if (row === undefined) {
		return [state, []];
	}

	if (row.kind === 'action') {
		switch (row.action) {
			case 'type': {
				return updateText(state, {kind: 'place-asked'});
			}

			case 'ask': {
				return updateFirst(state, {kind: 'clouds-asked'});
			}

			case 'demo': {
				return updateFirst(state, {kind: 'demo-asked'});
			}
		}
	}

	const {place, registry} = row;
	const {host, path} = place;
	const [opened, commands] =
		path === undefined
			? openPlace(state, {host, repository: undefined})
			: openAddress(state, {
					scheme: undefined,
					host,
					path,
					reference: undefined,
				});
	// One that has to be asked first was visited when it has answered.
	const [visited, kept] =
		registry.connection.state === 'complete'
			? visitPlace(opened, place)
			: [opened, []];
	return [visited, [...commands, ...kept]];
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
