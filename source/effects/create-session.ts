import type {Registry, World} from '../world.js';
import type {Session} from './session.js';
import {createPartTeller} from './tell-parts.js';

/**
What commands share, before any of them has run.
@param registries - Registries that have been opened, or are being opened, by host.
*/
export const createSession = (
	world: World,
	{
		registries,
		signal,
	}: {registries: Map<string, Promise<Registry>>; signal: AbortSignal},
): Session => ({
	world,
	async openRegistry(host) {
		const known = registries.get(host);
		if (known) {
			return known;
		}

		const opening = openKnown(world, host, signal);
		registries.set(host, opening);
		try {
			return await opening;
		} catch (error) {
			// Whoever asks next tries again.
			registries.delete(host);
			throw error;
		}
	},
	readings: new Map(),
	spent: new Map(),
	background: new Map(),
	uses: undefined,
	pulls: new Map(),
	tellPart: createPartTeller(world.clock, signal),
	signal,
	batch: undefined,
});

/** Opens a registry that only its host names by the address that the machine knows for it, which may say more. */
const openKnown = async (
	world: World,
	host: string,
	signal: AbortSignal,
): Promise<Registry> => {
	const known = await world.listKnownRegistries();
	const address = known.find(registry => registry.host === host)?.address;
	return world.openRegistry(address ?? host, signal);
};
