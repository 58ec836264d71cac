import {existsSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import type {DemoPulls} from '../demo/start-demo-pulls.js';
import {listLoginFiles} from '../http/credentials.js';
import {listCertificateFolders} from '../http/host-certificates.js';
import type {HttpSettings} from '../http/open-client.js';
import type {RequestLog} from '../http/request-log.js';
import type {AskedSource} from '../pulls/name-source.js';
import type {PullReader} from '../pulls/pull-reader.js';
import {readAddress} from '../registry/read-address.js';
import {chooseFolders, type Folders} from '../storage/folders.js';
import {openBatches, warnOfTemporary} from '../storage/batches.js';
import {nameBatch, openJournal} from '../storage/journal.js';
import {readMarks, writeMarks} from '../storage/marks-file.js';
import {readReferences} from '../storage/references-file.js';
import type {LoadedSettings} from '../storage/settings.js';
import type {ContentCache} from '../caches.js';
import type {Care, Clock, KnownRegistry, World} from '../world.js';
import type {CommandLine} from './command-line.js';
import {openHubTimes} from './open-hub-times.js';
import {openImageFiles} from './open-image-files.js';
import {openPlaces} from './open-places.js';
import {openPullSources} from './open-pull-sources.js';
import type {ReaderSurroundings} from './open-reader.js';
import {openRules} from './open-rules.js';
import {openUseSources} from './open-use-sources.js';
import {findCare, findSaved, listBadAddresses} from './saved-registries.js';

/** The environment that jetsam heeds. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The machine's own time. */
export const systemClock: Clock = {
	now: () => Date.now(),
	async sleep(milliseconds, signal) {
		await sleep(milliseconds, undefined, {signal});
	},
};

const readProxies = (environment: Environment): HttpSettings['proxies'] => {
	const find = (name: string): string | undefined =>
		environment[name.toLowerCase()] ?? environment[name];
	return {
		http: find('HTTP_PROXY'),
		https: find('HTTPS_PROXY'),
		none: find('NO_PROXY'),
	};
};

/** How every host is spoken to. */
export const readHttpSettings = (
	{readOnly, insecureHosts}: CommandLine,
	environment: Environment,
	log: RequestLog | undefined,
): HttpSettings => ({
	certificates: listCertificateFolders(environment, os.homedir()),
	readOnly,
	insecureHosts,
	proxies: readProxies(environment),
	retryPause: 500,
	now: systemClock.now,
	log,
});

/** The file of the settings. */
export const locateSettings = (
	{config}: CommandLine,
	folders: Folders,
): string => config ?? path.join(folders.config, 'config.json');

/** What the demo has instead of this machine's clusters and logs. */
export type DemoEvidence = {
	readonly kubeconfig: string;
	/** The demo's registry. */
	readonly host: string;
	readonly pulls: DemoPulls;
};

/**
The real world: the network, the clock, the files of this machine. The HTTP client is loaded when the first registry is opened.
@param options.given - Registries known before any login is looked at, such as the demo's.
@param options.copyText - Puts a text on the clipboard of the terminal.
@param options.log - Takes every request.
*/
export const openWorld = (
	commandLine: CommandLine,
	environment: Environment,
	{
		given,
		copyText,
		log,
		demo,
		pingWait,
	}: {
		given: readonly KnownRegistry[];
		copyText: (text: string) => void;
		log: RequestLog | undefined;
		demo?: DemoEvidence | undefined;
		/** Milliseconds; a test on a busy machine waits longer than people do. */
		pingWait?: number;
	},
): World => {
	const home = os.homedir();
	const folders = chooseFolders(environment, {
		home,
		stateOption: commandLine.state,
	});
	const loginFiles = listLoginFiles(environment, home);
	const settings = readHttpSettings(commandLine, environment, log);

	const marksFile = path.join(folders.state, 'marks.json');
	const settingsFile = locateSettings(commandLine, folders);
	const readSettings = createSettingsReader(settingsFile);
	const careFor = async (host: string): Promise<Care> => {
		const {settings: saved} = await readSettings();
		return findCare(saved, host);
	};

	const places = openPlaces({
		given,
		isDemo: commandLine.demo,
		loginFiles,
		environment,
		http: settings,
		clock: systemClock,
		pingWait,
		settingsFile,
		readSettings,
	});

	// The demo's registry is another one at each start.
	const openContents = commandLine.demo
		? async () => undefined
		: createCacheOpener(path.join(folders.cache, 'manifests'));

	return {
		clock: systemClock,
		readOnly: commandLine.readOnly,
		operator: {user: os.userInfo().username, machine: os.hostname()},
		careFor,
		async openRegistry(address, signal) {
			const {openRegistry} = await import('../registry/open-registry.js');
			const {createLogins} = await import('../http/logins.js');
			const {host} = readAddress(address);
			const {isReadOnly} = await careFor(host);
			const {settings: saved} = await readSettings();
			return openRegistry(address, {
				settings: {...settings, readOnly: settings.readOnly || isReadOnly},
				logins: createLogins({files: loginFiles, environment}),
				kind:
					findSaved(saved, host)?.kind ??
					given.find(known => known.host === host)?.kind,
				tokenHosts: [
					...(findSaved(saved, host)?.tokenHosts ?? []),
					...places.allowedTokenHosts(host),
				],
				contents: await openContents(),
				signal,
			});
		},
		listKnownRegistries: places.listKnown,
		places: places.places,
		async readNotice() {
			const {settings: saved, notice: damage} = await readSettings();
			const notice =
				damage ??
				listBadAddresses(saved)[0] ??
				(await places.describeProblem());
			// Nothing is kept of the demo, and nothing under --read-only.
			return notice !== undefined || commandLine.demo || commandLine.readOnly
				? notice
				: warnOfTemporary(folders.state, [os.tmpdir(), '/dev/shm']);
		},
		// The demo's registry is gone at the next start, and its marks would stand among real ones.
		readMarks: async () => (commandLine.demo ? [] : readMarks(marksFile)),
		async saveMarks(marks) {
			try {
				if (!commandLine.demo) {
					await writeMarks(marksFile, marks);
				}

				return undefined;
			} catch {
				return `The marks could not be saved to ${marksFile}; they are forgotten when jetsam ends.`;
			}
		},
		keepBlobs: commandLine.keepBlobs,
		batches: openBatches(folders.state),
		uses: openUseSources(commandLine, {
			kubeconfig: {kubeconfig: environment['KUBECONFIG'], home},
			demoKubeconfig: demo?.kubeconfig,
			clock: systemClock,
			settingsFile,
			readSettings,
		}),
		pulls: openPullSources(commandLine, {
			clock: systemClock,
			settingsFile,
			readSettings,
			async openReaders(sources, {apartAgents}) {
				const surroundings = {
					clock: systemClock,
					environment,
					http: settings,
					folders,
					maxBytes: commandLine.maxBytes,
					apartAgents,
					// Nothing is kept of the demo.
					keepsCounts: !commandLine.demo,
				};
				return openAllReaders(sources, {surroundings, demo});
			},
		}),
		rules: openRules({
			settingsFile,
			readSettings,
			isDemo: commandLine.demo,
		}),
		plans: {
			named: commandLine,
			async write(host, text) {
				const {writePlan} = await import('./write-plan.js');
				const now = systemClock.now();
				return writePlan({host, text, now, isDemo: commandLine.demo});
			},
		},
		imageFiles: openImageFiles(environment),
		readReferences,
		copyText,
		async openJournal(of) {
			const name = nameBatch(systemClock.now(), Math.random());
			// No batch has a dot in its name.
			return openJournal(folders.state, of ? `${name}.${of}` : name);
		},
	};
};

/** What reads pulls is loaded only where there is something to read. */
const openAllReaders = async (
	sources: readonly AskedSource[],
	{
		surroundings,
		demo,
	}: {surroundings: ReaderSurroundings; demo: DemoEvidence | undefined},
): Promise<readonly PullReader[]> => {
	const hubTimes = openHubTimes(sources, surroundings);
	if (sources.length === 0 && !demo) {
		return hubTimes;
	}

	const {openDemoReaders, openReaders} = await import('./open-readers.js');
	return [
		...hubTimes,
		...(demo ? openDemoReaders(demo, surroundings) : []),
		...(await openReaders(sources, surroundings)),
	];
};

/** The cache is loaded when the first registry is opened; all registries share its limits. */
const createCacheOpener = (folder: string): (() => Promise<ContentCache>) => {
	let opened: Promise<ContentCache> | undefined;
	const load = async (): Promise<ContentCache> => {
		const {createManifestCache, usualLimits} =
			await import('../storage/manifest-cache.js');
		const {now} = systemClock;
		return createManifestCache({folder, limits: usualLimits, now});
	};

	return async () => {
		opened ??= load();
		return opened;
	};
};

/** The settings are read when they are first asked for; conf is loaded only where there is a file. */
export const createSettingsReader = (
	file: string,
): (() => Promise<LoadedSettings>) => {
	let loaded: Promise<LoadedSettings> | undefined;
	const load = async (): Promise<LoadedSettings> => {
		const {loadSettings} = await import('../storage/settings.js');
		return loadSettings(file);
	};

	return async () => {
		loaded ??= existsSync(file)
			? load()
			: Promise.resolve({
					settings: {registries: []},
					path: file,
					notice: undefined,
				});
		return loaded;
	};
};
