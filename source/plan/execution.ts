import type {Digest} from '../oci/digest.js';
import {PullLimitError, UserError} from '../user-error.js';
import type {Trash} from '../batch.js';
import type {Clock, Journal, Registry, RepositoryReading} from '../world.js';
import type {PullFacts} from './judge-pulls.js';
import type {UseFacts} from './judge-use.js';
import type {Outcome, Step} from './plan.js';
import {createQuietReadings, type QuietReadings} from './quiet-reading.js';
import type {WrittenLists} from './written-lists.js';

/** What an execution works with. */
export type Execution = {
	readonly registry: Registry;
	/** The readings that the plan was made from. */
	readonly readings: ReadonlyMap<string, RepositoryReading>;
	/** `undefined` only where nothing can be changed, under `--read-only`. */
	readonly journal: Journal | undefined;
	/** Takes what is deleted; `undefined` only where nothing can be changed. */
	readonly trash: Trash | undefined;
	/** Whether the trash takes layers too. */
	readonly keepBlobs: boolean;
	readonly clock: Clock;
	/** What the sources of uses tell now; it waits while they are behind, and rejects with `UserError` where they stay so. */
	readonly readUses: (signal: AbortSignal) => Promise<UseFacts>;
	/** What the sources of pulls told when they were read for this run, which is once; `undefined` where there is none. Rejects with `UserError` where they cannot be read. */
	readonly readPulls: () => Promise<PullFacts | undefined>;
	/** By repository: what an earlier run of the same batch has deleted or found absent, where this one tries again what failed. */
	readonly goneBefore?: ReadonlyMap<string, ReadonlySet<Digest>>;
	/** How many steps are under way at once; left out, as many as keep a host's connections busy. */
	readonly stepsAtOnce?: number;
	/** Resolves when a further step may begin: at once unless the operator holds the run. A stop and an abort resolve it too. */
	readonly waitForGo?: () => Promise<void>;
	/** Ends the run after the steps in flight. */
	readonly stop: AbortSignal;
	/** Breaks off the steps in flight too. */
	readonly abort: AbortSignal;
};

/** What an execution has learned so far. */
export type Run = Execution & {
	/** The newest reading of each repository. */
	readonly fresh: Map<string, RepositoryReading>;
	/** Repositories in which this run has sent a delete, whatever came of it. */
	readonly touched: Set<string>;
	/** Digests that this run has deleted or found absent, by repository. */
	readonly gone: Map<string, Set<Digest>>;
	/** When that was seen last, milliseconds since 1970, by `keyInRun`; see `look-at-gone.ts`. */
	readonly seenGone: Map<string, number>;
	/** What this run has put into the trash, by `keyInRun`. */
	readonly kept: Set<string>;
	/** Digests whose step has failed in this run, by repository: what waits for them can be tried again with them. */
	readonly failed: Map<string, Set<Digest>>;
	/** Digests that this run has deleted itself, by repository. */
	readonly deleted: Map<string, Set<Digest>>;
	/** Repositories and, under an empty name, the host that take no more deletes, with the reason. */
	readonly closed: Map<string, string>;
	readonly lists: WrittenLists;
	/** The steps whose digests lie below that of a step, or are about it, and are kept with it: some registries delete them together. */
	readonly familyOf: (step: Step) => readonly Step[];
	/** Repositories that have let a digest or a tag go since the host last refused one. */
	readonly trusted: Set<string>;
	/** The readings that steps share. */
	readonly quiet: QuietReadings;
	refusalsTogether: number;
};

/** After so many 401 or 403 in a row nothing more is asked of a host. */
export const mostRefusalsTogether = 3;

/** A run that has learned nothing yet. */
export const beginRun = (
	execution: Execution,
	steps: readonly Step[],
): Run => ({
	...execution,
	familyOf: findFamilies(steps),
	fresh: new Map(execution.readings),
	touched: new Set(),
	kept: new Set(),
	seenGone: new Map(),
	gone: new Map(
		[...(execution.goneBefore ?? [])].map(([repository, digests]) => [
			repository,
			new Set(digests),
		]),
	),
	failed: new Map(),
	deleted: new Map(),
	closed: new Map(),
	trusted: new Set(),
	quiet: createQuietReadings(),
	lists: new Map(),
	refusalsTogether: 0,
});

/** Names a digest among the repositories of a run, which is of one registry. */
export const keyInRun = ({
	repository,
	digest,
}: Pick<Step, 'repository' | 'digest'>): string => `${repository}@${digest}`;

/** Manifests that are read to save what some steps delete: what goes along with one of them is a step too, and is read once. */
export const countReads = (steps: readonly Step[]): number =>
	new Set(steps.map(step => keyInRun(step))).size;

/** Of one repository: the steps below a step, through indexes in indexes. */
const findFamilies = (steps: readonly Step[]): Run['familyOf'] => {
	const below = new Map<string, Step[]>();
	for (const step of steps) {
		const over = new Set(
			[...step.parents, step.goesWith ?? [], step.subject ?? []].flat(),
		);
		for (const digest of step.onlyTag === undefined ? over : []) {
			const key = keyInRun({...step, digest});
			below.set(key, [...(below.get(key) ?? []), step]);
		}
	}

	return step => {
		const found = new Set<Step>();
		const waiting = [step];
		for (let next = waiting.pop(); next; next = waiting.pop()) {
			for (const child of below.get(keyInRun(next)) ?? []) {
				if (child !== step && !found.has(child)) {
					found.add(child);
					waiting.push(child);
				}
			}
		}

		return [...found];
	};
};

/** What is to be done where the login lacks a right, by the name that registries speaking the distribution API give it. */
const askForRight = (host: string, repository: string): string =>
	`It takes a login at ${host} with the right repository:${repository}:delete.`;

/** Safeguard 11: a "no" about a repository ends it, three about the login in a row end the host. */
export const noteRefusal = (
	run: Run,
	{repository}: Step,
	{
		scope,
		reason,
		status,
	}: {
		scope: 'digest' | 'repository' | 'host';
		reason: string;
		/** Of the reply to a delete; absent where another request was refused. */
		status?: number;
	},
): Outcome => {
	if (scope === 'repository') {
		run.closed.set(repository, reason);
	}

	if (scope === 'host') {
		run.trusted.clear();
	}

	run.refusalsTogether = scope === 'host' ? run.refusalsTogether + 1 : 0;
	if (run.refusalsTogether >= mostRefusalsTogether) {
		run.closed.set(
			'',
			`${run.registry.host} refused ${mostRefusalsTogether} times in a row: ${reason}`,
		);
	}

	return scope === 'host' && status !== undefined
		? {
				kind: 'refused',
				reason,
				remedy: askForRight(run.registry.host, repository),
			}
		: {kind: 'refused', reason};
};

/** Where the registry lets pull no more for hours, no further step begins: each has to be read before it goes. */
export const noteLimit = (run: Run, error: UserError): void => {
	if (error instanceof PullLimitError) {
		run.closed.set('', error.sentence);
	}
};

/** The sentence of an error. */
export const describeError = (error: unknown): string =>
	error instanceof UserError ? error.sentence : String(error);
