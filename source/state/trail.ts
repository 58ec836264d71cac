import type {Screen, State} from './state.js';

/** Shows a screen on top of the others. */
export const openScreen = (state: State, screen: Screen): State => ({
	...state,
	trail: [...state.trail, screen],
});

/** Puts another screen in the place of the drawn one. */
export const replaceScreen = (state: State, screen: Screen): State => ({
	...state,
	trail: [...state.trail.slice(0, -1), screen],
});
