import type {AtHome} from '../move/judge-progress.js';
import type {ImageMap} from '../move/image-map.js';

/** Where images from elsewhere are to go, and what is known of that. */
export type HomeState = {
	/** Texts of the references that are marked to come home. */
	readonly marked: ReadonlySet<string>;
	/** As the operator typed it; an empty text until then. */
	readonly text: string;
	/** `undefined` until a home is chosen. */
	readonly map: ImageMap | undefined;
	/** Whether the home is being asked what it has. */
	readonly isAsking: boolean;
	/** By `formatName`: what is at home. */
	readonly answers: ReadonlyMap<string, AtHome>;
};

/** Before a home was chosen. */
export const noHome: HomeState = {
	marked: new Set(),
	text: '',
	map: undefined,
	isAsking: false,
	answers: new Map(),
};
