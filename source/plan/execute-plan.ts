import {UserError} from '../user-error.js';
import type {DeleteReply, JournalLine} from '../world.js';
import {checkIndexes, type IndexCheck} from './check-indexes.js';
import type {ConfirmedPlan} from './confirm-plan.js';
import {
	beginRun,
	describeError,
	type Execution,
	noteRefusal,
	type Run,
} from './execution.js';
import {lookAgain} from './look-again.js';
import type {Outcome, Step, StepOutcome} from './plan.js';
import {removeTag} from './remove-tag.js';
import {type Saved, saveStep} from './save-step.js';
import {sendDelete} from './send-delete.js';

/** What happens to a step while a plan is executed. */
export type ExecutionEvent =
	| {readonly kind: 'step-began'; readonly step: Step}
	| {
			readonly kind: 'step-ended';
			readonly step: Step;
			readonly outcome: Outcome;
	  }
	/** The last event, where an index stays in a repository that was touched. */
	| ({readonly kind: 'indexes-checked'} & IndexCheck);

/**
Executes a confirmed plan step by step and yields what happens.

For each step: the facts it relied on are read again, what goes is saved, a durable journal line is written, the digest or the tag is deleted, its absence is verified, a second line is written. One
failure does not hide the others. The only caller of `deleteManifest`.
*/
export async function* executePlan(
	plan: ConfirmedPlan,
	execution: Execution,
): AsyncGenerator<ExecutionEvent, void, undefined> {
	const run = beginRun(execution, plan.steps);
	const outcomes: StepOutcome[] = [];
	for (const step of plan.steps) {
		const reason = findReasonToPass(run, step);
		if (reason) {
			outcomes.push({step, outcome: reason});
			yield {kind: 'step-ended', step, outcome: reason};
			continue;
		}

		yield {kind: 'step-began', step};
		const outcome = await executeStep(run, step);
		noteOutcome(run, step, outcome);
		outcomes.push({step, outcome});
		yield {kind: 'step-ended', step, outcome};
	}

	yield* lookAtIndexes(run, outcomes);
}

/** Safeguard 12: after the last step; nothing to tell where no index stays. */
async function* lookAtIndexes(
	run: Run,
	outcomes: readonly StepOutcome[],
): AsyncGenerator<ExecutionEvent, void, undefined> {
	const check = await checkIndexes(run, outcomes);
	if (check.asked === 0) {
		return;
	}

	try {
		await writeLine(run, {
			kind: 'indexes-checked',
			registry: run.registry.host,
			...check,
		});
	} catch {
		// The deletes are journalled; what was found is told all the same.
	}

	yield {kind: 'indexes-checked', ...check};
}

/** Milliseconds that saving may take before the step is looked at once more. */
const longestSave = 5000;

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
	{repository, digest, onlyTag}: Step,
	outcome: Outcome,
): void => {
	if (!['deleted', 'absent', 'would-delete'].includes(outcome.kind)) {
		return;
	}

	run.refusalsTogether = 0;
	if (onlyTag === undefined) {
		const gone = run.gone.get(repository) ?? new Set();
		run.gone.set(repository, gone.add(digest));
	}

	if (outcome.kind === 'deleted' && onlyTag === undefined) {
		const deleted = run.deleted.get(repository) ?? new Set();
		run.deleted.set(repository, deleted.add(digest));
	}
};

const executeStep = async (run: Run, step: Step): Promise<Outcome> => {
	try {
		const refusal = await lookAgain(run, step);
		if (refusal) {
			return refusal.kind === 'absent' && wentWithSubject(run, step)
				? await noteGone(run, step)
				: refusal;
		}

		const lookedAt = run.clock.now();
		const saved = run.trash && (await saveStep(run, step, run.trash));
		if (saved && saved.kind !== 'saved') {
			return saved;
		}

		// Layers can take minutes, in which what was looked at may change.
		const change =
			run.clock.now() - lookedAt > longestSave
				? await lookAgain(run, step)
				: undefined;
		return change ?? (await deleteAndVerify(run, step, saved));
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

const deleteAndVerify = async (
	run: Run,
	step: Step,
	kept: Saved | undefined,
): Promise<Outcome> => {
	const {repository, digest, tags, mediaType, onlyTag, isLifted} = step;
	const line = {
		registry: run.registry.host,
		repository,
		digest,
		...(onlyTag === undefined ? {} : {onlyTag}),
		...(isLifted ? {isLifted} : {}),
	};
	try {
		await writeLine(run, {
			kind: 'step-began',
			...line,
			tags,
			mediaType,
			...(kept && {saved: kept.saved}),
			...(kept && kept.notThere.length > 0 && {notThere: kept.notThere}),
		});
	} catch (error) {
		run.closed.set('', 'the journal could not be written');
		return {
			kind: 'failed',
			reason: `${describeError(error)} Nothing was deleted.`,
		};
	}

	const {outcome, reply} = await deleteOne(run, step);
	try {
		await writeLine(run, {kind: 'step-ended', ...line, outcome, ...reply});
	} catch {
		run.closed.set('', 'the journal could not be written any more');
	}

	return outcome;
};

/** Whether the registry has deleted it by our delete of what it is about. */
const wentWithSubject = (
	{deleted}: Run,
	{repository, subject}: Step,
): boolean =>
	subject !== undefined && deleted.get(repository)?.has(subject) === true;

/** It was saved with what it is about, and that line of the journal names it too. */
const noteGone = async (run: Run, step: Step): Promise<Outcome> => {
	const {repository, digest, tags, mediaType} = step;
	const outcome: Outcome = {kind: 'deleted'};
	try {
		await writeLine(run, {
			kind: 'step-ended',
			registry: run.registry.host,
			repository,
			digest,
			tags,
			mediaType,
			outcome,
		});
	} catch {
		run.closed.set('', 'the journal could not be written any more');
	}

	return outcome;
};

const writeLine = async (
	{journal, clock}: Run,
	line: JournalLine,
): Promise<void> =>
	journal?.append({...line, time: new Date(clock.now()).toISOString()});

/** What the registry answered last, for the journal. */
type Replied = {
	readonly status?: number;
	readonly requestId?: string;
};

const deleteOne = async (
	run: Run,
	step: Step,
): Promise<{readonly outcome: Outcome; readonly reply: Replied}> => {
	let reply: Replied = {};
	const note = (answer: DeleteReply): DeleteReply => {
		reply =
			answer.kind === 'accepted' || answer.kind === 'refused'
				? {
						status: answer.status,
						...(answer.requestId !== undefined && {
							requestId: answer.requestId,
						}),
					}
				: {};
		return answer;
	};

	const {registry, abort} = run;
	const {repository, digest, onlyTag} = step;
	run.touched.add(repository);
	const outcome =
		onlyTag === undefined
			? await sendDelete(run, step, {
					what: 'digest',
					send: async () =>
						note(await registry.deleteManifest(repository, digest, abort)),
					isGone: async () =>
						(await registry.resolve(repository, digest, abort)) === undefined,
				})
			: await removeTag(run, {...step, onlyTag}, note);
	return {outcome, reply};
};
