import {
	type FoundLogins,
	findCloudPrograms,
	findLogins,
	nameLogin,
} from '../find-places/list-logins.js';
import type {HttpSettings} from '../http/open-client.js';
import {parseWhere} from '../oci/reference.js';
import type {Places} from '../places.js';
import type {LoadedSettings, SavedVisit} from '../storage/settings.js';
import type {Clock, KnownRegistry} from '../world.js';
import type {Environment} from './open-world.js';
import {findCare, listSaved, withoutPath} from './saved-registries.js';

/** What the places are found with. */
export type PlacesOptions = {
	readonly given: readonly KnownRegistry[];
	readonly isDemo: boolean;
	/** Files in which docker and podman keep logins. */
	readonly loginFiles: readonly string[];
	readonly environment: Environment;
	readonly http: HttpSettings;
	readonly clock: Clock;
	/** Milliseconds that a registry has for its answer to a ping; left out: a few seconds. */
	readonly pingWait?: number | undefined;
	readonly settingsFile: string;
	readonly readSettings: () => Promise<LoadedSettings>;
};

/** The port, and what else the world tells of places. */
export type OpenedPlaces = {
	readonly places: Places;
	readonly listKnown: () => Promise<readonly KnownRegistry[]>;
	/** What is wrong with the files of logins, in a sentence, if anything is. */
	readonly describeProblem: () => Promise<string | undefined>;
	/** Hosts that the operator has allowed in this run, by registry. */
	readonly allowedTokenHosts: (host: string) => readonly string[];
};

/** What is known of a place before anything is looked up about its registry. */
type Bare = Omit<KnownRegistry, 'care' | 'login'>;

const nameOf = ({host, path}: Bare): string => `${host}/${path ?? ''}`;

const readVisit = ({address, visitedAt, repositories}: SavedVisit): Bare[] => {
	const where = parseWhere(address);
	return where
		? [
				{
					host: where.host,
					address: withoutPath(where),
					source: 'visited',
					visitedAt: Date.parse(visitedAt),
					...(where.path === undefined ? {} : {path: where.path}),
					...(repositories ? {typed: repositories} : {}),
				},
			]
		: [];
};

/** One line for each place: what was said of it first, with what is known besides. Those that were visited come first, the last visit first. */
const merge = (found: readonly Bare[]): readonly Bare[] => {
	const merged = new Map<string, Bare>();
	for (const place of found) {
		merged.set(nameOf(place), {...place, ...merged.get(nameOf(place))});
	}

	return [...merged.values()].toSorted(
		(first, second) => (second.visitedAt ?? 0) - (first.visitedAt ?? 0),
	);
};

/** Finds the registries that this machine knows of, and remembers where the operator went. */
export const openPlaces = (options: PlacesOptions): OpenedPlaces => {
	const {given, isDemo, loginFiles, environment, readSettings} = options;
	const allowed = new Map<string, readonly string[]>();

	let found: FoundLogins | undefined;
	const readLogins = async (): Promise<FoundLogins> => {
		found = await findLogins(loginFiles);
		return found;
	};

	const complete = async (
		places: readonly Bare[],
		{ways}: FoundLogins,
	): Promise<readonly KnownRegistry[]> => {
		const {settings} = await readSettings();
		return Promise.all(
			places.map(async place => {
				const login = await nameLogin(place.host, {ways, environment});
				return {
					...place,
					care: findCare(settings, place.host),
					...(login === undefined ? {} : {login}),
				};
			}),
		);
	};

	const listKnown = async (): Promise<readonly KnownRegistry[]> => {
		// Nothing real is in the demo, so that nothing real can be asked or deleted from it.
		if (isDemo) {
			return given;
		}

		const {settings} = await readSettings();
		const logins = await readLogins();
		const loggedIn = [...logins.ways.keys()].map(host => ({
			host,
			address: host,
			source: 'logged in',
		}));
		return [
			...given,
			...(await complete(
				merge([
					...listSaved(settings),
					...(settings.recent ?? []).flatMap(visit => readVisit(visit)),
					...loggedIn,
				]),
				logins,
			)),
		];
	};

	return {
		listKnown,
		async describeProblem() {
			if (isDemo) {
				return undefined;
			}

			// As they were read for the list of registries.
			const {problems} = found ?? (await readLogins());
			return problems[0];
		},
		allowedTokenHosts: host => allowed.get(host) ?? [],
		places: {
			demo: isDemo ? 'running' : 'offered',
			async ping(address, signal) {
				const {pingRegistry} = await import('../find-places/ping.js');
				const {http: settings, pingWait: wait} = options;
				return pingRegistry(address, {
					settings,
					...(wait !== undefined && {wait}),
					signal,
				});
			},
			async listPrograms() {
				return isDemo ? [] : findCloudPrograms(environment);
			},
			async askProgram(program, {tell, signal}) {
				const {askCloud} = await import('../find-places/ask-clouds.js');
				const logins = await readLogins();
				const telling: Array<Promise<void>> = [];
				const sentence = await askCloud(program, {
					environment,
					tell(found) {
						const places = found.map(({host, path}) => ({
							host,
							address: host,
							source: program,
							...(path === undefined ? {} : {path}),
						}));
						telling.push(
							(async () => {
								tell(await complete(places, logins));
							})(),
						);
					},
					signal,
				});
				await Promise.all(telling);
				return sentence;
			},
			async rememberVisit({address, path}) {
				await keep(options, async () => {
					const {changeRecent} = await import('../storage/settings.js');
					const {addVisit} = await import('../storage/recent.js');
					changeRecent(options.settingsFile, recent =>
						addVisit(recent, {
							address: path === undefined ? address : `${address}/${path}`,
							visitedAt: options.clock.now(),
						}),
					);
				});
			},
			async rememberRepository({address, repository}) {
				const isKept = await keep(options, async () => {
					const {changeRecent} = await import('../storage/settings.js');
					const {addRepository} = await import('../storage/recent.js');
					changeRecent(options.settingsFile, recent =>
						addRepository(recent, {
							address,
							repository,
							visitedAt: options.clock.now(),
						}),
					);
				});
				return isKept
					? undefined
					: `The name of ${repository} could not be saved to ${options.settingsFile}; it is forgotten when jetsam ends.`;
			},
			async allowTokenHost(registry, tokenHost) {
				allowed.set(registry, [...(allowed.get(registry) ?? []), tokenHost]);
				const isKept = await keep(options, async () => {
					const {saveTokenHost} = await import('../storage/settings.js');
					saveTokenHost(options.settingsFile, {registry, tokenHost});
				});
				return isKept
					? undefined
					: `That ${tokenHost} is allowed could not be saved to ${options.settingsFile}; it holds until jetsam ends.`;
			},
		},
	};
};

/** Whether something could be kept. Nothing is kept of the demo. */
const keep = async (
	{isDemo}: PlacesOptions,
	save: () => Promise<void>,
): Promise<boolean> => {
	try {
		if (!isDemo) {
			await save();
		}

		return true;
	} catch {
		return false;
	}
};
