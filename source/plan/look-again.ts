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
import type {Outcome, Step} from './plan.js';
import {
	oldestReading,
	type Recheck,
	recheckStep,
	recheckTag,
} from './recheck-step.js';

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
	const reading = await readFresh(run, step.repository);
	const changed =
		(await findChangedUse(run, step, reading)) ??
		(await findChangedPulls(run, step, reading));
	// The HEADs come last, so that they are as fresh as can be.
	const recheck: Recheck = await (step.onlyTag === undefined
		? recheckStep(step, {
				registry,
				reading,
				gone: run.gone.get(step.repository) ?? new Set(),
				signal: abort,
			})
		: recheckTag({...step, onlyTag: step.onlyTag}, registry, abort));
	switch (recheck.kind) {
		case 'unchanged': {
			return changed === undefined
				? undefined
				: {kind: 'refused', reason: changed};
		}

		case 'absent': {
			return {kind: 'absent'};
		}

		case 'changed': {
			return {kind: 'refused', reason: recheck.finding.sentence};
		}
	}
};

/** A reading that is young enough. Steps that need one at the same time share it, unless it is too old by then for those that did not begin it. */
const readFresh = async (
	run: Run,
	repository: string,
): Promise<RepositoryReading> => {
	const {registry, clock, abort, fresh, reading: underWay} = run;
	for (;;) {
		const known = fresh.get(repository);
		if (known && clock.now() - known.readAt < oldestReading) {
			return known;
		}

		const others = underWay.get(repository);
		if (!others) {
			break;
		}

		// Whoever began it tells why it failed.
		await others.catch(() => undefined);
	}

	const reading = collectReading(registry, repository, {clock, signal: abort});
	underWay.set(repository, reading);
	try {
		fresh.set(repository, await reading);
	} finally {
		underWay.delete(repository);
	}

	return reading;
};

/** What has changed of its uses, in a sentence; that they cannot be known is a change too. */
const findChangedUse = async (
	{registry, clock, readUses, abort}: Run,
	step: Step,
	reading: RepositoryReading,
): Promise<string | undefined> => {
	try {
		const facts = await readUses(abort);
		const now = clock.now();
		const uses = judgeUses(facts, registry.host, {reading, now});
		const evidence = uses.evidenceOf(step.digest);
		return (
			findNewUse(step, evidence, chooseUses(step)) ??
			(facts.lost === undefined
				? undefined
				: `less is known of its use than before: ${facts.lost}`)
		);
	} catch (error) {
		if (abort.aborted || !(error instanceof UserError)) {
			throw error;
		}

		return `whether it is used could not be read: ${error.sentence}`;
	}
};

/** What has changed of its pulls, in a sentence. Where the plan had no source of pulls nothing rests on them. */
const findChangedPulls = async (
	{registry, clock, readPulls, abort}: Run,
	{digest, pulls: planned, windowDays}: Step,
	reading: RepositoryReading,
): Promise<string | undefined> => {
	if (!planned) {
		return undefined;
	}

	try {
		const facts = await readPulls();
		if (!facts) {
			return 'there is no source of its pulls any more';
		}

		const now = clock.now();
		const {evidenceOf} = judgePulls(
			{...facts, windowDays: windowDays ?? facts.windowDays},
			registry.host,
			{reading, now},
		);
		return findNewPull(planned, evidenceOf(digest), now);
	} catch (error) {
		if (abort.aborted || !(error instanceof UserError)) {
			throw error;
		}

		return `whether it is pulled could not be read: ${error.sentence}`;
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
