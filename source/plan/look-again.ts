import {collectReading} from './collect-reading.js';
import type {Run} from './execution.js';
import type {Outcome, Step} from './plan.js';
import {
	oldestReading,
	type Recheck,
	recheckStep,
	recheckTag,
} from './recheck-step.js';

/** Safeguard 6: reads the facts again that a step rests on; `undefined` if it may go, else how it ends. */
export const lookAgain = async (
	run: Run,
	step: Step,
): Promise<Outcome | undefined> => {
	const recheck = await (step.onlyTag === undefined
		? recheckDigest(run, step)
		: recheckTag({...step, onlyTag: step.onlyTag}, run.registry, run.abort));
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

const recheckDigest = async (run: Run, step: Step): Promise<Recheck> => {
	const {registry, clock, abort} = run;
	const known = run.fresh.get(step.repository);
	const reading =
		known && clock.now() - known.readAt < oldestReading
			? known
			: await collectReading(registry, step.repository, {clock, signal: abort});
	run.fresh.set(step.repository, reading);
	return recheckStep(step, {
		registry,
		reading,
		gone: run.gone.get(step.repository) ?? new Set(),
		signal: abort,
	});
};
