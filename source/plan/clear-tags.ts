import {UserError} from '../user-error.js';
import type {DeleteReply} from '../world.js';
import {describeError, type Run} from './execution.js';
import type {Outcome, Step} from './plan.js';
import {putTagsBack} from './put-back.js';
import {recheckTag} from './recheck-step.js';
import {sendTagDelete} from './remove-tag.js';
import {describeMovedTags, type UndoOutcome} from './undo.js';

/** What of a step's tags this run has taken. */
type Cleared = {
	/** Tags that are gone by our hand, or may be. */
	readonly removed: readonly string[];
	/** How the step ends because a tag stays; `undefined` where none does. */
	readonly end: Outcome | undefined;
};

/**
Deletes a digest. Where the registry keeps a digest that a tag means, its tags go first, each after a last look, and they are put back where the digest then stays.

The line of the journal that begins the step names all of the tags, so that they can be put back after a crash too.
@param remove - Deletes the digest of the step that it is given.
@param note - Told each reply to the removal of a tag.
*/
export const deleteAfterTags = async (
	run: Run,
	step: Step,
	{
		remove,
		note,
	}: {
		remove: (step: Step) => Promise<Outcome>;
		note: (reply: DeleteReply) => DeleteReply;
	},
): Promise<Outcome> => {
	if (!run.registry.capabilities.removesTagsFirst || step.tags.length === 0) {
		return remove(step);
	}

	const {removed, end} = await clearTags(run, step, note);
	const outcome =
		end ?? (await remove({...step, tags: [], removedTags: step.tags}));
	return removed.length > 0 &&
		(outcome.kind === 'refused' || outcome.kind === 'failed')
		? restoreTags(run, {...step, tags: removed}, outcome)
		: outcome;
};

const clearTags = async (
	run: Run,
	step: Step,
	note: (reply: DeleteReply) => DeleteReply,
): Promise<Cleared> => {
	const removed: string[] = [];
	for (const tag of step.tags) {
		const change = await findChange(run, {...step, onlyTag: tag});
		if (change) {
			return {removed, end: change};
		}

		const outcome = await sendTagDelete(run, {...step, onlyTag: tag}, note);
		if (outcome.kind === 'deleted') {
			removed.push(tag);
		} else if (outcome.kind !== 'absent') {
			// Of one that failed nobody knows whether it is gone.
			return {
				removed: outcome.kind === 'failed' ? [...removed, tag] : removed,
				end:
					'reason' in outcome
						? {
								...outcome,
								reason: `Its tag ${tag} has to go first: ${outcome.reason}`,
							}
						: outcome,
			};
		}
	}

	return {removed, end: undefined};
};

/** How the step ends where a tag does not mean its digest any more; nothing of it was sent. */
const findChange = async (
	{registry, fresh, abort}: Run,
	step: Step & {readonly onlyTag: string},
): Promise<Outcome | undefined> => {
	try {
		const recheck = await recheckTag(step, {
			registry,
			reading: fresh.get(step.repository),
			signal: abort,
		});
		return recheck.kind === 'unchanged'
			? undefined
			: {
					kind: 'refused',
					reason:
						recheck.kind === 'changed'
							? recheck.finding.sentence
							: `the tag ${step.onlyTag} is gone since the plan was made`,
				};
	} catch (error) {
		if (!abort.aborted && !(error instanceof UserError)) {
			throw error;
		}

		return {
			kind: 'failed',
			reason: abort.aborted
				? 'broken off before its tags were gone'
				: describeError(error),
		};
	}
};

/** Safeguard 8: tags that went before a digest which stays are set again, and the outcome says so. */
const restoreTags = async (
	run: Run,
	step: Step,
	outcome: Extract<Outcome, {readonly reason: string}>,
): Promise<Outcome> => {
	const {tags} = step;
	const reason = outcome.reason.replace(/[^.]$/, '$&.');
	const [names, were] =
		tags.length === 1
			? [`tag ${tags[0]}`, 'was']
			: [`tags ${tags.join(', ')}`, 'were'];
	const back = await putBackPatiently(run, step);
	if (back.kind === 'restored' || back.kind === 'already-there') {
		return {
			...outcome,
			reason: [
				`${reason} Its ${names} ${were} put back`,
				...describeMovedTags(back.moved),
			].join('; '),
		};
	}

	const why = 'reason' in back ? back.reason : 'nothing was sent.';
	return {
		kind: 'failed',
		reason: `${reason} Its ${names} ${were} removed before and could not be put back: ${why} Undoing the batch puts back what is missing.`,
	};
};

const putBackPatiently = async (
	{registry, trash, clock, abort: signal}: Run,
	step: Step,
): Promise<UndoOutcome> => {
	if (!trash) {
		return {kind: 'refused', reason: 'nothing was kept of it.'};
	}

	try {
		return await putTagsBack(
			{...step, registry: registry.host, wentAlong: false},
			{
				registry,
				trash,
				clock,
				movedTags: 'left',
				lost: new Set(),
				signal,
			},
		);
	} catch (error) {
		if (!signal.aborted && !(error instanceof UserError)) {
			throw error;
		}

		return {
			kind: 'failed',
			reason: signal.aborted ? 'the run was broken off.' : describeError(error),
		};
	}
};
