import type {Update} from './command.js';
import type {KeyMessage} from './message.js';
import {
	changeRegistry,
	changeRepository,
	connect,
	openPlace,
	startListing,
	startReading,
} from './open-place.js';
import {
	fitWindow,
	listHeight,
	selectCursorKey,
	selectCursorRecord,
	selectKeys,
	selectPosition,
} from './select.js';
import {
	currentScreen,
	markKey,
	placeOf,
	type Screen,
	type State,
} from './state.js';

/** What keys do on the three lists: registries, repositories, digests. */
export const updateList = (
	state: State,
	message: Extract<
		KeyMessage,
		{
			kind:
				| 'cursor-moved'
				| 'item-opened'
				| 'mark-toggled'
				| 'marks-cleared'
				| 'list-refreshed';
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

		case 'mark-toggled': {
			return [toggleMark(state), []];
		}

		case 'marks-cleared': {
			return [{...state, marks: new Map()}, []];
		}

		case 'list-refreshed': {
			return refresh(state);
		}
	}
};

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

const moveCursor = (
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

		default: {
			return [state, []];
		}
	}
};

const toggleMark = (state: State): State => {
	const screen = currentScreen(state);
	const record = selectCursorRecord(state);
	if (screen.kind !== 'digests' || record === undefined) {
		return state;
	}

	const {digest} = record;
	const {host, repository} = screen;
	const key = markKey(host, repository, digest);
	const marks = new Map(state.marks);
	if (!marks.delete(key)) {
		marks.set(key, {registry: host, repository, digest});
	}

	return moveCursor({...state, marks}, {by: 'line', direction: 1});
};

const refresh = (state: State): Update => {
	const screen: Screen = currentScreen(state);
	switch (screen.kind) {
		case 'repositories': {
			const {host} = screen;
			const fresh = changeRegistry(state, host, {listing: {state: 'idle'}});
			const [connected, commands] = connect(fresh, {
				host,
				address: host,
				source: 'given',
			});
			return startListing(connected, host, commands);
		}

		case 'digests': {
			const {host, repository} = screen;
			const fresh = changeRepository(state, host, {
				repository,
				reading: {state: 'idle'},
			});
			const [connected, commands] = connect(fresh, {
				host,
				address: host,
				source: 'given',
			});
			return startReading(connected, {host, repository}, commands);
		}

		default: {
			return [state, []];
		}
	}
};
