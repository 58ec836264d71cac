import type {LoadedSettings, SavedUses} from '../storage/settings.js';
import type {
	Kubeconfig,
	KubeconfigOptions,
} from '../uses/kubernetes/kubeconfig.js';
import type {Clock, UsesChoice, UsesSources} from '../world.js';
import type {CommandLine} from './command-line.js';

/** What the sources of uses are opened with. */
export type UseSourcesOptions = {
	readonly kubeconfig: KubeconfigOptions;
	/** The demo's clusters instead of this machine's. */
	readonly demoKubeconfig: string | undefined;
	readonly clock: Clock;
	readonly settingsFile: string;
	readonly readSettings: () => Promise<LoadedSettings>;
};

// The third one refuses to tell of a namespace, which a newcomer may look at and accept.
const demoUses: SavedUses = {
	contexts: ['prod', 'staging'],
	withoutContexts: ['edge'],
};

/** The sources of uses that the command line and the settings name. What reads them is loaded when they are first read. */
export const openUseSources = (
	commandLine: CommandLine,
	options: UseSourcesOptions,
): UsesSources => {
	const readChoice = async (): Promise<UsesChoice> => {
		await checkNames(commandLine, options);
		const {settings} = await options.readSettings();
		return choose(
			commandLine,
			commandLine.demo ? demoUses : (settings.uses ?? {}),
		);
	};

	const saveChoice = async (choice: UsesChoice): Promise<string | undefined> =>
		commandLine.demo ? undefined : save(options.settingsFile, choice);

	const load = async (): Promise<UsesSources> => {
		const {openUses} = await import('../uses/open-uses.js');
		return openUses({
			loadKubeconfig: async () => loadContexts(options),
			namespaces: commandLine.namespaces,
			others: listOthers(commandLine, options.clock),
			clock: options.clock,
			readChoice,
			saveChoice,
		});
	};

	let loading: Promise<UsesSources> | undefined;
	const open = async (): Promise<UsesSources> => {
		loading ??= load();
		return loading;
	};

	return {
		readChoice,
		saveChoice,
		async read(choice, how) {
			const sources = await open();
			return sources.read(choice, how);
		},
		watch(choice, signal) {
			const ending = new AbortController();
			const begin = async () => {
				const sources = await open();
				return sources.watch(choice, AbortSignal.any([signal, ending.signal]));
			};

			const watching = begin();
			// Whoever reads it gets to know; without a step to be taken nobody needs to.
			watching.catch(() => undefined);
			return {
				async current(until) {
					const watch = await watching;
					return watch.current(until);
				},
				close() {
					ending.abort();
				},
			};
		},
	};
};

/** The kubeconfig of this machine, or the demo's. Throws `UserError`. */
export const loadContexts = async ({
	kubeconfig,
	demoKubeconfig,
}: Pick<
	UseSourcesOptions,
	'kubeconfig' | 'demoKubeconfig'
>): Promise<Kubeconfig> => {
	const {loadKubeconfig, parseKubeconfigs} =
		await import('../uses/kubernetes/kubeconfig.js');
	return demoKubeconfig === undefined
		? loadKubeconfig(kubeconfig)
		: parseKubeconfigs([{file: 'the demo', text: demoKubeconfig}]);
};

/** What the command line names has to be there, and that is said before anything is drawn. Throws `UserError` with exit code 2. */
const checkNames = async (
	{contexts, withoutContexts, snapshots}: CommandLine,
	options: UseSourcesOptions,
): Promise<void> => {
	const named = [
		...(typeof contexts === 'object' ? contexts : []),
		...withoutContexts,
	];
	if (named.length > 0) {
		const {findContexts} = await import('../uses/kubernetes/kubeconfig.js');
		findContexts(await loadContexts(options), named);
	}

	if (snapshots.length > 0) {
		const {readSnapshot} = await import('../uses/snapshot.js');
		const {signal} = new AbortController();
		for (const file of snapshots) {
			await readSnapshot(file, signal);
		}
	}
};

/** Folders and snapshots. */
const listOthers = ({files, snapshots}: CommandLine, clock: Clock) => [
	...files.map(folder => ({
		kind: 'files' as const,
		name: folder,
		async read(signal: AbortSignal) {
			const {readFiles} = await import('../uses/files.js');
			const {reading} = await readFiles(folder, {clock, signal});
			return reading;
		},
	})),
	...snapshots.map(file => ({
		kind: 'snapshot' as const,
		name: file,
		async read(signal: AbortSignal) {
			const {readSnapshot} = await import('../uses/snapshot.js');
			return readSnapshot(file, signal);
		},
	})),
];

/** What the command line says of the sources of uses goes before what was saved. */
const choose = (
	{contexts, withoutContexts}: CommandLine,
	saved: SavedUses,
): UsesChoice => {
	const named = typeof contexts === 'object' ? contexts : [];
	const savedOut = saved.withoutContexts ?? [];
	return {
		contexts: contexts ?? saved.contexts ?? 'current',
		// What the command line asks for is asked, whatever was left out before.
		leftOut: [
			...new Set([
				...savedOut.filter(name => !named.includes(name)),
				...withoutContexts,
			]),
		],
		accepted: saved.accepted ?? [],
	};
};

const save = async (
	file: string,
	{contexts, leftOut, accepted}: UsesChoice,
): Promise<string | undefined> => {
	const {saveUses} = await import('../storage/settings.js');
	try {
		saveUses(file, {contexts, withoutContexts: leftOut, accepted});
		return undefined;
	} catch {
		return `The choice could not be saved to ${file}; it holds until jetsam ends.`;
	}
};
