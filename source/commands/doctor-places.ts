import {listLoginFiles} from '../http/credentials.js';
import {createLogins} from '../http/logins.js';
import type {HttpSettings} from '../http/open-client.js';
import type {Trouble} from '../plain/doctor-check.js';
import {readAddress} from '../registry/read-address.js';
import type {Settings} from '../storage/settings.js';
import type {KnownRegistry, World} from '../world.js';
import type {CommandLine} from './command-line.js';
import type {Patients} from './doctor.js';
import {examineRegistry} from './doctor-registry.js';
import {attempt} from './doctor-trouble.js';
import type {Environment} from './open-world.js';
import {findSaved, listSaved} from './saved-registries.js';

/** A registry that is looked at. */
export type Place = Pick<KnownRegistry, 'host' | 'address' | 'source'> & {
	/** What was named behind the host, if anything. */
	readonly path: string | undefined;
};

/** The one that was named, or all that are known; a registry that is known in two ways is looked at once. Throws `UserError` where what was named is no address. */
export const choosePlaces = async (
	{where: address}: CommandLine,
	{
		world,
		settings,
		troubles,
	}: {
		readonly world: World;
		readonly settings: Settings;
		/** Gets what is wrong with the files of logins. */
		readonly troubles: Trouble[];
	},
): Promise<readonly Place[]> => {
	if (address !== undefined) {
		const {host, path} = readAddress(address);
		return [{host, address, source: '', path}];
	}

	const known = await attempt(async () => world.listKnownRegistries(), {
		otherwise: listSaved(settings),
		troubles,
	});
	return known
		.filter(
			({host}, index) => known.findIndex(each => each.host === host) === index,
		)
		.map(place => ({...place, path: undefined}));
};

/** How each of the places is looked at. */
export const findRegistries = (
	places: readonly Place[],
	{
		readOnly,
		world,
		settings,
		http,
		environment,
		home,
		signal,
	}: Pick<CommandLine, 'readOnly'> & {
		readonly world: World;
		readonly settings: Settings;
		readonly http: HttpSettings;
		readonly environment: Environment;
		readonly home: string;
		readonly signal: AbortSignal;
	},
): Patients['registries'] => {
	const logins = createLogins({
		files: listLoginFiles(environment, home),
		environment,
	});
	return places.map(({source, ...place}) => ({
		name: place.host,
		source,
		async examine() {
			const {isReadOnly} = await world.careFor(place.host);
			return examineRegistry(
				{...place, isKeptWhole: readOnly || isReadOnly},
				{
					openRegistry: world.openRegistry,
					http,
					logins,
					tokenHosts: findSaved(settings, place.host)?.tokenHosts ?? [],
					signal,
				},
			);
		},
	}));
};
