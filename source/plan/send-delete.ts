import {UserError} from '../user-error.js';
import type {DeleteReply} from '../world.js';
import {describeError, noteRefusal, type Run} from './execution.js';
import {lookAgain} from './look-again.js';
import type {Outcome, Step} from './plan.js';

/** One delete, of a digest or of a tag. */
export type Deletion = {
	/** `digest` or `tag`, for sentences. */
	readonly what: string;
	readonly send: () => Promise<DeleteReply>;
	readonly isGone: () => Promise<boolean>;
};

const attempts = 3;
const looksAfterDelete = 4;
/** About four minutes with the pauses between them. */
const looksAfterLateDelete = 10;

/** Sends a delete, again where its reply is unclear, each time after a new look; believes it only when what was to go is gone. */
export const sendDelete = async (
	run: Run,
	step: Step,
	deletion: Deletion,
): Promise<Outcome> => {
	try {
		let reason = '';
		for (let attempt = 1; attempt <= attempts; attempt++) {
			const end =
				attempt > 1 ? await lookAfterAttempt(run, step, attempt) : undefined;
			if (end) {
				return explainEnd(end, reason);
			}

			const outcome = await attemptDelete(run, step, {...deletion, attempt});
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
			: describeError(error);
		return {
			kind: 'failed',
			reason: `${reason} Whether the ${deletion.what} is gone is not known.`,
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
	{what, send, isGone, attempt}: Deletion & {attempt: number},
): Promise<Outcome | string> => {
	const reply = await send();
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
			return (await looksGone(run, isGone, 1))
				? {kind: 'deleted'}
				: reply.reason;
		}

		case 'accepted': {
			const {isLate = false} = reply;
			const looks = isLate ? looksAfterLateDelete : looksAfterDelete;
			return (await looksGone(run, isGone, looks))
				? {kind: 'deleted'}
				: {
						kind: 'failed',
						reason: isLate
							? `The registry accepted the delete to do it later, and the ${what} is still present. Look again before you try again: it may yet go.`
							: `The registry accepted the delete, but the ${what} is still present.`,
					};
		}
	}
};

/** Looks whether it is gone, so many times with growing pauses, because some registries take a moment. */
const looksGone = async (
	{clock, abort}: Run,
	isGone: () => Promise<boolean>,
	looks: number,
): Promise<boolean> => {
	for (let look = 1; look <= looks; look++) {
		if (await isGone()) {
			return true;
		}

		if (look < looks) {
			await clock.sleep(250 * 2 ** look, abort);
		}
	}

	return false;
};
