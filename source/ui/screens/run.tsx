import {Box, Text} from 'ink';
import React from 'react';
import {shortenDigest} from '../../oci/digest.js';
import type {Outcome} from '../../plan/plan.js';
import {describeTally, tallyOutcomes} from '../../plan/summarize.js';
import {describeProgress} from '../../state/select-progress.js';
import {
	alarmTextWidth,
	type OutcomeLine,
	outcomesHeight,
	outcomeTextWidth,
	selectAlarmLines,
	selectOutcomeLines,
} from '../../state/select-review.js';
import type {RunScreen, State} from '../../state/state.js';
import {formatCount} from '../../text/quantities.js';
import {makeSafe} from '../../text/safe-text.js';
import {Below} from '../components/below.js';
import {Frame} from '../components/frame.js';
import {ProblemText} from '../components/problem-text.js';
import {Table, type TableRow, type Tone} from '../components/table.js';
import {glyphs, theme} from '../theme.js';

type Name = 'sign' | 'digest' | 'place' | 'outcome';

const tones: Readonly<Record<Outcome['kind'], Tone>> = {
	deleted: 'done',
	'would-delete': 'plain',
	absent: 'dim',
	refused: 'unknown',
	failed: 'danger',
	'not-reached': 'unknown',
};

const signs: Readonly<Record<Outcome['kind'], string>> = {
	deleted: '✓',
	'would-delete': '~',
	absent: '-',
	refused: glyphs.warning,
	failed: glyphs.blocked,
	'not-reached': glyphs.warning,
};

const spokenKinds: Readonly<Record<Outcome['kind'], string>> = {
	deleted: 'deleted',
	'would-delete': 'would be deleted',
	absent: 'was gone already',
	refused: 'refused',
	failed: 'failed',
	'not-reached': 'not reached',
};

const speakLine = ({kind, step, text}: OutcomeLine): string =>
	step
		? `${spokenKinds[kind]}, digest ${shortenDigest(step.digest)}, ${[step.repository, ...step.tags].join(' ')}, ${text}`
		: text;

const describeLine = (line: OutcomeLine): TableRow<Name> => ({
	tone: tones[line.kind],
	spoken: speakLine(line),
	cells: describeCells(line),
});

const describeCells = ({
	kind,
	step,
	text,
}: OutcomeLine): TableRow<Name>['cells'] => ({
	sign: step ? signs[kind] : '',
	digest: step ? shortenDigest(step.digest) : '',
	place: step ? [step.repository, ...step.tags].join(' ') : '',
	outcome: text,
});

const chooseWidths = (columns: number): Readonly<Record<Name, number>> => {
	const outcome = outcomeTextWidth(columns);
	return {sign: 1, digest: 12, place: columns - 23 - outcome, outcome};
};

/** A batch under way, and its outcome when it has ended. */
export function Run({
	state,
	screen,
}: {
	readonly state: State;
	readonly screen: RunScreen;
}) {
	const {outcomes, total} = screen;
	const hasEnded = screen.state === 'ended';
	const height = outcomesHeight(state);
	const lines = selectOutcomeLines(
		screen,
		outcomeTextWidth(state.size.columns),
	);
	const rows = lines.slice(screen.top, screen.top + height);
	const below = lines.length - screen.top - rows.length;
	return (
		<Frame
			state={state}
			trail={[hasEnded ? 'outcome' : 'deleting', screen.registries.join(', ')]}
			totals={
				outcomes.length === 0 && !hasEnded
					? `${formatCount(total, 'step')} to go`
					: describeTally(tallyOutcomes(outcomes))
			}
			right={words[screen.state]}
		>
			<Box height={1}>
				<Bar
					columns={state.size.columns - 14}
					done={outcomes.length}
					total={total}
				/>
			</Box>
			<Box height={1}>
				<Text dimColor wrap="truncate-end">
					{makeSafe(describeCurrent(screen))}
				</Text>
			</Box>
			{selectAlarmLines(screen, alarmTextWidth(state.size.columns)).map(
				({hasSign, text}) => (
					<Text key={text} color={theme.danger} wrap="truncate-end">
						{`${hasSign ? glyphs.blocked : ' '} ${makeSafe(text)}`}
					</Text>
				),
			)}
			{screen.problem ? <ProblemText problem={screen.problem} /> : null}
			{rows.length > 0 ? (
				<Table
					widths={chooseWidths(state.size.columns)}
					rows={rows.map(row => describeLine(row))}
				/>
			) : null}
			<Below count={below} />
			<Box flexGrow={1} />
			<Text dimColor wrap="truncate-start">
				{screen.journal === '' ? '' : `journal ${makeSafe(screen.journal)}`}
			</Text>
		</Frame>
	);
}

const words: Readonly<Record<RunScreen['state'], string>> = {
	running: '',
	paused: 'paused',
	stopping: 'stopping…',
	ended: '',
};

const describeCurrent = (screen: RunScreen): string => {
	const {state, outcomes} = screen;
	if (state === 'ended') {
		return outcomes.some(({outcome}) =>
			['failed', 'refused', 'not-reached'].includes(outcome.kind),
		)
			? 'What did not go is on top and stays marked. Esc goes back to the list.'
			: 'Done. Esc goes back to the list.';
	}

	return describeProgress(screen);
};

function Bar({
	columns,
	done,
	total,
}: {
	readonly columns: number;
	readonly done: number;
	readonly total: number;
}) {
	const full = total === 0 ? columns : Math.floor((columns * done) / total);
	return (
		<Text aria-label={`${done} of ${total} done`}>
			<Text color={theme.cursor}>{'━'.repeat(full)}</Text>
			<Text dimColor>{'─'.repeat(columns - full)}</Text>
			<Text>
				{' '}
				{done}/{total}
			</Text>
		</Text>
	);
}
