import {confirmPlan, isConfirmed} from '../plan/confirm-plan.js';
import type {Mark} from '../world.js';
import type {TagRemoval} from '../plan/create-tag-plan.js';
import {liftKey} from '../plan/judge-use.js';
import {shortenDigest} from '../oci/digest.js';
import type {Step} from '../plan/plan.js';
import type {Update} from './command.js';
import type {KeyMessage, WorldMessage} from './message.js';
import {askForFiles, askForPlans, takeMarkOff} from './review-marks.js';
import {moveReviewCursor} from './review-cursor.js';
import {goOn, leaveOut, submitStart, takePlans} from './review-registries.js';
import {currentScreen, type ReviewScreen, type State} from './state.js';
import {openScreen, replaceScreen} from './trail.js';
import {eraseLast} from './erase-last.js';

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
						| 'mark-taken-off'
						| 'plan-file-asked'
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
			return message.marks === screen.marks
				? takePlans(state, screen, message.plans)
				: [state, []];
		}

		case 'cursor-moved': {
			return [moveReviewCursor(state, screen, message), []];
		}

		case 'text-typed': {
			return screen.state === 'reading'
				? [state, []]
				: [changeText(state, screen, screen.typed + message.text), []];
		}

		case 'text-erased': {
			return [
				changeText(state, screen, eraseLast(screen.typed, message.all)),
				[],
			];
		}

		case 'registry-skipped': {
			return leaveOut(state, screen);
		}

		case 'mark-taken-off': {
			return takeMarkOff(state, screen);
		}

		case 'plan-file-asked': {
			return askForFiles(state, screen);
		}

		case 'text-submitted': {
			return screen.state === 'starting'
				? submitStart(state, screen)
				: submitPhrase(state, screen);
		}
	}
};

const openReview = (state: State): Update => {
	const marks = [...state.marks.values()];
	if (marks.length === 0) {
		const notice = 'Nothing is marked. Press Space on a digest that may go.';
		return [{...state, notice}, []];
	}

	return startReview(state, marks, undefined);
};

/** Opens the review of marks, or of the removal of one tag, and asks for its plans. */
export const startReview = (
	state: State,
	marks: readonly Mark[],
	removal: TagRemoval | undefined,
): Update => {
	const lifts = new Set<string>();
	return [
		openScreen(state, {
			kind: 'review',
			state: 'reading',
			marks,
			removal,
			lifts,
			plans: [],
			current: 0,
			confirmed: [],
			leftOut: [],
			cursor: undefined,
			typed: '',
			problem: undefined,
			top: 0,
		}),
		[askForPlans(state, {marks, removal, lifts})],
	];
};

const changeText = (state: State, screen: ReviewScreen, typed: string): State =>
	replaceScreen(state, {...screen, typed, problem: undefined});

// Enter on anything but the whole phrase does nothing but say so; on an empty line it does not even say it.
const submitPhrase = (state: State, screen: ReviewScreen): Update => {
	const plan = screen.plans[screen.current];
	if (screen.state !== 'ready' || !plan || screen.typed === '') {
		return [state, []];
	}

	const lift = /^lift\s+(?<name>\S+)$/.exec(screen.typed.trim())?.groups?.[
		'name'
	];
	if (lift !== undefined) {
		return liftBlock(state, screen, lift);
	}

	const result = confirmPlan(plan, screen.typed, state.now);
	return isConfirmed(result)
		? goOn(state, {...screen, confirmed: [...screen.confirmed, result]})
		: [replaceScreen(state, {...screen, problem: result.refusal}), []];
};

const isNamed = ({digest, onlyTag, repository}: Step, name: string): boolean =>
	onlyTag === undefined
		? [digest, shortenDigest(digest)].some(
				text => name === text || name === `${repository}@${text}`,
			)
		: name === onlyTag;

/** Safeguard 3: lifts the block that the use of one digest or one tag is, and asks for the plan anew. Nothing else can be lifted. */
const liftBlock = (
	state: State,
	screen: ReviewScreen,
	name: string,
): Update => {
	const found = (screen.plans[screen.current]?.blocked ?? []).filter(
		step =>
			isNamed(step, name) && step.findings.some(({rule}) => rule === 'in-use'),
	);
	const [step] = found;
	if (!step || found.length > 1) {
		const problem = step
			? `${name} is blocked in ${found.length} repositories; type lift ${step.repository}@${shortenDigest(step.digest)}`
			: `Nothing that is called ${name} is blocked by its use. Only such a block can be lifted.`;
		return [replaceScreen(state, {...screen, problem}), []];
	}

	const lifts = new Set(screen.lifts).add(
		liftKey(step.repository, step.onlyTag ?? step.digest),
	);
	const lifted: ReviewScreen = {
		...screen,
		lifts,
		typed: '',
		problem: undefined,
		state: 'reading',
	};
	return [replaceScreen(state, lifted), [askForPlans(state, lifted)]];
};
