import {mapImage, type MapEntry, nameImage} from '../move/image-map.js';
import {selectShownElsewhere} from './filter-elsewhere.js';
import {selectForeignReferences} from './select-elsewhere.js';
import {selectPosition} from './select.js';
import {currentScreen, type State} from './state.js';

/** Texts of the references that keys are about: those that are marked, or else what is under the cursor. */
const listMeant = (state: State): ReadonlySet<string> => {
	const {marked} = state.home;
	if (marked.size > 0 || currentScreen(state).kind !== 'elsewhere') {
		return marked;
	}

	const row = selectShownElsewhere(state)[selectPosition(state).index];
	return new Set(row?.references);
};

/** The images that are marked, or else the one under the cursor, and where the mapping sends each. */
export const selectHomeward = (state: State): readonly MapEntry[] => {
	const {map} = state.home;
	const meant = listMeant(state);
	return selectForeignReferences(state).flatMap(({text, image}): MapEntry[] => {
		const home = meant.has(text) && map ? mapImage(map, image) : undefined;
		return home ? [{from: nameImage(image), to: nameImage(home)}] : [];
	});
};
