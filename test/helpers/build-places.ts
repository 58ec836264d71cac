import type {Places} from '../../source/places.js';

/** Places of a machine that has no vendor's program: every registry answers, and nothing is kept. */
export const buildPlaces = (fields: Partial<Places> = {}): Places => ({
	ping: async () => ({kind: 'open'}),
	listPrograms: async () => [],
	askProgram: async () => undefined,
	rememberVisit: async () => undefined,
	rememberRepository: async () => undefined,
	allowTokenHost: async () => undefined,
	demo: 'none',
	...fields,
});
