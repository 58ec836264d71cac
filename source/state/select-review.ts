import type {Plan, Step, StepOutcome} from '../plan/plan.js';
import {remember} from './remember.js';
import type {RunScreen} from './state.js';

/** A line of a review: a step, and whether it goes. */
export type ReviewLine = {
	readonly step: Step;
	readonly goes: boolean;
};

/** The lines of a review: what is blocked first, then what carries a warning, then the rest in the order of deletion. */
export const selectReviewLines = remember(
	(plan: Plan): readonly ReviewLine[] => {
		const isWarned = (step: Step): boolean => step.findings.length > 0;
		const going = plan.steps.map(step => ({step, goes: true}));
		return [
			...plan.blocked.map(step => ({step, goes: false})),
			...going.filter(({step}) => isWarned(step)),
			...going.filter(({step}) => !isWarned(step)),
		];
	},
);

const order = [
	'failed',
	'refused',
	'not-reached',
	'would-delete',
	'deleted',
	'absent',
];

/** The outcomes of a batch: what did not go first. */
export const selectOutcomes = (screen: RunScreen): readonly StepOutcome[] =>
	[...screen.outcomes].toSorted(
		(first, second) =>
			order.indexOf(first.outcome.kind) - order.indexOf(second.outcome.kind),
	);
