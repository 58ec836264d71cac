import type {PullSource} from '../evidence/pull.js';
import type {Trouble} from '../plain/doctor-check.js';
import type {PullSourceFacts} from '../plain/judge-pull-source.js';
import type {AskedSource} from '../pulls/name-source.js';
import type {PullReader} from '../pulls/pull-reader.js';
import type {Settings} from '../storage/settings.js';
import type {Clock} from '../world.js';
import type {CommandLine} from './command-line.js';
import type {Patients} from './doctor.js';
import type {Place} from './doctor-places.js';
import {attempt, toTrouble} from './doctor-trouble.js';
import {nameSources} from './open-pull-sources.js';
import type {ReaderSurroundings} from './open-reader.js';
import type {DemoEvidence} from './open-world.js';

const day = 24 * 60 * 60 * 1000;

type Reading = {readonly clock: Clock; readonly signal: AbortSignal};

/** Reads until a record has been counted: then it is clear that the source can be read, and the rest is not waited for. */
const readOn = async (
	reader: PullReader,
	{host, path}: Pick<Place, 'host' | 'path'>,
	{clock, signal}: Reading,
): Promise<PullSourceFacts> => {
	const enough = new AbortController();
	let seen: PullSource | undefined;
	const now = clock.now();
	try {
		const {source} = await reader.read(
			{
				host,
				repository: path,
				window: {from: now - day, to: now},
				// What a query costs is found out, and not spent.
				isAgreed: false,
			},
			{
				tell(source) {
					if (source.records > 0) {
						seen = source;
						enough.abort();
					}
				},
				signal: AbortSignal.any([signal, enough.signal]),
			},
		);
		return {kind: 'read', source, isWhole: true};
	} catch (error) {
		signal.throwIfAborted();
		return seen && enough.signal.aborted
			? {kind: 'read', source: seen, isWhole: false}
			: {kind: 'failed', trouble: toTrouble(error)};
	}
};

/** Finds out whether a source of pulls can be read. */
const examinePullSource = async (
	open: () => Promise<PullReader | undefined>,
	{places, ...how}: Reading & {readonly places: readonly Place[]},
): Promise<PullSourceFacts> => {
	let reader: PullReader | undefined;
	try {
		reader = await open();
	} catch (error) {
		return {kind: 'failed', trouble: toTrouble(error)};
	}

	const known = places.filter(({host}) => reader?.isFor(host));
	const [place] = known;
	if (reader === undefined || place === undefined) {
		return {kind: 'no-registry'};
	}

	const named = known.find(({path}) => path !== undefined);
	return reader.scope === 'registry'
		? readOn(reader, {host: place.host, path: undefined}, how)
		: named === undefined
			? {kind: 'by-repository', host: place.host}
			: readOn(reader, named, how);
};

/** Those that the command line and the settings name; of the settings', those of other registries are left out. What is wrong with a saved one is a trouble; throws `UserError` where one on the command line is no source. */
const nameAll = async (
	commandLine: CommandLine,
	settings: Settings,
	troubles: Trouble[],
): Promise<readonly AskedSource[]> => {
	const nameIn = async (
		given: Pick<CommandLine, 'pulls'>,
		registries: Settings['registries'],
	) =>
		nameSources(given, {
			readSettings: async () => ({
				settings: {registries},
				path: '',
				notice: undefined,
			}),
		});
	const named = await nameIn(commandLine, []);
	const saved = await Promise.all(
		settings.registries.map(async registry =>
			attempt(async () => nameIn({pulls: []}, [registry]), {
				otherwise: [],
				troubles,
			}),
		),
	);
	return [...named, ...saved.flat()];
};

/** Those that the command line and the settings name for the places, or those of the demo. Throws `UserError` where one on the command line is no source. */
export const findPulls = async (
	commandLine: CommandLine,
	{
		settings,
		demo,
		places,
		troubles,
		signal,
		...rest
	}: Pick<ReaderSurroundings, 'clock' | 'environment' | 'http' | 'folders'> & {
		readonly settings: Settings;
		readonly demo: DemoEvidence | undefined;
		readonly places: readonly Place[];
		readonly troubles: Trouble[];
		readonly signal: AbortSignal;
	},
): Promise<Patients['pulls']> => {
	const surroundings: ReaderSurroundings = {
		...rest,
		maxBytes: commandLine.maxBytes,
		apartAgents: settings.pulls?.apartAgents,
		keepsCounts: false,
	};
	const {openDemoReaders, openReaders} = await import('./open-readers.js');
	const how = {clock: rest.clock, signal};
	const asked = await nameAll(commandLine, settings, troubles);
	return [
		...(demo ? openDemoReaders(demo, surroundings) : []).map(reader => ({
			name: reader.name,
			source: '',
			examine: async () =>
				examinePullSource(async () => reader, {...how, places}),
		})),
		...asked
			.filter(
				({host}) =>
					host === undefined || places.some(place => place.host === host),
			)
			.map(source => ({
				name: source.name,
				source: source.host ?? '',
				async examine() {
					const open = async () => {
						const [reader] = await openReaders([source], surroundings);
						return reader;
					};

					return examinePullSource(open, {...how, places});
				},
			})),
	];
};
