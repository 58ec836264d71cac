import {keyInRun, type Run} from './execution.js';
import type {Step} from './plan.js';
import {oldestReading} from './recheck-step.js';

/** Notes that a digest was seen to be gone just now. */
export const noteSeenGone = ({seenGone, clock}: Run, step: Step): void => {
	seenGone.set(keyInRun(step), clock.now());
};

/**
Safeguard 6: what this run has deleted can be pushed again by others, and without a tag no list names it. Before what is below it or about it goes, it is looked at once more where the last look is too old.
*/
export const lookAtGone = async (
	{registry, clock, abort, gone, seenGone}: Run,
	{repository, parents, about = []}: Step,
): Promise<void> => {
	const deleted = gone.get(repository);
	for (const over of new Set([...parents, ...about])) {
		const key = keyInRun({repository, digest: over});
		const seen = seenGone.get(key) ?? Number.NEGATIVE_INFINITY;
		if (deleted?.has(over) && clock.now() - seen > oldestReading) {
			const present = await registry.resolve(repository, over, abort);
			if (present === undefined) {
				seenGone.set(key, clock.now());
			} else {
				deleted.delete(over);
			}
		}
	}
};
