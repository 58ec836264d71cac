import {planLifetime} from './create-plan.js';
import type {Plan, StepOutcome} from './plan.js';

declare const confirmed: unique symbol;

/** A plan whose phrase was typed: the only thing that `executePlan` takes, and only `confirmPlan` makes one. */
export type ConfirmedPlan = Plan & {readonly [confirmed]: true};

/**
The plan, confirmed, if `typed` is its phrase to the letter and it is not older than a day; otherwise the sentence why not.

White space around the phrase is forgiven, because a paste often brings some.
*/
export const confirmPlan = (
	plan: Plan,
	typed: string,
	now: number,
): ConfirmedPlan | {readonly refusal: string} => {
	if (plan.steps.length === 0) {
		return {
			refusal: 'Nothing in this plan can go, so there is nothing to confirm.',
		};
	}

	if (now - plan.createdAt > planLifetime) {
		return {
			refusal:
				'This plan is older than a day; go back and review the marks again.',
		};
	}

	if (typed.trim() !== plan.phrase) {
		return {refusal: `To delete, type exactly: ${plan.phrase}`};
	}

	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the one place where a plan becomes confirmed
	return plan as ConfirmedPlan;
};

/**
What is left of a confirmed plan to be tried again: exactly its steps that failed. Its phrase was typed for them, so it is not asked for again; what was refused is not among them and needs a new review.

A plan that is older than a day is not tried again, nor one in which nothing failed.
*/
export const retryFailed = (
	plan: ConfirmedPlan,
	outcomes: readonly StepOutcome[],
	now: number,
): ConfirmedPlan | {readonly refusal: string} => {
	if (now - plan.createdAt > planLifetime) {
		return {
			refusal:
				'What was confirmed is older than a day; go back and review what stays marked.',
		};
	}

	const failed = new Set(
		outcomes
			.filter(({outcome}) => outcome.kind === 'failed')
			.map(({step}) => step),
	);
	const steps = plan.steps.filter(step => failed.has(step));
	return steps.length === 0
		? {refusal: 'Nothing failed, so there is nothing to try again.'}
		: {...plan, steps};
};

/** Whether `confirmPlan` confirmed. */
export const isConfirmed = (
	result: ConfirmedPlan | {readonly refusal: string},
): result is ConfirmedPlan => !('refusal' in result);
