import {selectKeys} from './select.js';
import {selectView} from './select-rows.js';
import {
	currentScreen,
	findRegistry,
	findRepository,
	type Progress,
	type Screen,
	type State,
} from './state.js';

/** How far the reading of a list is; it has failed where its registry did not open. */
const readingOf = (
	state: State,
	screen: Screen & {kind: 'repositories' | 'digests'},
): Progress['state'] | undefined => {
	const registry = findRegistry(state, screen.host);
	if (registry?.connection.state === 'failed') {
		return 'failed';
	}

	return screen.kind === 'repositories'
		? registry?.listing.state
		: findRepository(state, screen.host, screen.repository).reading.state;
};

/** Why nothing on the drawn list can be opened, marked or looked at in another way, in one sentence; `undefined` where something can, or may yet come. */
export const selectEmptiness = (state: State): string | undefined => {
	const screen = currentScreen(state);
	if (
		(screen.kind !== 'repositories' && screen.kind !== 'digests') ||
		selectKeys(state, screen).length > 0 ||
		selectView(state, screen).filter !== ''
	) {
		return undefined;
	}

	switch (readingOf(state, screen)) {
		case 'failed': {
			return 'Nothing could be read here. Press r to try again, Esc to go back.';
		}

		case 'complete': {
			return 'Nothing is listed here.';
		}

		default: {
			return undefined;
		}
	}
};

/** Whether it is a list of repositories that have to be typed. */
export const isClosedList = (state: State, screen: Screen): boolean =>
	screen.kind === 'repositories' &&
	findRegistry(state, screen.host)?.catalog === 'closed';
