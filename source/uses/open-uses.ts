import type {Use, UsesReading, UsesSource} from '../evidence/use.js';
import {UserError} from '../user-error.js';
import type {Clock, UsesChoice, UsesSources, UsesWatch} from '../world.js';
import {openContext} from './kubernetes/context-access.js';
import type {Kubeconfig, KnownContext} from './kubernetes/kubeconfig.js';
import {usualPatience} from './kubernetes/api-client.js';
import {readContextUses} from './kubernetes/read-context.js';
import {watchContextUses} from './kubernetes/watch-context.js';

/** What the sources of uses are opened with. */
export type UsesOptions = {
	/** The kubeconfig of this machine, or the demo's. Throws `UserError`. */
	readonly loadKubeconfig: () => Promise<Kubeconfig>;
	/** Namespaces to ask where a cluster refuses to be asked as a whole and does not list them. */
	readonly namespaces: readonly string[];
	/** Sources besides the clusters: folders, snapshots. Each is read from its beginning every time. */
	readonly others: ReadonlyArray<{
		readonly kind: 'snapshot' | 'files';
		readonly name: string;
		readonly read: (signal: AbortSignal) => Promise<UsesReading>;
	}>;
	readonly clock: Clock;
	readonly readChoice: () => Promise<UsesChoice>;
	readonly saveChoice: (choice: UsesChoice) => Promise<string | undefined>;
};

/** Milliseconds for which a batch waits for a source that is behind (safeguard 6). */
const longestWait = 5 * 60 * 1000;

/** How a source looks before it was read. */
const unread = (
	kind: UsesSource['kind'],
	name: string,
	state: UsesSource['state'],
): UsesSource => ({
	kind,
	name,
	state,
	readAt: undefined,
	gaps: [],
	kinds: [],
	namespaces: [],
});

/** The contexts that a choice asks, of those that are not left out. */
const chooseContexts = (
	kubeconfig: Kubeconfig,
	{contexts, leftOut}: UsesChoice,
): readonly KnownContext[] => {
	const wanted =
		contexts === 'all'
			? kubeconfig.contexts
			: contexts === 'current'
				? kubeconfig.contexts.filter(({isCurrent}) => isCurrent)
				: kubeconfig.contexts.filter(({name}) => contexts.includes(name));
	return wanted.filter(({name}) => !leftOut.includes(name));
};

/** Contexts that are asked by name and that the kubeconfig has no more: each is a source that failed, and the others are read all the same. */
const listGone = (
	kubeconfig: Kubeconfig,
	{contexts, leftOut}: UsesChoice,
): UsesReading => {
	const known = new Set(kubeconfig.contexts.map(({name}) => name));
	const gone = (typeof contexts === 'object' ? contexts : []).filter(
		name => !known.has(name) && !leftOut.includes(name),
	);
	return {
		uses: [],
		sources: gone.map(name => ({
			...unread('context', name, 'failed'),
			gaps: [
				{
					message: `There is no context ${name} in the kubeconfig any more. Leave it out if what it ran does not count.`,
					kind: '',
					namespace: '',
					isRefusal: false,
					repositories: undefined,
				},
			],
		})),
	};
};

const joinReadings = (readings: readonly UsesReading[]): UsesReading => ({
	// A spread of 100,000 uses is more than a call takes.
	uses: readings.flatMap((reading): readonly Use[] => reading.uses),
	sources: readings.flatMap(reading => reading.sources),
});

/** Contexts that are known and not read: unasked, or left out by name. */
const listUnread = (
	kubeconfig: Kubeconfig,
	asked: readonly KnownContext[],
	{leftOut}: UsesChoice,
): UsesReading => ({
	uses: [],
	sources: kubeconfig.contexts
		.filter(context => !asked.includes(context))
		.map(({name}) =>
			unread('context', name, leftOut.includes(name) ? 'left-out' : 'unasked'),
		),
});

/** Opens the sources of uses; the cluster library is loaded when a kubeconfig is there and first asked for. */
export const openUses = (options: UsesOptions): UsesSources => {
	const {clock, others, namespaces} = options;
	const clusterOptions = {clock, patience: usualPatience, namespaces};
	let loading: Promise<Kubeconfig> | undefined;
	const load = async (): Promise<Kubeconfig> => {
		loading ??= options.loadKubeconfig();
		return loading;
	};

	return {
		readChoice: options.readChoice,
		saveChoice: options.saveChoice,
		async read(choice, {tell, signal}) {
			const kubeconfig = await load();
			const asked = chooseContexts(kubeconfig, choice);
			const works = [
				...asked.map(context => ({
					before: unread('context', context.name, 'unasked'),
					read: async () =>
						readContextUses(openContext(kubeconfig, context, clock), {
							...clusterOptions,
							signal,
						}),
				})),
				...others.map(other => ({
					before: unread(other.kind, other.name, 'unasked'),
					read: async () => other.read(signal),
				})),
			];
			const rest = joinReadings([
				listGone(kubeconfig, choice),
				listUnread(kubeconfig, asked, choice),
			]);
			const readings: UsesReading[] = works.map(({before}) => ({
				uses: [],
				sources: [before],
			}));
			await Promise.all(
				works.map(async (work, index) => {
					readings[index] = await work.read();
					tell(joinReadings([...readings, rest]));
				}),
			);
			return joinReadings([...readings, rest]);
		},
		watch: (choice, signal) =>
			watchUses(options, {
				choice,
				signal,
				load,
				clusterOptions,
			}),
	};
};

/** Watches the clusters that are asked; folders and snapshots are read again once, before the first delete. */
const watchUses = (
	{others, clock}: UsesOptions,
	{
		choice,
		signal,
		load,
		clusterOptions,
	}: {
		choice: UsesChoice;
		signal: AbortSignal;
		load: () => Promise<Kubeconfig>;
		clusterOptions: Omit<Parameters<typeof watchContextUses>[1], 'signal'>;
	},
): UsesWatch => {
	const ending = new AbortController();
	const either = AbortSignal.any([signal, ending.signal]);
	const begin = async () => {
		const kubeconfig = await load();
		const asked = chooseContexts(kubeconfig, choice);
		return {
			watches: asked.map(context => ({
				name: context.name,
				...watchContextUses(openContext(kubeconfig, context, clock), {
					...clusterOptions,
					signal: either,
				}),
			})),
			rest: joinReadings([
				listGone(kubeconfig, choice),
				listUnread(kubeconfig, asked, choice),
				...(await Promise.all(others.map(async other => other.read(either)))),
			]),
		};
	};

	const begun = begin();
	begun.catch(() => undefined);
	const givenUp = new Map<string, UserError>();
	return {
		async current(until) {
			const {watches, rest} = await begun;
			const readings = await Promise.all(
				watches.map(async watch => {
					const {reading: now} = await waitFor(watch, {
						clock,
						signal: until,
						givenUp,
					});
					return now;
				}),
			);
			return joinReadings([...readings, rest]);
		},
		close() {
			ending.abort();
		},
	};
};

type Watch = Pick<
	ReturnType<typeof watchContextUses>,
	'read' | 'waitUntilCurrent'
> & {
	readonly name: string;
};

/**
What a watch knows as soon as it is not behind; rejects where it stays behind.
@param options.givenUp - Watches that were waited for in vain, by name, each with what was said then. They are not waited for again until they are current: a batch of many steps would wait for each.
*/
const waitFor = async (
	watch: Watch,
	{
		clock,
		signal,
		givenUp,
	}: {
		readonly clock: Clock;
		readonly signal: AbortSignal;
		readonly givenUp: Map<string, UserError>;
	},
): ReturnType<Watch['waitUntilCurrent']> => {
	const now = watch.read();
	if (now.behind === undefined) {
		givenUp.delete(watch.name);
		return now;
	}

	const known = givenUp.get(watch.name);
	if (known !== undefined) {
		throw known;
	}

	const over = new AbortController();
	const either = AbortSignal.any([signal, over.signal]);
	const tooLong = async (): Promise<never> => {
		await clock.sleep(longestWait, either);
		const error = new UserError(
			watch.read().behind ?? `${watch.name} was behind.`,
			{remedy: 'Nothing is deleted while that is so; try again later.'},
		);
		givenUp.set(watch.name, error);
		throw error;
	};

	try {
		return await Promise.race([watch.waitUntilCurrent(either), tooLong()]);
	} finally {
		over.abort();
	}
};
