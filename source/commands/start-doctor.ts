import os from 'node:os';
import {listLoginFiles} from '../http/credentials.js';
import {createLogins} from '../http/logins.js';
import type {RequestLog} from '../http/request-log.js';
import {parseWhere} from '../oci/reference.js';
import type {Trouble} from '../plain/doctor-check.js';
import {readAddress} from '../registry/read-address.js';
import {chooseFolders} from '../storage/folders.js';
import type {Settings} from '../storage/settings.js';
import type {Clock, KnownRegistry, World} from '../world.js';
import type {CommandLine} from './command-line.js';
import {doctor, type Patients} from './doctor.js';
import {findClusters} from './doctor-cluster.js';
import {findPulls} from './doctor-pulls.js';
import {examineRegistry} from './doctor-registry.js';
import {attempt} from './doctor-trouble.js';
import type {Output} from './list.js';
import {
	createSettingsReader,
	type Environment,
	locateSettings,
	readHttpSettings,
} from './open-world.js';

/** What `jetsam doctor` gets besides its command line. */
export type DoctorSurroundings = Output & {
	readonly environment: Environment;
	readonly clock: Clock;
	readonly log: RequestLog | undefined;
	/** The demo's clusters instead of this machine's. */
	readonly demoKubeconfig: string | undefined;
};

type Place = Pick<KnownRegistry, 'host' | 'address' | 'source'> & {
	readonly path: string | undefined;
};

/** The one that was named, or all that are known; a registry that is known in two ways is looked at once. */
const choosePlaces = async (
	{where: address}: CommandLine,
	world: World,
	troubles: Trouble[],
): Promise<readonly Place[]> => {
	if (address !== undefined) {
		const {host, path} = readAddress(address);
		return [{host, address, source: '', path}];
	}

	const known = await attempt(async () => world.listKnownRegistries(), {
		otherwise: [],
		troubles,
	});
	return known
		.filter(
			({host}, index) => known.findIndex(each => each.host === host) === index,
		)
		.map(place => ({...place, path: undefined}));
};

const findTokenHosts = (
	{registries}: Settings,
	host: string,
): readonly string[] =>
	registries.find(({address}) => parseWhere(address)?.host === host)
		?.tokenHosts ?? [];

/** Runs `jetsam doctor` as the command line, the settings and the environment say; resolves to the exit code. Throws `UserError` where the command line is wrong. */
export const startDoctor = async (
	commandLine: CommandLine,
	world: World,
	surroundings: DoctorSurroundings,
): Promise<0 | 1> => {
	const {environment, clock, log} = surroundings;
	const home = os.homedir();
	const {signal} = new AbortController();
	const folders = chooseFolders(environment, {
		home,
		stateOption: commandLine.state,
	});
	const readSettings = createSettingsReader(
		locateSettings(commandLine, folders),
	);
	const {settings, notice} = await readSettings();
	const troubles: Trouble[] =
		notice === undefined ? [] : [{message: notice, remedy: ''}];
	const places = await choosePlaces(commandLine, world, troubles);
	const http = readHttpSettings(commandLine, environment, log);
	const logins = createLogins({
		files: listLoginFiles(environment, home),
		environment,
	});
	const registries: Patients['registries'] = places.map(
		({host, address, source, path}) => ({
			name: host,
			source,
			examine: async () =>
				examineRegistry(
					{host, address, path},
					{
						openRegistry: world.openRegistry,
						http,
						logins,
						tokenHosts: findTokenHosts(settings, host),
						signal,
					},
				),
		}),
	);
	return doctor(
		{
			troubles,
			registries,
			clusters: await findClusters(commandLine, {
				world,
				environment,
				home,
				demoKubeconfig: surroundings.demoKubeconfig,
				clock,
				signal,
				troubles,
			}),
			pulls: await findPulls(commandLine, {
				readSettings,
				surroundings: {
					clock,
					environment,
					http,
					folders,
					maxBytes: commandLine.maxBytes,
					apartAgents: settings.pulls?.apartAgents,
					keepsCounts: false,
				},
				hosts: places.map(({host}) => host),
				signal,
			}),
			now: clock.now(),
		},
		commandLine,
		surroundings,
	);
};
