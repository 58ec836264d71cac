import type {Where} from '../oci/reference.js';
import type {World} from '../world.js';

export const explore = async (
	_world: World,
	_place: {address: string; where: Where} | undefined,
): Promise<number> => 0;
