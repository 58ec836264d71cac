import {shortenDigest} from '../oci/digest.js';
import type {Plan, Step, StepOutcome} from '../plan/plan.js';
import {remember} from './remember.js';
import type {RunScreen} from './state.js';

/** How a line of a review is meant. */
export type ReviewTone = 'blocked' | 'warned' | 'marked' | 'taken-along';

/** A line of a review: the head of a repository, a step, or more of the step above. */
export type ReviewLine =
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

const describeStep = (step: Step, goes: boolean): string => {
	const tags = step.tags.join(' ');
	const sentences = step.findings.map(finding => finding.sentence).join(' ');
	if (!goes) {
		return `blocked: ${sentences}${tags === '' ? '' : ` (${tags})`}`;
	}

	const names =
		step.goesWith === undefined
			? tags || 'no tag'
			: `goes with ${shortenDigest(step.goesWith)}${tags === '' ? '' : `, ${tags}`}`;
	return sentences === '' ? names : `${names} - ${sentences}`;
};

/** Breaks a text between words into lines of so many characters; a longer word stays whole. */
const wrapWords = (text: string, width: number): string[] => {
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(' ')) {
		if (line !== '' && line.length + 1 + word.length > width) {
			lines.push(line);
			line = word;
		} else {
			line = line === '' ? word : `${line} ${word}`;
		}
	}

	return [...lines, line];
};

const listLines = (plan: Plan, width: number): readonly ReviewLine[] => {
	const entries = [
		...plan.blocked.map(step => ({step, goes: false})),
		...plan.steps.map(step => ({step, goes: true})),
	];
	const isAhead = ({step, goes}: {step: Step; goes: boolean}): boolean =>
		!goes || step.findings.length > 0;
	// What is blocked or warned about comes first, and is never folded away.
	return [true, false].flatMap(ahead => {
		const part = entries.filter(entry => isAhead(entry) === ahead);
		const names = [...new Set(part.map(({step}) => step.repository))];
		return names.flatMap((name): ReviewLine[] => {
			const mine = part.filter(({step}) => step.repository === name);
			const going = mine.filter(({goes}) => goes);
			return [
				{
					kind: 'repository',
					name,
					digests: going.length,
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
};

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

/** Characters that a review has for tags and sentences: the width without margins, sign, digest and size. */
export const reviewTextWidth = (columns: number): number => columns - 36;

const order = [
	'failed',
	'refused',
	'not-reached',
	'would-delete',
	'deleted',
	'absent',
];

/** The outcomes of a batch: what did not go first. */
export const selectOutcomes = (screen: RunScreen): readonly StepOutcome[] =>
	screen.outcomes.toSorted(
		(first, second) =>
			order.indexOf(first.outcome.kind) - order.indexOf(second.outcome.kind),
	);
