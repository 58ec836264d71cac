import type {Digest} from '../oci/digest.js';
import {UserError} from '../user-error.js';
import type {PutReply, ServedContent} from '../contents.js';
import {sendManifest} from '../push/send-manifest.js';
import {describeError, type Run} from './execution.js';
import type {Outcome} from './plan.js';
import type {ReadyList} from './ready-list.js';
import {writeLine} from './write-line.js';
import {type ListedStep, noteList} from './written-lists.js';

const looksAfterPut = 4;

/**
Deletes a digest only after the list of referrers that names it stands anew without it. Where the registry then says no to the delete, the old list is put back.
@param remove - Sends the delete.
*/
export const takeOffList = async (
	run: Run,
	step: ListedStep,
	{ready, remove}: {ready: ReadyList; remove: () => Promise<Outcome>},
): Promise<Outcome> => {
	const end =
		(await writeList(run, step, ready)) ??
		(await noteWritten(run, step, ready));
	if (end) {
		return end;
	}

	const outcome = await remove();
	const {tag} = ready.list;
	switch (outcome.kind) {
		case 'refused': {
			const isBack = await putListBack(run, step, ready);
			return {
				kind: 'refused',
				reason: `${outcome.reason} ${isBack ? `The list of referrers ${tag} was put back.` : `The list of referrers ${tag} does not name it any more; jetsam undo puts it back.`}`,
			};
		}

		case 'failed': {
			return {
				kind: 'failed',
				reason: `${outcome.reason} The list of referrers ${tag} does not name it any more; jetsam undo puts it back.`,
			};
		}

		default: {
			return outcome;
		}
	}
};

/**
Puts the new list under its tag, and believes it only after reading it back. Resolves to how the step ends where the digest has to stay; `undefined` where the new list stands.

An unclear reply is not tried again: others may have written the list by then, and would lose what they wrote.
*/
const writeList = async (
	run: Run,
	step: ListedStep,
	{list: {tag, digest, replacement}, content}: ReadyList,
): Promise<Outcome | undefined> => {
	try {
		// Saving took a moment, in which others may have written it.
		if ((await resolveList(run, step)) !== digest) {
			return {
				kind: 'refused',
				reason: `somebody else has changed the list of referrers ${tag}, so it was not written anew`,
			};
		}

		const end = explainReply(await putList(run, step, content), tag);
		if (end) {
			return end;
		}

		const stands = await standsSoon(run, step, replacement);
		noteList(run.lists, step, replacement);
		return stands
			? undefined
			: {
					kind: 'failed',
					reason: `The registry took the list of referrers ${tag} without it, but does not hand it out, so nothing was deleted.`,
				};
	} catch (error) {
		if (!run.abort.aborted && !(error instanceof UserError)) {
			throw error;
		}

		const reason = run.abort.aborted ? 'Broken off.' : describeError(error);
		return {
			kind: 'failed',
			reason: `${reason} Whether the list of referrers ${tag} was written anew is not known; nothing was deleted.`,
		};
	}
};

/** Resolves to how the step ends where the line cannot be written. */
const noteWritten = async (
	run: Run,
	{repository, digest}: ListedStep,
	{list}: ReadyList,
): Promise<Outcome | undefined> => {
	try {
		const place = {registry: run.registry.host, repository, digest};
		await writeLine(run, {kind: 'list-written', ...place, list});
		return undefined;
	} catch (error) {
		run.closed.set('', 'the journal could not be written any more');
		return {
			kind: 'failed',
			reason: `${describeError(error)} The list of referrers ${list.tag} was written anew; nothing was deleted.`,
		};
	}
};

/** Whether the list is back that was there before, and the registry hands it out. What others have written meanwhile stays. */
const putListBack = async (
	run: Run,
	step: ListedStep,
	{list: {digest, replacement, ...list}, earlier}: ReadyList,
): Promise<boolean> => {
	try {
		if ((await resolveList(run, step)) !== replacement) {
			return false;
		}

		const reply = await putList(run, step, earlier);
		if (reply.kind !== 'accepted' || !(await standsSoon(run, step, digest))) {
			return false;
		}

		noteList(run.lists, step, digest);
		await writeLine(run, {
			kind: 'list-put-back',
			registry: run.registry.host,
			repository: step.repository,
			digest: step.digest,
			list: {...list, digest, replacement},
		});
		return true;
	} catch (error) {
		if (!run.abort.aborted && !(error instanceof UserError)) {
			throw error;
		}

		return false;
	}
};

const resolveList = async (
	{registry, abort}: Run,
	{repository, list: {tag}}: ListedStep,
): Promise<Digest | undefined> => registry.resolve(repository, tag, abort);

const putList = async (
	{registry, abort: signal}: Run,
	{repository, list: {tag: reference}}: ListedStep,
	content: ServedContent,
): Promise<PutReply> =>
	sendManifest(registry, {repository, reference}, {content, signal});

/** How a reply ends the step; `undefined` where the registry took the list. */
const explainReply = (reply: PutReply, tag: string): Outcome | undefined => {
	switch (reply.kind) {
		case 'accepted': {
			return undefined;
		}

		case 'held': {
			return {kind: 'would-delete'};
		}

		case 'refused': {
			return {
				kind: 'refused',
				reason: `The list of referrers ${tag} could not be written anew: ${reply.reason}. Nothing was deleted.`,
			};
		}

		case 'unclear': {
			return {
				kind: 'failed',
				reason: `${reply.reason} Whether the list of referrers ${tag} was written anew is not known; nothing was deleted.`,
			};
		}
	}
};

/** Whether the tag means a list and the registry hands it out, looked at so many times with growing pauses, because some registries take a moment. */
const standsSoon = async (
	run: Run,
	step: ListedStep,
	digest: Digest,
): Promise<boolean> => {
	const {registry, clock, abort} = run;
	for (let look = 1; look <= looksAfterPut; look++) {
		if (
			(await resolveList(run, step)) === digest &&
			(await registry.readContent(
				step.repository,
				{digest, kind: 'manifest'},
				abort,
			))
		) {
			return true;
		}

		if (look < looksAfterPut) {
			await clock.sleep(250 * 2 ** look, abort);
		}
	}

	return false;
};
