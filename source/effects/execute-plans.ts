import {findLostSource} from '../evidence/find-lost-source.js';
import type {UseEvidence} from '../evidence/use.js';
import type {ConfirmedPlan} from '../plan/confirm-plan.js';
import type {Digest} from '../oci/digest.js';
import {planLifetime} from '../plan/create-plan.js';
import {executePlan} from '../plan/execute-plan.js';
import {describePullsShortly} from '../plan/judge-pulls.js';
import type {UseFacts} from '../plan/judge-use.js';
import type {Step} from '../plan/plan.js';
import {type Problem, repositoryKey} from '../state/state.js';
import {UserError} from '../user-error.js';
import type {JournalLine, Trash} from '../batch.js';
import type {Journal, RepositoryReading} from '../world.js';
import {createHold} from './hold.js';
import {findPulls} from './load-pulls.js';
import {findUses} from './load-uses.js';
import {describeProblem, type Dispatch, type Session} from './session.js';

/** Executes the confirmed plans of all registries as one batch with one journal, and tells each step. */
export const executePlans = async (
	session: Session,
	{
		plans,
		resumes,
		gone,
	}: {
		plans: readonly ConfirmedPlan[];
		/** The earlier batch that this goes on with; `undefined` for a new one. */
		resumes: string | undefined;
		/** What an earlier run of these plans in this program has deleted or found absent, where this one tries again what failed. */
		gone?: readonly Step[] | undefined;
	},
	dispatch: Dispatch,
): Promise<void> => {
	const stop = new AbortController();
	const abort = new AbortController();
	const hold = createHold(stop.signal, abort.signal);
	session.batch = {stop, abort, hold};
	const endWithProgram = (): void => {
		abort.abort();
	};

	session.signal.addEventListener('abort', endWithProgram);
	let journal: Journal | undefined;
	let trash: Trash | undefined;
	const counts = new Map<string, number>();
	let problem: Problem | undefined;
	const watch = watchUses(session, abort.signal);
	try {
		refuseOld(plans, session.world.clock.now());
		journal = await beginJournal(session, {plans, resumes});
		dispatch({
			kind: 'batch-began',
			journal: journal?.path ?? '',
			batch: journal?.batch ?? '',
		});
		trash = journal && session.world.batches.openTrash(journal.batch);
		for (const plan of plans) {
			const registry = await session.openRegistry(plan.registry);
			const events = executePlan(plan, {
				registry: registry.withUrgency(() => 'batch'),
				readings: readingsOf(session, plan, gone !== undefined),
				goneBefore: groupGone(plan.registry, gone ?? []),
				journal,
				trash,
				keepBlobs: session.world.keepBlobs,
				...(session.world.stepsAtOnce !== undefined && {
					stepsAtOnce: session.world.stepsAtOnce,
				}),
				clock: session.world.clock,
				readUses: watch.read,
				readPulls: readOnce(async () =>
					findPulls(session, {
						host: plan.registry,
						repositories: [...new Set(plan.steps.map(step => step.repository))],
						choice: undefined,
						isAnew: true,
					}),
				),
				waitForGo: hold.waitForGo,
				stop: stop.signal,
				abort: abort.signal,
			});
			for await (const event of events) {
				if (event.kind === 'step-ended') {
					const {kind} = event.outcome;
					counts.set(kind, (counts.get(kind) ?? 0) + 1);
					dispatch({
						...event,
						host: plan.registry,
						now: session.world.clock.now(),
					});
				} else if (event.kind === 'indexes-checked') {
					const {kind, alarms} = event;
					dispatch({kind, alarms});
				} else {
					dispatch(event);
				}
			}
		}
	} catch (error) {
		problem = describeProblem(error);
	} finally {
		watch.close();
		// What could not be written at the end is told even where nothing else went wrong.
		const unwritten = await endBatch(session, {journal, trash, counts});
		problem ??= unwritten;
		if (problem) {
			dispatch({kind: 'batch-failed', problem});
		}

		session.signal.removeEventListener('abort', endWithProgram);
		session.batch = undefined;
		forgetReadings(session, plans, {
			isRetry: gone !== undefined,
			hasFailed: counts.has('failed'),
		});
		dispatch({kind: 'batch-ended'});
	}
};

/** The screen may have stood still for longer than a plan holds. */
const refuseOld = (plans: readonly ConfirmedPlan[], now: number): void => {
	if (plans.some(({createdAt}) => now - createdAt > planLifetime)) {
		throw new UserError('What was confirmed is older than a day.', {
			remedy: 'Go back and review what stays marked.',
		});
	}
};

/** Safeguard 6: pulls are read once for each run, when its first step asks. */
const readOnce = <Read>(read: () => Promise<Read>): (() => Promise<Read>) => {
	let reading: Promise<Read> | undefined;
	return async () => {
		reading ??= read();
		return reading;
	};
};

/** Safeguard 6: the uses as they are now, kept current as long as the batch runs. */
const watchUses = (
	session: Session,
	signal: AbortSignal,
): {
	readonly read: (signal: AbortSignal) => Promise<UseFacts>;
	readonly close: () => void;
} => {
	const {world, uses} = session;
	const watch = uses && world.uses.watch(uses.choice, signal);
	return {
		async read(until) {
			const facts = await findUses(session);
			if (!watch) {
				return facts;
			}

			const reading = await watch.current(until);
			const lost = findLostSource(facts.reading, reading, facts.accepted);
			return {...facts, reading, lost};
		},
		close() {
			watch?.close();
		},
	};
};

const groupGone = (
	host: string,
	gone: readonly Step[],
): ReadonlyMap<string, ReadonlySet<Digest>> => {
	const groups = new Map<string, Set<Digest>>();
	for (const {registry, repository, digest, onlyTag} of gone) {
		if (registry === host && onlyTag === undefined) {
			const group = groups.get(repository) ?? new Set();
			groups.set(repository, group.add(digest));
		}
	}

	return groups;
};

/** The readings that a plan was made from. A retry rests on those of its first run: only they hold the children whose index is gone. */
const readingsOf = (
	{readings, spent}: Session,
	{registry, steps}: ConfirmedPlan,
	isRetry: boolean,
): ReadonlyMap<string, RepositoryReading> => {
	const found = new Map<string, RepositoryReading>();
	for (const {repository} of steps) {
		const key = repositoryKey(registry, repository);
		const reading = (isRetry ? spent.get(key) : undefined) ?? readings.get(key);
		if (reading) {
			found.set(repository, reading);
		}
	}

	return found;
};

// They still hold what has just been deleted.
const forgetReadings = (
	{readings, spent}: Session,
	plans: readonly ConfirmedPlan[],
	{isRetry, hasFailed}: {isRetry: boolean; hasFailed: boolean},
): void => {
	const before = new Map(isRetry ? spent : []);
	spent.clear();
	for (const {registry, steps} of plans) {
		for (const {repository} of steps) {
			const key = repositoryKey(registry, repository);
			const reading = before.get(key) ?? readings.get(key);
			readings.delete(key);
			if (hasFailed && reading) {
				spent.set(key, reading);
			}
		}
	}
};

/** The first line says who confirmed what, before anything is sent. Under `--read-only` there is no journal, because nothing is done. */
const beginJournal = async (
	{world}: Session,
	{
		plans,
		resumes,
	}: {plans: readonly ConfirmedPlan[]; resumes: string | undefined},
): Promise<Journal | undefined> => {
	if (world.readOnly) {
		return undefined;
	}

	const journal =
		resumes === undefined
			? await world.openJournal()
			: await world.batches.reopenJournal(resumes);
	const line: JournalLine = {
		kind: resumes === undefined ? 'batch-began' : 'batch-resumed',
		time: new Date(world.clock.now()).toISOString(),
		...world.operator,
		plans: plans.map(({registry, phrase, steps}) => ({
			registry,
			phrase,
			steps: steps.map(step => ({
				repository: step.repository,
				digest: step.digest,
				tags: step.tags,
				...(step.onlyTag === undefined ? {} : {onlyTag: step.onlyTag}),
				...(step.isLifted
					? {
							isLifted: step.isLifted,
							evidence: describeEvidence(step.evidence),
						}
					: {}),
				...(step.pulls && {
					pulls: describePullsShortly(step.pulls, step.windowDays ?? 0),
				}),
			})),
		})),
	};
	try {
		await journal.append(line);
	} catch (error) {
		await journal.close();
		throw error;
	}

	return journal;
};

/** So many uses of one digest are written down; the others are counted. */
const mostHits = 100;

/** The evidence in spite of which a digest goes, as it stands in the journal. */
const describeEvidence = (evidence: UseEvidence): Record<string, unknown> =>
	evidence.state === 'yes'
		? {
				state: evidence.state,
				needs: evidence.needs.slice(0, mostHits),
				needCount: evidence.needs.length,
				besides: evidence.besides,
			}
		: {...evidence};

/** The last line says how many steps ended in which way. Resolves to what could not be written, of this line or of one before it. */
const endBatch = async (
	{world}: Session,
	{
		journal,
		trash,
		counts,
	}: {
		journal: Journal | undefined;
		trash: Trash | undefined;
		counts: ReadonlyMap<string, number>;
	},
): Promise<Problem | undefined> => {
	try {
		await trash?.close();
		await journal?.append({
			kind: 'batch-ended',
			time: new Date(world.clock.now()).toISOString(),
			counts: Object.fromEntries(counts),
		});
		return undefined;
	} catch (error) {
		return describeProblem(error);
	} finally {
		await journal?.close();
	}
};
