import {isConfirmed, retryFailed} from '../plan/confirm-plan.js';
import type {StepOutcome} from '../plan/plan.js';
import type {Update} from './command.js';
import {currentScreen, type RunScreen, type State} from './state.js';
import {replaceScreen} from './trail.js';

/** Why nothing of the open batch can be tried again, in one sentence; `undefined` where something can. */
export const whyNoRetry = (state: State): string | undefined => {
	const screen = currentScreen(state);
	return screen.kind !== 'run' || screen.state !== 'ended'
		? 'The batch is under way; what fails can be tried again when it has ended.'
		: listRetries(screen, state.now).refusal;
};

/** The parts of the confirmed plans that failed, and the reason where there is none. */
const listRetries = ({plans = [], outcomes}: RunScreen, now: number) => {
	const results = plans.map(plan => retryFailed(plan, outcomes, now));
	const retries = results.filter(result => isConfirmed(result));
	const [first] = results.flatMap(result =>
		isConfirmed(result) ? [] : [result.refusal],
	);
	return {
		retries,
		refusal:
			retries.length > 0
				? undefined
				: (first ?? 'Nothing of this batch can be tried again.'),
	};
};

/** Tries again exactly the steps that failed, as a continuation of the same batch. Their phrase was typed; what was refused wants a new review. */
export const retryBatch = (state: State): Update => {
	const screen = currentScreen(state);
	if (screen.kind !== 'run' || screen.state !== 'ended') {
		return [state, []];
	}

	const {retries} = listRetries(screen, state.now);
	if (retries.length === 0) {
		return [state, []];
	}

	const isFailed = ({outcome}: StepOutcome): boolean =>
		outcome.kind === 'failed';
	const gone = screen.outcomes
		.filter(({outcome}) => ['deleted', 'absent'].includes(outcome.kind))
		.map(({step}) => step);
	return [
		replaceScreen(state, {
			...screen,
			state: 'running',
			outcomes: screen.outcomes.filter(outcome => !isFailed(outcome)),
			retried: screen.outcomes.filter(outcome => isFailed(outcome)),
			problem: undefined,
			top: 0,
		}),
		[
			{
				kind: 'execute-plans',
				plans: retries,
				retry: {batch: screen.batch, gone},
			},
		],
	];
};
