import type {Outcome, Step, StepOutcome} from '../plan/plan.js';
import {wrapWords} from '../text/wrap-words.js';
import {rememberLast} from './remember.js';
import {listHeight} from './select.js';
import type {RunScreen, State} from './state.js';

/** Lines that the outcomes of a batch have room for. */
export const outcomesHeight = (state: State): number => {
	const screen = state.trail.find(open => open.kind === 'run');
	const alarms = screen
		? selectAlarmLines(screen, alarmTextWidth(state.size.columns)).length
		: 0;
	return Math.max(1, listHeight(state) - 5 - alarms);
};

/** Characters that an alarm has: the width without margins and sign. */
export const alarmTextWidth = (columns: number): number =>
	Math.max(1, columns - 8);

/** A line of the outcomes of a batch: a step and how it ended, or more of the reason above. */
export type OutcomeLine = {
	readonly kind: Outcome['kind'];
	/** Only on the first line of a step. */
	readonly step: Step | undefined;
	readonly text: string;
};

const words: Readonly<Record<Outcome['kind'], string>> = {
	deleted: 'deleted',
	'would-delete': 'would be deleted; nothing was sent',
	absent: 'was gone already',
	refused: 'refused',
	failed: 'failed',
	'not-reached': 'not reached',
};

const reasonOf = (outcome: Outcome | undefined): string | undefined =>
	outcome && 'reason' in outcome ? outcome.reason : undefined;

const reviewAnew = 'Esc, then d reviews it anew.';

/** One sentence on what the operator can do about a step that did not go. */
const adviseOn = (outcome: Outcome): string => {
	switch (outcome.kind) {
		case 'failed': {
			return 'Press r to try it again.';
		}

		case 'refused': {
			return outcome.remedy ?? reviewAnew;
		}

		case 'not-reached': {
			return reviewAnew;
		}

		default: {
			return '';
		}
	}
};

// A reason is said in full, and once: where it holds for many steps, it would push all else off the screen.
const describeReason = (
	outcome: Outcome,
	reason: string,
	above: Outcome | undefined,
): string =>
	above?.kind === outcome.kind && reasonOf(above) === reason
		? `${words[outcome.kind]}, as above`
		: `${words[outcome.kind]}: ${endSentence(reason)} ${adviseOn(outcome)}`;

const endSentence = (text: string): string =>
	/[!.?]$/.test(text) ? text : `${text}.`;

/** What did not go comes first. */
const order: ReadonlyArray<Outcome['kind']> = [
	'failed',
	'refused',
	'not-reached',
	'would-delete',
	'deleted',
	'absent',
];

const listLines = (
	outcomes: readonly StepOutcome[],
	width: number,
): readonly OutcomeLine[] => {
	const lines: OutcomeLine[] = [];
	for (const kind of order) {
		const plain = wrapWords(words[kind], width);
		let above: Outcome | undefined;
		for (const {step, outcome} of outcomes) {
			if (outcome.kind !== kind) {
				continue;
			}

			const reason = reasonOf(outcome);
			const texts =
				reason === undefined
					? plain
					: wrapWords(describeReason(outcome, reason, above), width);
			above = outcome;
			for (const [index, text] of texts.entries()) {
				lines.push({kind, step: index === 0 ? step : undefined, text});
			}
		}
	}

	return lines;
};

const linesOf = rememberLast(listLines);

/**
The outcomes of a batch, what did not go first.
@param width - Characters for outcomes and their reasons.
*/
export const selectOutcomeLines = (
	{outcomes}: RunScreen,
	width: number,
): readonly OutcomeLine[] => linesOf(outcomes, width);

/** Safeguard 12: what is amiss with the indexes that stay, as lines of that width; only the first line of each has a sign. */
export const selectAlarmLines = (
	{alarms = []}: RunScreen,
	width: number,
): ReadonlyArray<{readonly hasSign: boolean; readonly text: string}> => {
	const more = alarms.length - mostAlarms;
	return [
		...alarms.slice(0, mostAlarms).map(({sentence}) => sentence),
		...(more > 0 ? [`${more} more; all of them are in the journal.`] : []),
	].flatMap(sentence =>
		wrapWords(sentence, width).map((text, index) => ({
			hasSign: index === 0,
			text,
		})),
	);
};

/** So many alarms are drawn; they lie over the outcomes. */
const mostAlarms = 3;

/** Characters that the outcomes of a batch have for places, and for what came of them: the width without margins, sign and digest, shared. */
export const outcomeTextWidth = (columns: number): number =>
	Math.max(1, Math.ceil((columns - 23) / 2));
