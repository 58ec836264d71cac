import {UserError} from '../user-error.js';
import type {RepositoryReading} from '../world.js';
import {collectReading} from './collect-reading.js';
import type {Run} from './execution.js';
import {findNewPull, judgePulls} from './judge-pulls.js';
import {
	findNewUse,
	judgeUses,
	listBlocks,
	listOwnBlocks,
	listTagBlocks,
} from './judge-use.js';
import type {Finding, Outcome, Step} from './plan.js';
import {lookAtGone} from './look-at-gone.js';
import {restOnReading} from './quiet-reading.js';
import {type Recheck, recheckStep, recheckTag} from './recheck-step.js';

/*
The age of a reading counts from its beginning, because its first tag is that old. One that takes longer than it may be old is therefore made again before each step: slow, but a window that began at
its end would let a delete rest on tags that were read minutes before, and no registry tells of one that moved. With the contents known already it costs the lists and a HEAD for each tag.
*/

/** Safeguard 6: reads the facts again that a step rests on; `undefined` if it may go, else how it ends. */
export const lookAgain = async (
	run: Run,
	step: Step,
): Promise<Outcome | undefined> => {
	const {registry, abort} = run;
	const reading = await readWhatIsLeft(run, step);
	if (!reading) {
		return {kind: 'absent'};
	}

	const changed =
		(await findChangedUse(run, step, reading)) ??
		(await findChangedPulls(run, step, reading));
	// The HEADs come last, so that they are as fresh as can be.
	await lookAtGone(run, step);
	const recheck: Recheck = await (step.onlyTag === undefined
		? recheckStep(step, {
				registry,
				reading,
				gone: run.gone.get(step.repository) ?? new Set(),
				lists: run.lists,
				goingAlong: new Set(run.familyOf(step).map(({digest}) => digest)),
				signal: abort,
			})
		: recheckTag(
				{...step, onlyTag: step.onlyTag},
				{registry, reading, signal: abort},
			));
	switch (recheck.kind) {
		case 'unchanged': {
			return changed;
		}

		case 'absent': {
			return {kind: 'absent'};
		}

		case 'changed': {
			return explainChange(run, step, recheck.finding);
		}
	}
};

/** The reading that a step rests on; `undefined` where the registry knows the repository no more, which some forget with its last digest, and the digest or tag neither. */
const readWhatIsLeft = async (
	run: Run,
	step: Step,
): Promise<RepositoryReading | undefined> => {
	const {repository, digest, onlyTag} = step;
	try {
		return await restOnReading(run, step, async () =>
			readAnew(run, repository),
		);
	} catch (error) {
		if (error instanceof UserError && error.status === 404) {
			const {registry, abort} = run;
			const left = await registry.resolve(repository, onlyTag ?? digest, abort);
			if (left === undefined) {
				return undefined;
			}
		}

		throw error;
	}
};

/** What waits for a step that failed in this run has not changed: it can be tried again with it. Anything else wants a new review. */
const explainChange = (
	{failed}: Run,
	{repository, parents, about = []}: Step,
	{rule, sentence: reason}: Finding,
): Outcome => {
	const waitsFor = failed.get(repository);
	return (rule === 'child-of-index-that-stays' || rule === 'subject-stays') &&
		[...parents, ...about].some(over => waitsFor?.has(over))
		? {kind: 'failed', reason}
		: {kind: 'refused', reason};
};

/**
What a repository holds now. A digest that this run has deleted and that is listed again was pushed again, and needs its children.

Children whose index is gone are there and not listed any more: what was known of them is kept, or no use of them would be found.
*/
const readAnew = async (
	{registry, clock, abort, readings, gone}: Run,
	repository: string,
): Promise<RepositoryReading> => {
	const options = {clock, signal: abort};
	const reading = await collectReading(registry, repository, options);
	const {records} = reading;
	const deleted = gone.get(repository) ?? new Set();
	for (const digest of deleted) {
		if (records.has(digest)) {
			deleted.delete(digest);
		}
	}

	const unlisted = [...(readings.get(repository)?.records.values() ?? [])]
		.filter(({digest}) => !records.has(digest) && !deleted.has(digest))
		.map(record => [record.digest, {...record, tags: []}] as const);
	return unlisted.length === 0
		? reading
		: {...reading, records: new Map([...records, ...unlisted])};
};

/** How a step ends of which something else is known now than when it was confirmed. */
type Changed = Outcome & {readonly kind: 'refused'};

/** What has changed of its uses; that they cannot be known is a change too. */
const findChangedUse = async (
	{registry, clock, readUses, abort}: Run,
	step: Step,
	reading: RepositoryReading,
): Promise<Changed | undefined> => {
	try {
		const facts = await readUses(abort);
		const now = clock.now();
		const uses = judgeUses(facts, registry.host, {reading, now});
		const evidence = uses.evidenceOf(step.digest);
		const listUses = chooseUses(step);
		const reason = findNewUse(step, evidence, listUses);
		if (reason !== undefined) {
			return !step.isLifted && listUses(evidence).length > 0
				? {
						kind: 'refused',
						reason,
						remedy: 'There is nothing to do: it is needed.',
					}
				: {kind: 'refused', reason};
		}

		return facts.lost === undefined
			? undefined
			: {
					kind: 'refused',
					reason: `less is known of its use than before: ${facts.lost}`,
				};
	} catch (error) {
		if (abort.aborted || !(error instanceof UserError)) {
			throw error;
		}

		return {
			kind: 'refused',
			reason: `whether it is used could not be read: ${error.sentence}`,
		};
	}
};

/** What has changed of its pulls. Where the plan had no source of pulls nothing rests on them. */
const findChangedPulls = async (
	{registry, clock, readPulls, abort}: Run,
	{digest, pulls: planned, windowDays}: Step,
	reading: RepositoryReading,
): Promise<Changed | undefined> => {
	if (!planned) {
		return undefined;
	}

	try {
		const facts = await readPulls();
		if (!facts) {
			return {
				kind: 'refused',
				reason: 'there is no source of its pulls any more',
			};
		}

		const now = clock.now();
		const {evidenceOf} = judgePulls(
			{...facts, windowDays: windowDays ?? facts.windowDays},
			registry.host,
			{reading, now},
		);
		const reason = findNewPull(planned, evidenceOf(digest), now);
		return reason === undefined ? undefined : {kind: 'refused', reason};
	} catch (error) {
		if (abort.aborted || !(error instanceof UserError)) {
			throw error;
		}

		return {
			kind: 'refused',
			reason: `whether it is pulled could not be read: ${error.sentence}`,
		};
	}
};

/** The uses that bear on a step: those of its tag, its own where it goes along, else all. */
const chooseUses = ({
	onlyTag,
	goesWith,
}: Step): Parameters<typeof findNewUse>[2] => {
	if (onlyTag !== undefined) {
		return evidence => listTagBlocks(onlyTag, evidence);
	}

	return goesWith === undefined ? listBlocks : listOwnBlocks;
};
