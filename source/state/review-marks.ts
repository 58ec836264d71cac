import {shortenDigest} from '../oci/digest.js';
import {liftKey} from '../plan/judge-use.js';
import type {Command, Update} from './command.js';
import {changeMap} from './layered-map.js';
import {selectNextCursor, selectReviewStep} from './review-cursor.js';
import {markKey, type ReviewScreen, type State} from './state.js';
import {replaceScreen} from './trail.js';

/** Asks for the plans of a review. */
export const askForPlans = (
	{pulls}: State,
	{marks, removal, lifts}: Pick<ReviewScreen, 'marks' | 'removal' | 'lifts'>,
): Command =>
	removal
		? {kind: 'make-tag-plan', removal, marks, lifts, pulls: pulls.choice}
		: {kind: 'make-plans', marks, lifts, pulls: pulls.choice};

const complain = (
	state: State,
	screen: ReviewScreen,
	problem: string,
): Update => [replaceScreen(state, {...screen, problem}), []];

/** Takes the mark of the step under the cursor off, and asks for the plan anew: what goes along with it, the totals and the phrase follow. */
export const takeMarkOff = (state: State, screen: ReviewScreen): Update => {
	const step = selectReviewStep(state, screen);
	if (screen.state !== 'ready' || !step) {
		return [state, []];
	}

	if (screen.removal) {
		return complain(state, screen, 'This is about one tag; Esc keeps it.');
	}

	const {registry, repository, digest, goesWith} = step;
	const isThis = (mark: (typeof screen.marks)[number]): boolean =>
		mark.registry === registry &&
		mark.repository === repository &&
		mark.digest === digest;
	if (!screen.marks.some(mark => isThis(mark))) {
		return complain(
			state,
			screen,
			goesWith === undefined
				? 'It is not marked.'
				: `It goes with ${shortenDigest(goesWith)}: take that off, and it stays too.`,
		);
	}

	const marks = screen.marks.filter(mark => !isThis(mark));
	const unmarked = {
		...state,
		marks: changeMap(
			state.marks,
			new Map([[markKey(registry, repository, digest), undefined]]),
		),
	};
	if (marks.length === 0) {
		return [
			{
				...unmarked,
				trail: state.trail.slice(0, -1),
				notice: 'Nothing is marked any more.',
			},
			[],
		];
	}

	const lifts = new Set(screen.lifts);
	lifts.delete(liftKey(repository, digest));
	const changed: ReviewScreen = {
		...screen,
		marks,
		lifts,
		cursor: selectNextCursor(state, screen),
		typed: '',
		problem: undefined,
		state: 'reading',
	};
	return [replaceScreen(unmarked, changed), [askForPlans(state, changed)]];
};
