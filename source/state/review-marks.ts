import {shortenDigest} from '../oci/digest.js';
import {liftKey} from '../plan/judge-use.js';
import type {Command, Update} from './command.js';
import {changeMap} from './layered-map.js';
import type {WorldMessage} from './message.js';
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

/** Has the plans written down that are not left out and in which something goes. */
export const askForFiles = (
	state: State,
	{state: stage, removal, plans, leftOut, marks, lifts}: ReviewScreen,
): Update => {
	const hosts = plans
		.filter(
			({registry, steps}) => steps.length > 0 && !leftOut.includes(registry),
		)
		.map(({registry}) => registry);
	const {choice: pulls} = state.pulls;
	const hasLifts = lifts.size > 0;
	return stage !== 'ready' || removal !== undefined || hosts.length === 0
		? [state, []]
		: [state, [{kind: 'write-plans', hosts, marks, pulls, hasLifts}]];
};

/** Says how the files are used, now and in the shell after jetsam has ended. */
export const tellFiles = (
	state: State,
	{files, hasLifts}: Extract<WorldMessage, {kind: 'plans-written'}>,
): Update => {
	const commands = files.map(file => `jetsam apply ${file}`);
	const [first] = commands;
	return first === undefined
		? [state, []]
		: [
				{
					...state,
					notice: `${hasLifts ? 'Without what was lifted' : 'Within a day'}: ${first}${files.length > 1 ? `, and ${files.length - 1} more` : ''}`,
					farewell: [
						...state.farewell,
						...commands.map(command => `Within a day: ${command}`),
					],
				},
				[],
			];
};

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
