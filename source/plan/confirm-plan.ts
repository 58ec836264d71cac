import {planLifetime} from './create-plan.js';
import type {Plan} from './plan.js';

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

/** Whether `confirmPlan` confirmed. */
export const isConfirmed = (
	result: ConfirmedPlan | {readonly refusal: string},
): result is ConfirmedPlan => !('refusal' in result);
