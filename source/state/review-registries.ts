import type {ConfirmedPlan} from '../plan/confirm-plan.js';
import type {Plan} from '../plan/plan.js';
import type {Update} from './command.js';
import {
	reviewHeight,
	reviewTextWidth,
	selectReviewLines,
} from './select-review.js';
import {currentScreen, type ReviewScreen, type State} from './state.js';
import {replaceScreen} from './trail.js';

/** What starts a batch after the last registry was left out: nothing may begin by the key that leaves one out. */
export const startWord = 'start';

/** How a registry of a review was answered. */
export const answerOf = (
	{confirmed, leftOut}: ReviewScreen,
	host: string,
): 'confirmed' | 'left out' | 'open' =>
	confirmed.some(({registry}) => registry === host)
		? 'confirmed'
		: leftOut.includes(host)
			? 'left out'
			: 'open';

const findOpen = (screen: ReviewScreen): number =>
	screen.plans.findIndex(({registry}) => answerOf(screen, registry) === 'open');

const show = (
	state: State,
	screen: ReviewScreen,
	change: Partial<ReviewScreen>,
): Update => [
	replaceScreen(state, {
		...screen,
		typed: '',
		problem: undefined,
		top: 0,
		cursor: undefined,
		...change,
	}),
	[],
];

// A plan that has become shorter must not leave an empty window.
const fitReview = (state: State): State => {
	const screen = currentScreen(state);
	const plan =
		screen.kind === 'review' ? screen.plans[screen.current] : undefined;
	if (screen.kind !== 'review' || !plan) {
		return state;
	}

	const {length} = selectReviewLines(plan, reviewTextWidth(state.size.columns));
	const last = Math.max(0, length - reviewHeight(state));
	return screen.top > last
		? replaceScreen(state, {...screen, top: last})
		: state;
};

/** The plans have come, perhaps anew: what is shown stays the registry that was shown, where there is still something of it. */
export const takePlans = (
	state: State,
	screen: ReviewScreen,
	plans: readonly Plan[],
): Update => {
	const shown = screen.plans[screen.current]?.registry;
	const made: ReviewScreen = {...screen, plans, state: 'ready'};
	const current = plans.findIndex(({registry}) => registry === shown);
	if (current !== -1) {
		return [fitReview(replaceScreen(state, {...made, current})), []];
	}

	return shown === undefined
		? [replaceScreen(state, made), []]
		: askNext(state, made);
};

/** Leaves the shown registry out, or goes through those that were left out once more. */
export const leaveOut = (state: State, screen: ReviewScreen): Update => {
	if (screen.state === 'starting') {
		const again: ReviewScreen = {...screen, state: 'ready', leftOut: []};
		return show(state, again, {current: Math.max(0, findOpen(again))});
	}

	const host = screen.plans[screen.current]?.registry;
	return host === undefined
		? [state, []]
		: askNext(state, {...screen, leftOut: [...screen.leftOut, host]});
};

/** Shows the next registry that is not answered; leaves when none is confirmed, and else asks for the word that starts. */
const askNext = (state: State, screen: ReviewScreen): Update => {
	const current = findOpen(screen);
	if (current !== -1) {
		return show(state, screen, {current});
	}

	return screen.confirmed.length === 0
		? [
				{
					...state,
					trail: state.trail.slice(0, -1),
					notice: 'Nothing was confirmed, so nothing was sent.',
				},
				[],
			]
		: show(state, screen, {state: 'starting'});
};

/** After a phrase: shows the next registry that is not answered; after the last one executes what was confirmed. */
export const goOn = (state: State, screen: ReviewScreen): Update => {
	const current = findOpen(screen);
	return current === -1
		? execute(state, screen.confirmed)
		: show(state, screen, {current});
};

/** The word that starts what was confirmed, where the last registry was left out. */
export const submitStart = (state: State, screen: ReviewScreen): Update => {
	const typed = screen.typed.trim();
	if (typed === '') {
		return [state, []];
	}

	return typed === startWord
		? execute(state, screen.confirmed)
		: [
				replaceScreen(state, {
					...screen,
					problem: `To start, type exactly: ${startWord}`,
				}),
				[],
			];
};

const execute = (state: State, confirmed: readonly ConfirmedPlan[]): Update => [
	replaceScreen(state, {
		kind: 'run',
		state: 'running',
		registries: confirmed.map(plan => plan.registry),
		plans: confirmed,
		before: {exitCode: state.exitCode, farewell: state.farewell},
		total: confirmed.reduce((sum, plan) => sum + plan.steps.length, 0),
		current: undefined,
		outcomes: [],
		batch: '',
		journal: '',
		problem: undefined,
		top: 0,
	}),
	[{kind: 'execute-plans', plans: confirmed}],
];
