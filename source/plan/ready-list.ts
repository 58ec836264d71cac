import type {WrittenList} from '../batch.js';
import {hashLike, parseDigest} from '../oci/digest.js';
import {decodeText} from '../oci/json.js';
import {manifestMediaTypes} from '../oci/manifest.js';
import {removeDescriptors} from '../oci/remove-descriptors.js';
import {UserError} from '../user-error.js';
import type {ServedContent} from '../contents.js';
import {describeError, type Run} from './execution.js';
import type {Outcome} from './plan.js';
import {findListDigest, type ListedStep} from './written-lists.js';

/** A list of referrers as it is and as it is to be. */
export type ReadyList = {
	readonly kind: 'ready';
	/** For the journal. */
	readonly list: WrittenList;
	readonly earlier: ServedContent;
	readonly content: ServedContent;
};

/**
Reads the list that names a step's digest, works out the list without it, and keeps the bytes of the old one in the trash. Nothing is sent.

The list is read by the digest that its tag has to mean; `lookAgain` asks whether it does. With nothing left it is an empty index: only a client that deletes the subject itself may take the tag away.
@see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#deleting-manifests
*/
export const readyList = async (
	run: Run,
	step: ListedStep,
): Promise<ReadyList | Outcome> => {
	const {registry, abort, lists} = run;
	const {tag} = step.list;
	const digest = findListDigest(lists, step);
	const earlier = await registry.readContent(
		step.repository,
		{digest, kind: 'manifest'},
		abort,
	);
	const text =
		earlier?.mediaType === manifestMediaTypes.index
			? removeDescriptors(decodeText(earlier.bytes), new Set([step.digest]))
			: undefined;
	const bytes = new TextEncoder().encode(text);
	const replacement = parseDigest(hashLike(digest, bytes));
	if (!earlier || text === undefined || !replacement) {
		return {
			kind: 'refused',
			reason: `The list of referrers ${tag} names it, and could not be read as an index that can be written anew without it.`,
		};
	}

	const {mediaType} = earlier;
	return (
		(await saveList(run, step, {
			manifests: [{digest, mediaType, tags: [tag], bytes: earlier.bytes}],
			blobs: [],
		})) ?? {
			kind: 'ready',
			list: {tag, digest, mediaType, replacement},
			earlier,
			content: {bytes, mediaType},
		}
	);
};

/** Safeguard 7 for the list; resolves to how the step ends where it cannot be kept. */
const saveList = async (
	run: Run,
	step: ListedStep,
	saved: Parameters<NonNullable<Run['trash']>['save']>[1],
): Promise<Outcome | undefined> => {
	try {
		await run.trash?.save(step, saved);
		return undefined;
	} catch (error) {
		if (!(error instanceof UserError) || run.abort.aborted) {
			throw error;
		}

		run.closed.set('', 'the trash could not be written');
		return {
			kind: 'failed',
			reason: `${describeError(error)} Nothing was deleted.`,
		};
	}
};
