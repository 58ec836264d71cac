import {UserError} from '../user-error.js';
import type {DeleteReply} from '../world.js';
import {checkIndexes, type IndexCheck} from './check-indexes.js';
import type {ConfirmedPlan} from './confirm-plan.js';
import {deleteAfterTags} from './clear-tags.js';
import {
	beginRun,
	describeError,
	type Execution,
	noteLimit,
	noteRefusal,
	type Run,
} from './execution.js';
import {noteSeenGone} from './look-at-gone.js';
import {lookAgain} from './look-again.js';
import type {Outcome, Step, StepOutcome} from './plan.js';
import {letGo} from './quiet-reading.js';
import {removeTag} from './remove-tag.js';
import {type ReadyList, readyList} from './ready-list.js';
import {runSteps} from './run-steps.js';
import {type Saved, saveStep} from './save-step.js';
import {sendDelete} from './send-delete.js';
import {takeOffList} from './take-off-list.js';
import {tellEvents} from './tell-events.js';
import {writeLine} from './write-line.js';
import {isListed} from './written-lists.js';

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
Executes a confirmed plan and yields what happens. Several steps are under way at once; those that hang together keep the plan's order.

For each step: the facts it relied on are read again, what goes is saved, a durable journal line is written, a list of referrers that stays is written anew without it, the digest or the tag is deleted, its absence is verified, a second line is written. One
failure does not hide the others. The only caller of `deleteManifest`.
*/
export async function* executePlan(
	plan: ConfirmedPlan,
	execution: Execution,
): AsyncGenerator<ExecutionEvent, void, undefined> {
	const run = beginRun(execution, plan.steps);
	const outcomes: StepOutcome[] = [];
	yield* tellEvents<ExecutionEvent>(
		async tell =>
			runSteps(run, plan.steps, {
				pass: step => findReasonToPass(run, step),
				execute: async step => executeStep(run, step),
				tellBegan: async step => tell({kind: 'step-began', step}),
				async tellEnded(step, outcome) {
					outcomes.push({step, outcome});
					await tell({kind: 'step-ended', step, outcome});
				},
			}),
		() => {
			run.closed.set('', 'the run was left before it');
		},
	);
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

const noteOutcome = (run: Run, step: Step, outcome: Outcome): void => {
	const {repository, digest, onlyTag} = step;
	if (outcome.kind === 'failed') {
		const failed = run.failed.get(repository) ?? new Set();
		run.failed.set(repository, failed.add(digest));
	}

	if (!['deleted', 'absent', 'would-delete'].includes(outcome.kind)) {
		return;
	}

	run.refusalsTogether = 0;
	if (outcome.kind !== 'absent') {
		run.trusted.add(repository);
	}

	if (onlyTag === undefined) {
		const gone = run.gone.get(repository) ?? new Set();
		run.gone.set(repository, gone.add(digest));
		noteSeenGone(run, step);
	}

	if (outcome.kind === 'deleted' && onlyTag === undefined) {
		const deleted = run.deleted.get(repository) ?? new Set();
		run.deleted.set(repository, deleted.add(digest));
	}
};

const executeStep = async (run: Run, step: Step): Promise<Outcome> => {
	try {
		const outcome = await lookSaveDelete(run, step);
		// Before anybody reads the repository again.
		noteOutcome(run, step, outcome);
		return outcome;
	} finally {
		letGo(run, step);
	}
};

const lookSaveDelete = async (run: Run, step: Step): Promise<Outcome> => {
	try {
		const refusal = await lookAgain(run, step);
		if (refusal) {
			return refusal.kind === 'absent' && wentWithSubject(run, step)
				? await noteGone(run, step)
				: refusal;
		}

		// What others were told meanwhile, such as a pull limit, is told to this one too.
		const reason = findReasonToPass(run, step);
		if (reason) {
			return reason;
		}

		const lookedAt = run.clock.now();
		const saved = run.trash && (await saveStep(run, step, run.trash));
		if (saved && saved.kind !== 'saved') {
			return saved;
		}

		const ready = isListed(step) ? await readyList(run, step) : undefined;
		if (ready && ready.kind !== 'ready') {
			return ready;
		}

		// Layers can take minutes, in which what was looked at may change.
		const change =
			run.clock.now() - lookedAt > longestSave
				? await lookAgain(run, step)
				: undefined;
		// What was under way meanwhile may have been told no.
		return (
			change ??
			findReasonToPass(run, step) ??
			(await deleteAndVerify(run, step, {saved, ready}))
		);
	} catch (error) {
		if (run.abort.aborted) {
			return {kind: 'failed', reason: 'broken off before anything was sent'};
		}

		if (!(error instanceof UserError)) {
			throw error;
		}

		noteLimit(run, error);
		const reason = error.sentence;
		return error.status === 401 || error.status === 403
			? noteRefusal(run, step, {scope: 'host', reason})
			: {kind: 'failed', reason};
	}
};

/** What was read and kept of a step before its delete. */
type Kept = {
	readonly saved: Saved | undefined;
	readonly ready: ReadyList | undefined;
};

const deleteAndVerify = async (
	run: Run,
	step: Step,
	kept: Kept,
): Promise<Outcome> => {
	const {saved, ready} = kept;
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
			...(saved && {saved: saved.saved}),
			...(saved && saved.notThere.length > 0 && {notThere: saved.notThere}),
			...(ready && {list: ready.list}),
		});
	} catch (error) {
		run.closed.set('', 'the journal could not be written');
		return {
			kind: 'failed',
			reason: `${describeError(error)} Nothing was deleted.`,
		};
	}

	const {outcome, reply} = await deleteOne(run, step, ready);
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

/** What the registry answered last, for the journal. */
type Replied = {
	readonly status?: number;
	readonly requestId?: string;
};

const deleteOne = async (
	run: Run,
	step: Step,
	ready: ReadyList | undefined,
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
	const remove = async (one: Step): Promise<Outcome> =>
		sendDelete(run, one, {
			what: 'digest',
			send: async () =>
				note(await registry.deleteManifest(repository, digest, abort)),
			isGone: async () =>
				(await registry.resolve(repository, digest, abort)) === undefined,
		});
	if (onlyTag !== undefined) {
		const outcome = await removeTag(run, {...step, onlyTag}, note);
		return {outcome, reply};
	}

	const removeWithTags = async (): Promise<Outcome> =>
		deleteAfterTags(run, step, {remove, note});
	const outcome =
		ready && isListed(step)
			? await takeOffList(run, step, {ready, remove: removeWithTags})
			: await removeWithTags();
	return {outcome, reply};
};
