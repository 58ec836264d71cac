import {countReads} from '../plan/execution.js';
import type {Plan} from '../plan/plan.js';
import {formatBytes, formatCount} from '../text/quantities.js';
import {wrapWords} from '../text/wrap-words.js';
import {findRegistry, type ReviewScreen, type State} from './state.js';

/** Whether a plan removes a tag and deletes no digest. */
export const removesTag = ({steps, blocked}: Plan): boolean =>
	[...steps, ...blocked].some(step => step.onlyTag !== undefined);

/** What is saved first, what that costs, how long it can be put back, and what gives the space back. */
const listFacts = (state: State, plan: Plan): readonly string[] => {
	if (plan.steps.length === 0) {
		return ['Nothing of this can go. Esc goes back to the list.'];
	}

	if (state.readOnly) {
		return [
			'Read-only: every step is checked, and nothing is sent that changes the registry.',
		];
	}

	const {capabilities} = findRegistry(state, plan.registry) ?? {};
	const cost = capabilities?.whatReadsCost;
	const reads = countReads(plan.steps);
	const costs =
		cost === undefined
			? []
			: [`Saving reads ${formatCount(reads, 'manifest')}. ${cost}`];
	if (removesTag(plan)) {
		return [
			'The digest and its other tags stay. Saved first: undo can put the tag back.',
			...costs,
		];
	}

	const saved = state.keepsBlobs
		? `Saved first, layers too: ${formatBytes(plan.savedBytes ?? plan.bytesAtMost)} at most on this machine.`
		: 'Saved first.';
	return [
		...costs,
		[
			saved,
			...(capabilities
				? [
						capabilities.undoes,
						`The space returns ${capabilities.spaceReturns}.`,
					]
				: []),
		].join(' '),
	];
};

/** The lines between the steps of a review and its phrase. */
export const selectReviewFacts = (
	state: State,
	plan: Plan,
): readonly string[] =>
	listFacts(state, plan).flatMap(sentence =>
		wrapWords(sentence, state.size.columns - 2),
	);

/** What was wrong with what was typed, whole: it may be a long phrase. One empty line where nothing was. */
export const selectReviewProblem = (
	{size: {columns}}: State,
	{problem}: ReviewScreen,
): readonly string[] =>
	problem === undefined ? [''] : wrapWords(problem, columns - 2);
