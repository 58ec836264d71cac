import type {IndexAlarm} from './check-indexes.js';
import type {Outcome, StepOutcome} from './plan.js';

/** How many steps ended in which way. */
export type Tally = Readonly<Record<Outcome['kind'], number>>;

/** Counts outcomes by their kind. */
export const tallyOutcomes = (
	outcomes: ReadonlyArray<Pick<StepOutcome, 'outcome'>>,
): Tally => {
	const tally = {
		deleted: 0,
		'would-delete': 0,
		absent: 0,
		refused: 0,
		failed: 0,
		'not-reached': 0,
	};
	for (const {outcome} of outcomes) {
		tally[outcome.kind]++;
	}

	return tally;
};

/** 0 all deleted or gone before, 1 something failed or was not reached or an index that stays is not known to be whole, 3 nothing failed but something was refused. */
export const chooseExitCode = (
	tally: Tally,
	alarms: readonly IndexAlarm[] = [],
): 0 | 1 | 3 =>
	tally.failed + tally['not-reached'] + alarms.length > 0
		? 1
		: tally.refused > 0
			? 3
			: 0;

const words: ReadonlyArray<readonly [Outcome['kind'], string]> = [
	['deleted', 'deleted'],
	['would-delete', 'would delete'],
	['absent', 'already gone'],
	['refused', 'refused'],
	['failed', 'failed'],
	['not-reached', 'not reached'],
];

/** For example `deleted 11, refused 1`; kinds that did not happen are left out. */
export const describeTally = (tally: Tally): string =>
	words
		.filter(([kind]) => tally[kind] > 0)
		.map(([kind, word]) => `${word} ${tally[kind]}`)
		.join(', ') || 'nothing to do';
