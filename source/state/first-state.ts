import type {CloudProgram, Places, RegistryAnswer} from '../places.js';

/** What the first screen tells of a registry, before it is opened. */
export type RegistryLook = {
	/** How this machine is logged in to it; `undefined` where it is not, as far as files tell. */
	readonly login: string | undefined;
	/** Whether it is there; nobody has asked yet where it is `unasked`. */
	readonly answer:
		RegistryAnswer | {readonly kind: 'unasked'} | {readonly kind: 'asking'};
	/** Whether it tells which repositories it has; those of a closed one are the ones that were opened by name. */
	readonly catalog: 'open' | 'closed';
	/** What a closed one answered, as a sentence; otherwise empty. */
	readonly whyClosed: string;
	/** Repositories that were opened by their names. */
	readonly typed: readonly string[];
};

/** A line of the first screen: a registry, or a part of one. */
export type Place = {
	readonly host: string;
	/** `undefined` for all of the registry. */
	readonly path: string | undefined;
	/** Milliseconds since 1970; `undefined` where nobody was there. */
	readonly visitedAt: number | undefined;
};

/** What the first screen lists. */
export type FirstState = {
	/** Whether it is known what this machine knows of. */
	readonly isKnown: boolean;
	/** New ones come last, so that no line moves under the cursor. */
	readonly places: readonly Place[];
	/** Programs that may know of more. */
	readonly programs: readonly CloudProgram[];
	/** Those of them that are being asked. */
	readonly asking: readonly CloudProgram[];
	readonly demo: Places['demo'];
};

export const emptyFirst: FirstState = {
	isKnown: false,
	places: [],
	programs: [],
	asking: [],
	demo: 'none',
};

/** Names a place among all. */
export const placeKey = ({host, path}: Pick<Place, 'host' | 'path'>): string =>
	path === undefined ? host : `${host}/${path}`;
