import type {Digest} from '../oci/digest.js';
import {UserError} from '../user-error.js';
import type {
	Clock,
	Journal,
	JournalLine,
	Registry,
	RepositoryReading,
} from '../world.js';
import {collectReading} from './collect-reading.js';
import type {ConfirmedPlan} from './confirm-plan.js';
import type {Outcome, Step} from './plan.js';
import {oldestReading, recheckStep} from './recheck-step.js';

/** What happens to a step while a plan is executed. */
export type ExecutionEvent =
	| {readonly kind: 'step-began'; readonly step: Step}
	| {
			readonly kind: 'step-ended';
			readonly step: Step;
			readonly outcome: Outcome;
	  };

/** What an execution works with. */
export type Execution = {
	readonly registry: Registry;
	/** The readings that the plan was made from. */
	readonly readings: ReadonlyMap<string, RepositoryReading>;
	/** `undefined` only where nothing can be changed, under `--read-only`. */
	readonly journal: Journal | undefined;
	readonly clock: Clock;
	/** Ends the run after the step in flight. */
	readonly stop: AbortSignal;
	/** Breaks off the step in flight too. */
	readonly abort: AbortSignal;
};

/** After so many 401 or 403 in a row nothing more is asked of a host. */
const mostRefusalsTogether = 3;
const attempts = 3;
const looksAfterDelete = 4;

type Run = Execution & {
	readonly fresh: Map<string, RepositoryReading>;
	readonly gone: Map<string, Set<Digest>>;
	/** Repositories and, under an empty name, the host that take no more deletes, with the reason. */
	readonly closed: Map<string, string>;
	refusalsTogether: number;
};

/**
Executes a confirmed plan step by step and yields what happens.

For each step: the facts it relied on are read again, a durable journal line is written, the digest is deleted, its absence is verified, a second line is written. One
failure does not hide the others. The only caller of `deleteManifest`.
*/
export async function* executePlan(
	plan: ConfirmedPlan,
	execution: Execution,
): AsyncGenerator<ExecutionEvent, void, undefined> {
	const run: Run = {
		...execution,
		fresh: new Map(execution.readings),
		gone: new Map(),
		closed: new Map(),
		refusalsTogether: 0,
	};
	for (const step of plan.steps) {
		const reason = findReasonToPass(run, step);
		if (reason) {
			yield {kind: 'step-ended', step, outcome: reason};
			continue;
		}

		yield {kind: 'step-began', step};
		const outcome = await executeStep(run, step);
		noteOutcome(run, step, outcome);
		yield {kind: 'step-ended', step, outcome};
	}
}

const findReasonToPass = (run: Run, step: Step): Outcome | undefined => {
	const reason = run.closed.get('');
	if (reason !== undefined) {
		return {kind: 'not-reached', reason};
	}

	if (run.stop.aborted || run.abort.aborted) {
		return {kind: 'not-reached', reason: 'the run was stopped before it'};
	}

	const refusal = run.closed.get(step.repository);
	return refusal === undefined ? undefined : {kind: 'refused', reason: refusal};
};

const noteOutcome = (
	run: Run,
	{repository, digest}: Step,
	outcome: Outcome,
): void => {
	if (['deleted', 'absent', 'would-delete'].includes(outcome.kind)) {
		run.gone.set(
			repository,
			(run.gone.get(repository) ?? new Set()).add(digest),
		);
		run.refusalsTogether = 0;
	}
};

const executeStep = async (run: Run, step: Step): Promise<Outcome> => {
	try {
		const refusal = await lookAgain(run, step);
		return refusal ?? (await deleteAndVerify(run, step));
	} catch (error) {
		if (run.abort.aborted) {
			return {kind: 'failed', reason: 'broken off before anything was sent'};
		}

		if (!(error instanceof UserError)) {
			throw error;
		}

		const reason = error.sentence;
		return error.status === 401 || error.status === 403
			? noteRefusal(run, step, {scope: 'host', reason})
			: {kind: 'failed', reason};
	}
};

/*
The age of a reading counts from its beginning, because its first tag is that old. One that takes longer than it may be old is therefore made again before each step: slow, but a window that began at
its end would let a delete rest on tags that were read minutes before, and no registry tells of one that moved. With the contents known already it costs the lists and a HEAD for each tag.
*/
const lookAgain = async (
	run: Run,
	step: Step,
): Promise<Outcome | undefined> => {
	const {registry, clock, abort} = run;
	const known = run.fresh.get(step.repository);
	const reading =
		known && clock.now() - known.readAt < oldestReading
			? known
			: await collectReading(registry, step.repository, {clock, signal: abort});
	run.fresh.set(step.repository, reading);
	const recheck = await recheckStep(step, {
		registry,
		reading,
		gone: run.gone.get(step.repository) ?? new Set(),
		signal: abort,
	});
	switch (recheck.kind) {
		case 'unchanged': {
			return undefined;
		}

		case 'absent': {
			return {kind: 'absent'};
		}

		case 'changed': {
			return {kind: 'refused', reason: recheck.finding.sentence};
		}
	}
};

const deleteAndVerify = async (run: Run, step: Step): Promise<Outcome> => {
	const {registry, repository, digest, tags, mediaType} = {
		...step,
		registry: run.registry.host,
	};
	const line = {registry, repository, digest};
	try {
		await writeLine(run, {kind: 'step-began', ...line, tags, mediaType});
	} catch (error) {
		run.closed.set('', 'the journal could not be written');
		return {kind: 'failed', reason: `${describe(error)} Nothing was deleted.`};
	}

	const outcome = await deleteDigest(run, step);
	try {
		await writeLine(run, {kind: 'step-ended', ...line, outcome});
	} catch {
		run.closed.set('', 'the journal could not be written any more');
	}

	return outcome;
};

const describe = (error: unknown): string =>
	error instanceof UserError ? error.sentence : String(error);

const writeLine = async (
	{journal, clock}: Run,
	line: JournalLine,
): Promise<void> =>
	journal?.append({...line, time: new Date(clock.now()).toISOString()});

const deleteDigest = async (run: Run, step: Step): Promise<Outcome> => {
	try {
		let reason = '';
		for (let attempt = 1; attempt <= attempts; attempt++) {
			const end =
				attempt > 1 ? await lookAfterAttempt(run, step, attempt) : undefined;
			if (end) {
				return explainEnd(end, reason);
			}

			const outcome = await attemptDelete(run, step, attempt);
			if (typeof outcome === 'object') {
				return outcome;
			}

			reason = outcome;
		}

		return {kind: 'failed', reason};
	} catch (error) {
		if (!run.abort.aborted && !(error instanceof UserError)) {
			throw error;
		}

		const reason = run.abort.aborted
			? 'Broken off while its reply was awaited.'
			: describe(error);
		return {
			kind: 'failed',
			reason: `${reason} Whether the digest is gone is not known.`,
		};
	}
};

/** Waits before a further attempt and looks again, because the attempt before may have taken a minute. */
const lookAfterAttempt = async (
	run: Run,
	step: Step,
	attempt: number,
): Promise<Outcome | undefined> => {
	await run.clock.sleep(250 * 2 ** attempt, run.abort);
	return lookAgain(run, step);
};

// What is gone after an attempt without a clear reply was deleted by it.
const explainEnd = (end: Outcome, reason: string): Outcome =>
	end.kind === 'refused'
		? {
				kind: 'failed',
				reason: `${reason} It was not tried again: ${end.reason}`,
			}
		: {kind: 'deleted'};

/** How one attempt ended, or the reason to make another. */
const attemptDelete = async (
	run: Run,
	step: Step,
	attempt: number,
): Promise<Outcome | string> => {
	const reply = await run.registry.deleteManifest(
		step.repository,
		step.digest,
		run.abort,
	);
	switch (reply.kind) {
		case 'held': {
			return {kind: 'would-delete'};
		}

		case 'refused': {
			return noteRefusal(run, step, reply);
		}

		case 'absent': {
			// After an attempt whose reply was lost it was that one that deleted it.
			return {kind: attempt > 1 ? 'deleted' : 'absent'};
		}

		case 'unclear': {
			return (await isGone(run, step, 1)) ? {kind: 'deleted'} : reply.reason;
		}

		case 'accepted': {
			return (await isGone(run, step, looksAfterDelete))
				? {kind: 'deleted'}
				: {
						kind: 'failed',
						reason:
							'The registry accepted the delete, but the digest is still present.',
					};
		}
	}
};

/** Looks whether the digest is gone, so many times with growing pauses, because some registries take a moment. */
const isGone = async (
	{registry, clock, abort}: Run,
	{repository, digest}: Step,
	looks: number,
): Promise<boolean> => {
	for (let look = 1; look <= looks; look++) {
		if ((await registry.resolve(repository, digest, abort)) === undefined) {
			return true;
		}

		if (look < looks) {
			await clock.sleep(250 * 2 ** look, abort);
		}
	}

	return false;
};

/** Safeguard 11: a "no" about a repository ends it, three about the login in a row end the host. */
const noteRefusal = (
	run: Run,
	{repository}: Step,
	{scope, reason}: {scope: 'digest' | 'repository' | 'host'; reason: string},
): Outcome => {
	if (scope === 'repository') {
		run.closed.set(repository, reason);
	}

	run.refusalsTogether = scope === 'host' ? run.refusalsTogether + 1 : 0;
	if (run.refusalsTogether >= mostRefusalsTogether) {
		run.closed.set(
			'',
			`${run.registry.host} refused ${mostRefusalsTogether} times in a row: ${reason}`,
		);
	}

	return {kind: 'refused', reason};
};
