import type {DeleteReply} from '../world.js';
import {describeError, type Run} from './execution.js';
import type {Outcome, Step} from './plan.js';
import {sendDelete} from './send-delete.js';

/**
Removes a tag and looks whether its digest is still there. The only caller of `deleteTag`.

A registry that is not known to be able to is never asked: some delete the digest with all its tags.
@param note - Told each reply.
*/
export const removeTag = async (
	run: Run,
	step: Step & {readonly onlyTag: string},
	note: (reply: DeleteReply) => DeleteReply,
): Promise<Outcome> => {
	const outcome = await sendTagDelete(run, step, note);
	return outcome.kind === 'deleted' ? checkDigest(run, step) : outcome;
};

/** Removes a tag and looks whether it is gone; what became of its digest is not asked. */
export const sendTagDelete = async (
	run: Run,
	step: Step & {readonly onlyTag: string},
	note: (reply: DeleteReply) => DeleteReply,
): Promise<Outcome> => {
	const {registry, abort} = run;
	const {repository, onlyTag} = step;
	const {whyNoTagRemoval} = registry.capabilities;
	if (whyNoTagRemoval !== undefined) {
		return {kind: 'refused', reason: whyNoTagRemoval};
	}

	return sendDelete(run, step, {
		what: 'tag',
		send: async () =>
			note(await registry.deleteTag(repository, onlyTag, abort)),
		isGone: async () =>
			(await registry.resolve(repository, onlyTag, abort)) === undefined,
	});
};

/** What is true of the digest now that its tag is gone. */
const checkDigest = async (
	{registry, abort}: Run,
	{repository, digest}: Step,
): Promise<Outcome> => {
	try {
		const present = await registry.resolve(repository, digest, abort);
		return present === undefined
			? {
					kind: 'failed',
					reason:
						'The registry deleted the digest together with its tag. Do not remove tags there; its kind in the settings is wrong.',
				}
			: {kind: 'deleted'};
	} catch (error) {
		return {
			kind: 'failed',
			reason: `The tag is gone; whether its digest is still there could not be read: ${describeError(error)}`,
		};
	}
};
