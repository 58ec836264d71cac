import {parseWhere} from '../oci/reference.js';
import type {AskedSource} from '../pulls/name-source.js';
import type {PullReader} from '../pulls/pull-reader.js';
import type {
	LoadedSettings,
	SavedPulls,
	SavedRegistry,
} from '../storage/settings.js';
import type {Clock, PullsChoice, PullsSources} from '../world.js';
import type {CommandLine} from './command-line.js';

/** Days that count unless the operator says otherwise. */
const usualWindow = 90;

/** What the sources of pulls are opened with. */
export type PullSourcesOptions = {
	readonly clock: Clock;
	readonly settingsFile: string;
	readonly readSettings: () => Promise<LoadedSettings>;
	/** Opens what was named, and the demo's own. */
	readonly openReaders: (
		sources: readonly AskedSource[],
		saved: SavedPulls,
	) => Promise<readonly PullReader[]>;
};

/** The sources of pulls that the command line and the settings name. What reads them is loaded when they are first read. */
export const openPullSources = (
	commandLine: CommandLine,
	options: PullSourcesOptions,
): PullsSources => {
	const {clock, settingsFile, readSettings} = options;
	const readSaved = async (): Promise<SavedPulls> => {
		const {settings} = await readSettings();
		return settings.pulls ?? {};
	};

	let opening: Promise<readonly PullReader[]> | undefined;
	const openAll = async (): Promise<readonly PullReader[]> =>
		options.openReaders(
			await nameSources(commandLine, options),
			await readSaved(),
		);
	const loadReaders = async (): Promise<readonly PullReader[]> => {
		opening ??= openAll();
		return opening;
	};

	const readChoice = async (): Promise<PullsChoice> => {
		// What was named wrongly is said before anything is drawn.
		await loadReaders();
		const saved = await readSaved();
		return {
			windowDays: commandLine.windowDays ?? saved.windowDays ?? usualWindow,
			accepted: saved.accepted ?? [],
		};
	};

	const saveChoice = async (
		choice: PullsChoice,
	): Promise<string | undefined> =>
		commandLine.demo
			? undefined
			: save(settingsFile, await readSaved(), choice);

	let loading: Promise<PullsSources> | undefined;
	const load = async (): Promise<PullsSources> => {
		const {openPulls} = await import('../pulls/open-pulls.js');
		return openPulls({loadReaders, clock, readChoice, saveChoice});
	};

	const open = async (): Promise<PullsSources> => {
		loading ??= load();
		return loading;
	};

	return {
		readChoice,
		saveChoice,
		async isKnown(host) {
			const sources = await open();
			return sources.isKnown(host);
		},
		async read(request, how) {
			const sources = await open();
			return sources.read(request, how);
		},
	};
};

/** Everything that was named, on the command line and in the settings. Throws `UserError` with exit code 2 where a name is none. */
export const nameSources = async (
	{pulls}: Pick<CommandLine, 'pulls'>,
	{readSettings}: Pick<PullSourcesOptions, 'readSettings'>,
): Promise<readonly AskedSource[]> => {
	const {settings} = await readSettings();
	const saved = settings.registries.flatMap(registry => listSaved(registry));
	if (pulls.length + saved.length === 0) {
		return [];
	}

	const {parseSourceName} = await import('../pulls/name-source.js');
	const given = [...new Set(pulls)].map(source => ({source, ...nothingSaid}));
	return [...given, ...saved].map(({source, ...said}) => ({
		...parseSourceName(source),
		...said,
	}));
};

const nothingSaid = {
	host: undefined,
	declared: {from: undefined, to: undefined},
	anonymousReadsAreRefused: false,
};

const listSaved = ({address, pulls = []}: SavedRegistry) =>
	pulls.map(({source, from, to, anonymousReadsAreRefused = false}) => ({
		source,
		host: parseWhere(address)?.host,
		declared: {from: readTime(from), to: readTime(to)},
		anonymousReadsAreRefused,
	}));

const readTime = (text: string | undefined): number | undefined =>
	text === undefined ? undefined : Date.parse(text);

const save = async (
	file: string,
	saved: SavedPulls,
	{windowDays, accepted}: PullsChoice,
): Promise<string | undefined> => {
	const {savePulls} = await import('../storage/settings.js');
	try {
		savePulls(file, {...saved, windowDays, accepted});
		return undefined;
	} catch {
		return `The choice could not be saved to ${file}; it holds until jetsam ends.`;
	}
};
