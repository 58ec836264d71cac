import {setImmediate} from 'node:timers/promises';
import type {ExecutionContext} from 'ava';
import {
	type EmbeddedRegistry,
	type Intercept,
	startEmbeddedRegistry,
} from '../../source/demo/embedded-registry.js';
import {
	createRegistryContent,
	type RegistryContent,
} from '../../source/demo/registry-content.js';
import type {Digest} from '../../source/oci/digest.js';
import {usualCare} from '../../source/plan/care.js';
import {collectReading} from '../../source/plan/collect-reading.js';
import {
	type ConfirmedPlan,
	confirmPlan,
	isConfirmed,
} from '../../source/plan/confirm-plan.js';
import type {JournalLine} from '../../source/batch.js';
import {createPlan} from '../../source/plan/create-plan.js';
import {
	type ExecutionEvent,
	executePlan,
} from '../../source/plan/execute-plan.js';
import type {Execution} from '../../source/plan/execution.js';
import type {Outcome, Step} from '../../source/plan/plan.js';
import {openRegistry} from '../../source/registry/open-registry.js';
import {UserError} from '../../source/user-error.js';
import type {
	Clock,
	Journal,
	Mark,
	Registry,
	RepositoryReading,
} from '../../source/world.js';
import {buildUseFacts} from './build-uses.js';
import {addEntries, type Entries, nameOf} from './build-repository.js';

/** A clock that stands still until a test moves it or somebody sleeps. */
export type ManualClock = Clock & {
	readonly advance: (milliseconds: number) => void;
	/** How long was slept each time. */
	readonly slept: number[];
};

/** A clock that begins at a fixed time; sleeping takes no time and moves it. */
export const createManualClock = (
	start = Date.UTC(2026, 10, 22),
): ManualClock => {
	let time = start;
	const slept: number[] = [];
	return {
		slept,
		now: () => time,
		advance(milliseconds) {
			time += milliseconds;
		},
		async sleep(milliseconds, signal) {
			signal.throwIfAborted();
			slept.push(milliseconds);
			time += milliseconds;
		},
	};
};

/** A journal in memory. */
export type MemoryJournal = Journal & {
	/** The durable lines. */
	readonly lines: JournalLine[];
};

/**
A journal in memory whose line is durable, and appears, only after other work had its turn.
@param failAt - The line that cannot be written, from 1, and none after it.
*/
export const createMemoryJournal = (
	failAt = Number.POSITIVE_INFINITY,
): MemoryJournal => {
	const lines: JournalLine[] = [];
	return {
		lines,
		batch: 'test',
		path: '/state/journal/test.jsonl',
		async append(line) {
			await setImmediate();
			if (lines.length + 1 >= failAt) {
				throw new UserError('The journal could not be written (ENOSPC).', {
					remedy: 'Make room.',
				});
			}

			lines.push(line);
		},
		async close() {
			await setImmediate();
		},
	};
};

/** The faults of a test registry, to be set at any time. */
export type Faults = {intercept: Intercept | undefined};

/** An embedded registry and the real registry port to it. */
export type TestRegistry = {
	readonly server: EmbeddedRegistry;
	readonly registry: Registry;
	readonly faults: Faults;
};

/** Serves content until the test ends and opens it as jetsam does. */
export const openTestRegistry = async (
	t: ExecutionContext,
	options: {content: RegistryContent; clock: Clock; readOnly?: boolean},
): Promise<TestRegistry> => {
	const faults: Faults = {intercept: undefined};
	const server = await startEmbeddedRegistry({
		content: options.content,
		deletes: 'enabled',
		intercept: async (request, response, attempt) =>
			(await faults.intercept?.(request, response, attempt)) ?? false,
	});
	t.teardown(server.close);
	const registry = await openRegistry(server.host, {
		settings: {
			readOnly: options.readOnly ?? false,
			insecureHosts: [],
			proxies: {http: undefined, https: undefined, none: undefined},
			retryPause: 1,
			now: options.clock.now,
		},
		logins: new Map(),
		signal: new AbortController().signal,
	});
	return {server, registry, faults};
};

/** A step that ended, as a test reads it. */
export type NamedOutcome = {
	/** For example `amd64 deleted`. */
	readonly text: string;
	readonly kind: Outcome['kind'];
	/** Empty where the outcome has none. */
	readonly reason: string;
};

/** A plan that was reviewed and confirmed and is about to be executed. */
export type Review = TestRegistry & {
	readonly clock: ManualClock;
	readonly journal: MemoryJournal;
	readonly plan: ConfirmedPlan;
	readonly readings: ReadonlyMap<string, RepositoryReading>;
	readonly stop: AbortController;
	readonly abort: AbortController;
	/** The digest of a name in any of the repositories. */
	readonly digest: (name: string) => Digest;
	/** The path of a name's manifest. */
	readonly path: (name: string) => string;
	readonly execute: (
		changes?: Partial<Execution>,
	) => AsyncGenerator<ExecutionEvent, void, undefined>;
	/** Executes to the end. */
	readonly run: (changes?: Partial<Execution>) => Promise<NamedOutcome[]>;
};

/**
Fills a registry, reads it, marks by name, plans and confirms. The request log is empty afterwards.
@param repositories - `app` becomes `shop/app`; names of digests are unique over all of them.
*/
export const reviewMarks = async (
	t: ExecutionContext,
	options: {
		repositories: Readonly<Record<string, Entries>>;
		marked: readonly string[];
		/** Names that are gone before anything is read: children of a sparse index. */
		missing?: readonly string[];
		readOnly?: boolean;
	},
): Promise<Review> => {
	const clock = createManualClock();
	const content = createRegistryContent();
	const places = new Map<string, {repository: string; digest: Digest}>();
	for (const [name, entries] of Object.entries(options.repositories)) {
		const repository = `shop/${name}`;
		const digests = addEntries(content, repository, entries);
		for (const [entry, digest] of Object.entries(digests)) {
			places.set(entry, {repository, digest});
		}
	}

	const find = (name: string): {repository: string; digest: Digest} => {
		const place = places.get(name);
		if (!place) {
			throw new Error(`Nothing is named ${name}`);
		}

		return place;
	};

	const opened = await openTestRegistry(t, {...options, content, clock});
	const {registry, server} = opened;
	for (const name of options.missing ?? []) {
		const {repository, digest} = find(name);
		removeDigest(server, repository, digest);
	}

	const marks = options.marked.map(name => ({
		registry: registry.host,
		...find(name),
	}));
	const readings = await readMarked(registry, marks, clock);
	const plan = confirmByPhrase(marks, {registry, readings, clock});
	server.requests.length = 0;

	const journal = createMemoryJournal();
	const stop = new AbortController();
	const abort = new AbortController();
	const execute: Review['execute'] = changes =>
		executePlan(plan, {
			registry,
			readings,
			journal,
			// Tests of what is saved give one.
			trash: undefined,
			keepBlobs: false,
			clock,
			readUses: async () => buildUseFacts(clock.now()),
			readPulls: async () => undefined,
			// In the plan's order, unless a test is about many at once.
			stepsAtOnce: 1,
			stop: stop.signal,
			abort: abort.signal,
			...changes,
		});
	return {
		...opened,
		clock,
		journal,
		plan,
		readings,
		stop,
		abort,
		digest: name => find(name).digest,
		path: name => manifestPath(find(name)),
		execute,
		run: async changes => collectOutcomes(execute(changes)),
	};
};

const readMarked = async (
	registry: Registry,
	marks: readonly Mark[],
	clock: Clock,
): Promise<ReadonlyMap<string, RepositoryReading>> => {
	const {signal} = new AbortController();
	const repositories = new Set(marks.map(({repository}) => repository));
	const readings = new Map<string, RepositoryReading>();
	for (const repository of repositories) {
		readings.set(
			repository,
			await collectReading(registry, repository, {clock, signal}),
		);
	}

	return readings;
};

const confirmByPhrase = (
	marks: readonly Mark[],
	options: {
		registry: Registry;
		readings: ReadonlyMap<string, RepositoryReading>;
		clock: Clock;
	},
): ConfirmedPlan => {
	const now = options.clock.now();
	const plan = createPlan(marks, {
		registry: options.registry.host,
		readings: options.readings,
		problems: new Map(),
		care: usualCare,
		uses: buildUseFacts(now),
		lifts: new Set(),
		now,
	});
	const confirmed = confirmPlan(plan, plan.phrase, now);
	if (!isConfirmed(confirmed)) {
		throw new Error(confirmed.refusal);
	}

	return confirmed;
};

/** The path under which a registry has a manifest. */
export const manifestPath = ({
	repository,
	digest,
}: Pick<Step, 'repository' | 'digest'>): string =>
	`/v2/${repository}/manifests/${digest}`;

/** Reads a run to its end. */
export const collectOutcomes = async (
	events: AsyncIterable<ExecutionEvent>,
): Promise<NamedOutcome[]> => {
	const outcomes: NamedOutcome[] = [];
	for await (const event of events) {
		if (event.kind === 'step-ended') {
			const {kind} = event.outcome;
			outcomes.push({
				kind,
				text: `${nameOf(event.step.digest)} ${kind}`,
				reason: 'reason' in event.outcome ? event.outcome.reason : '',
			});
		}
	}

	return outcomes;
};

/** The paths that were asked to be deleted, in order of arrival. */
export const listDeletes = (server: EmbeddedRegistry): string[] =>
	server.requests
		.filter(({method}) => method === 'DELETE')
		.map(({path}) => path);

/** The request log with names for digests: `DELETE shop/app@amd64 202`; anything but manifests as it was sent. */
export const showRequests = (server: EmbeddedRegistry): string[] =>
	server.requests.map(({method, path, status}) => {
		const {repository, reference} =
			/^\/v2\/(?<repository>.+)\/manifests\/(?<reference>[^\/]+)$/v.exec(path)
				?.groups ?? {};
		const what =
			repository === undefined || reference === undefined
				? path
				: reference.includes(':')
					? `${repository}@${nameOf(reference)}`
					: `${repository}:${reference}`;
		return `${method} ${what} ${status}`;
	});

/** Takes a digest and its tags out of a repository as the registry itself does it. */
export const removeDigest = (
	{content}: EmbeddedRegistry,
	repository: string,
	digest: string,
): void => {
	const {manifests, tags} = content.repositories.get(repository) ?? {};
	manifests?.delete(digest);
	for (const [tag, meant] of tags ?? []) {
		if (meant === digest) {
			tags?.delete(tag);
		}
	}
};
