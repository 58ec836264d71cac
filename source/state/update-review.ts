import {
	confirmPlan,
	isConfirmed,
	type ConfirmedPlan,
} from '../plan/confirm-plan.js';
import type {Mark} from '../world.js';
import type {Update} from './command.js';
import type {KeyMessage, WorldMessage} from './message.js';
import {
	reviewHeight,
	reviewTextWidth,
	selectReviewLines,
} from './select-review.js';
import {currentScreen, type ReviewScreen, type State} from './state.js';
import {openScreen, replaceScreen} from './trail.js';
import {eraseLast} from './update-text.js';

/** What happens on the screen that shows the plans and takes their phrases. */
export const updateReview = (
	state: State,
	message:
		| Extract<
				KeyMessage,
				{
					kind:
						| 'review-opened'
						| 'registry-skipped'
						| 'text-typed'
						| 'text-erased'
						| 'text-submitted'
						| 'cursor-moved';
				}
		  >
		| Extract<WorldMessage, {kind: 'plans-made'}>,
): Update => {
	if (message.kind === 'review-opened') {
		return openReview(state);
	}

	const screen = currentScreen(state);
	if (screen.kind !== 'review') {
		return [state, []];
	}

	switch (message.kind) {
		case 'plans-made': {
			// The answer to an earlier review is late: this one may be of other marks.
			const {marks, plans} = message;
			return marks === screen.marks
				? [replaceScreen(state, {...screen, plans, state: 'ready'}), []]
				: [state, []];
		}

		case 'cursor-moved': {
			return [scroll(state, screen, message), []];
		}

		case 'text-typed': {
			return screen.state === 'ready'
				? [changeText(state, screen, screen.typed + message.text), []]
				: [state, []];
		}

		case 'text-erased': {
			return [
				changeText(state, screen, eraseLast(screen.typed, message.all)),
				[],
			];
		}

		case 'registry-skipped': {
			return goOn(state, screen, screen.confirmed);
		}

		case 'text-submitted': {
			return submitPhrase(state, screen);
		}
	}
};

const openReview = (state: State): Update => {
	const marks = [...state.marks.values()];
	if (marks.length === 0) {
		const notice = 'Nothing is marked. Press Space on a digest that may go.';
		return [{...state, notice}, []];
	}

	return [startReview(state, marks), [{kind: 'make-plans', marks}]];
};

/** Opens a review of these marks whose plans are still being made. */
export const startReview = (state: State, marks: readonly Mark[]): State =>
	openScreen(state, {
		kind: 'review',
		state: 'reading',
		marks,
		plans: [],
		current: 0,
		confirmed: [],
		typed: '',
		problem: undefined,
		top: 0,
	});

const changeText = (state: State, screen: ReviewScreen, typed: string): State =>
	replaceScreen(state, {...screen, typed, problem: undefined});

const scroll = (
	state: State,
	screen: ReviewScreen,
	{by, direction}: {by: 'line' | 'page' | 'end'; direction: -1 | 1},
): State => {
	const plan = screen.plans[screen.current];
	const lines = plan
		? selectReviewLines(plan, reviewTextWidth(state.size.columns)).length
		: 0;
	const step =
		by === 'line' ? 1 : by === 'page' ? reviewHeight(state) : Infinity;
	const top = Math.max(0, Math.min(screen.top + direction * step, lines - 1));
	return replaceScreen(state, {...screen, top});
};

// Enter on anything but the whole phrase does nothing but say so; on an empty line it does not even say it.
const submitPhrase = (state: State, screen: ReviewScreen): Update => {
	const plan = screen.plans[screen.current];
	if (screen.state !== 'ready' || !plan || screen.typed === '') {
		return [state, []];
	}

	const result = confirmPlan(plan, screen.typed, state.now);
	return isConfirmed(result)
		? goOn(state, screen, [...screen.confirmed, result])
		: [replaceScreen(state, {...screen, problem: result.refusal}), []];
};

/** Shows the next registry's plan; after the last one executes what was confirmed. */
const goOn = (
	state: State,
	screen: ReviewScreen,
	confirmed: readonly ConfirmedPlan[],
): Update => {
	const current = screen.current + 1;
	if (current < screen.plans.length) {
		return [
			replaceScreen(state, {
				...screen,
				current,
				confirmed,
				typed: '',
				problem: undefined,
				top: 0,
			}),
			[],
		];
	}

	if (confirmed.length === 0) {
		return [
			{
				...state,
				trail: state.trail.slice(0, -1),
				notice: 'Nothing was confirmed, so nothing was sent.',
			},
			[],
		];
	}

	return [
		replaceScreen(state, {
			kind: 'run',
			state: 'running',
			registries: confirmed.map(plan => plan.registry),
			total: confirmed.reduce((sum, plan) => sum + plan.steps.length, 0),
			current: undefined,
			outcomes: [],
			journal: '',
			problem: undefined,
			top: 0,
		}),
		[{kind: 'execute-plans', plans: confirmed}],
	];
};
