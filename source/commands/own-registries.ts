import type {OwnRegistry} from '../evidence/elsewhere.js';
import type {World} from '../world.js';

/** The registries that are the operator's own: a login alone makes none. */
export const listOwnRegistries = async (
	world: Pick<World, 'listKnownRegistries'>,
): Promise<readonly OwnRegistry[]> => {
	const known = await world.listKnownRegistries();
	return known
		.filter(({source}) => source !== 'docker login')
		.map(({host}) => ({host, path: undefined}));
};
