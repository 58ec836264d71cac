import {shortenDigest} from '../oci/digest.js';
import type {Plan, Step} from '../plan/plan.js';
import {describePullsShortly} from '../plan/judge-pulls.js';
import {describeDepletion} from '../plan/depletion.js';
import {wrapWords} from '../text/wrap-words.js';
import {remember} from './remember.js';
import {listHeight} from './select.js';
import {selectReviewFacts, selectReviewProblem} from './select-review-foot.js';
import {currentScreen, type State} from './state.js';

/** How a line of a review is meant. */
export type ReviewTone = 'blocked' | 'warned' | 'marked' | 'taken-along';

/** A line of a review: what is left of a repository, the head of a repository, a step, or more of the step above. */
export type ReviewLine =
	| {readonly kind: 'depletion'; readonly text: string}
	| {
			readonly kind: 'repository';
			readonly name: string;
			readonly digests: number;
			readonly tags: number;
	  }
	| {
			readonly kind: 'step';
			readonly tone: ReviewTone;
			/** Only on the first line of a step. */
			readonly step: Step | undefined;
			readonly text: string;
	  };

const chooseTone = (step: Step, goes: boolean): ReviewTone => {
	if (!goes) {
		return 'blocked';
	}

	if (step.findings.length > 0) {
		return 'warned';
	}

	return step.goesWith === undefined ? 'marked' : 'taken-along';
};

const describeTagStep = ({onlyTag, findings}: Step): string =>
	[
		`the tag ${onlyTag} goes, the digest stays`,
		...findings.map(finding => finding.sentence),
	].join(' - ');

/** The evidence on pulls, where a finding does not say it already; nothing where there is no source. */
const describePulls = ({pulls, windowDays, findings}: Step): string =>
	pulls &&
	windowDays !== undefined &&
	!findings.some(({rule}) => rule === 'pulled' || rule === 'pulls-unknown')
		? `, ${describePullsShortly(pulls, windowDays)}`
		: '';

/** That it is known not to be in use; anything else is a finding. What goes along need not say it too. */
const describeUse = ({evidence, goesWith}: Step): string =>
	evidence.state === 'no' && goesWith === undefined ? ', not in use' : '';

const describeStep = (step: Step, goes: boolean): string => {
	if (step.onlyTag !== undefined && goes) {
		return describeTagStep(step);
	}

	const tags = step.tags.join(' ');
	const sentences = step.findings.map(finding => finding.sentence).join(' ');
	if (!goes) {
		return `blocked: ${sentences}${tags === '' ? '' : ` (${tags})`}`;
	}

	const names =
		step.goesWith === undefined
			? tags || 'no tag'
			: `${step.artifact === undefined ? '' : `${step.artifact}, `}goes with ${shortenDigest(step.goesWith)}${tags === '' ? '' : `, ${tags}`}`;
	const line = names + describeUse(step) + describePulls(step);
	return sentences === '' ? line : `${line} - ${sentences}`;
};

const listLines = (plan: Plan, width: number): readonly ReviewLine[] => {
	const entries = [
		...plan.blocked.map(step => ({step, goes: false})),
		...plan.steps.map(step => ({step, goes: true})),
	];
	const isAhead = ({step, goes}: {step: Step; goes: boolean}): boolean =>
		!goes || step.findings.length > 0;
	const depletions = plan.depletions.flatMap(depletion =>
		wrapWords(`! ${describeDepletion(depletion)}`, width + depletionExtra).map(
			(text): ReviewLine => ({kind: 'depletion', text}),
		),
	);
	// What is blocked or warned about comes first, and is never folded away.
	const others = [true, false].flatMap(ahead => {
		const part = entries.filter(entry => isAhead(entry) === ahead);
		const names = [...new Set(part.map(({step}) => step.repository))];
		return names.flatMap((name): ReviewLine[] => {
			const mine = part.filter(({step}) => step.repository === name);
			const going = mine.filter(({goes}) => goes);
			return [
				{
					kind: 'repository',
					name,
					digests: going.filter(({step}) => step.onlyTag === undefined).length,
					tags: going.reduce((sum, {step}) => sum + step.tags.length, 0),
				},
				...mine.flatMap(({step, goes}) =>
					wrapWords(describeStep(step, goes), width).map(
						(text, index): ReviewLine => ({
							kind: 'step',
							tone: chooseTone(step, goes),
							step: index === 0 ? step : undefined,
							text,
						}),
					),
				),
			];
		});
	});
	return [...depletions, ...others];
};

/** Cells of a line that a sentence over all columns has besides those of tags and sentences. */
const depletionExtra = 31;

const linesByWidth = remember(
	(_plan: Plan) => new Map<number, readonly ReviewLine[]>(),
);

/**
The lines of a review by repository: what is blocked first, then what carries a warning, then the rest in the order of deletion. Every tag that goes is on one of them.
@param width - Characters for tags and sentences.
*/
export const selectReviewLines = (
	plan: Plan,
	width: number,
): readonly ReviewLine[] => {
	const known = linesByWidth(plan);
	const lines = known.get(width) ?? listLines(plan, width);
	known.set(width, lines);
	return lines;
};

/** Characters that a review has for tags and sentences: the width without margins, cursor and sign, digest and size. */
export const reviewTextWidth = (columns: number): number =>
	Math.max(1, columns - 37);

/** The sentence that asks for a phrase, with the phrase in its middle. */
export const askForPhrase = (
	plan: Plan,
): readonly [before: string, phrase: string, after: string] => [
	`To ${[...plan.steps, ...plan.blocked].some(({onlyTag}) => onlyTag !== undefined) ? 'remove it' : 'delete'}, type `,
	plan.phrase,
	' and press Enter',
];

/** Lines that a review has room for above its phrase. */
export const reviewHeight = (state: State): number => {
	const screen = currentScreen(state);
	const plan =
		screen.kind === 'review' ? screen.plans[screen.current] : undefined;
	const sharedLines = Math.max(1, plan?.findings.length ?? 1);
	// The phrase is never cut; what it takes more than one line comes off the list.
	const phraseLines = plan
		? wrapWords(askForPhrase(plan).join(''), state.size.columns - 2).length
		: 1;
	const factLines = plan ? selectReviewFacts(state, plan).length : 1;
	const problemLines =
		screen.kind === 'review' ? selectReviewProblem(state, screen).length : 1;
	return Math.max(
		1,
		listHeight(state) -
			1 -
			sharedLines -
			factLines -
			phraseLines -
			problemLines,
	);
};
