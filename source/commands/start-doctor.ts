import os from 'node:os';
import type {RequestLog} from '../http/request-log.js';
import type {Trouble} from '../plain/doctor-check.js';
import {chooseFolders} from '../storage/folders.js';
import type {LoadedSettings} from '../storage/settings.js';
import type {Clock, World} from '../world.js';
import type {CommandLine} from './command-line.js';
import {doctor} from './doctor.js';
import {findClusters} from './doctor-cluster.js';
import {choosePlaces, findRegistries} from './doctor-places.js';
import {findPulls} from './doctor-pulls.js';
import type {Output} from './list.js';
import {
	createSettingsReader,
	type DemoEvidence,
	type Environment,
	locateSettings,
	readHttpSettings,
} from './open-world.js';
import {listBadAddresses} from './saved-registries.js';

/** What `jetsam doctor` gets besides its command line. */
export type DoctorSurroundings = Output & {
	readonly environment: Environment;
	readonly clock: Clock;
	readonly log: RequestLog | undefined;
	/** The demo's clusters and logs instead of this machine's. */
	readonly demo?: DemoEvidence | undefined;
};

/** What is wrong with the settings. */
const listTroubles = ({settings, path, notice}: LoadedSettings): Trouble[] => [
	...(notice === undefined
		? []
		: [
				{
					message: notice,
					remedy: 'Until it is mended nothing that was saved counts.',
				},
			]),
	...listBadAddresses(settings).map(message => ({
		message,
		remedy: `Mend it in ${path}.`,
	})),
];

/** Runs `jetsam doctor` as the command line, the settings and the environment say; resolves to the exit code. Throws `UserError` where the command line is wrong. */
export const startDoctor = async (
	commandLine: CommandLine,
	world: World,
	surroundings: DoctorSurroundings,
): Promise<0 | 1> => {
	const {environment, clock, log, demo} = surroundings;
	const home = os.homedir();
	const {signal} = new AbortController();
	const folders = chooseFolders(environment, {
		home,
		stateOption: commandLine.state,
	});
	const readSettings = createSettingsReader(
		locateSettings(commandLine, folders),
	);
	const loaded = await readSettings();
	const {settings} = loaded;
	const troubles = listTroubles(loaded);
	const places = await choosePlaces(commandLine, {world, settings, troubles});
	const http = readHttpSettings(commandLine, environment, log);
	const shared = {clock, environment, http, signal, troubles};
	const clusters = await findClusters(commandLine, {
		...shared,
		world,
		home,
		demoKubeconfig: demo?.kubeconfig,
	});
	const pulls = await findPulls(commandLine, {
		...shared,
		settings,
		folders,
		demo,
		places,
	});
	const registries = findRegistries(places, {
		...shared,
		readOnly: commandLine.readOnly,
		world,
		settings,
		home,
	});
	return doctor(
		{troubles, registries, clusters, pulls, now: clock.now()},
		commandLine,
		surroundings,
	);
};
