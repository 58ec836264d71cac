import {Box, Text} from 'ink';
import React from 'react';
import {shortenDigest} from '../../oci/digest.js';
import type {Outcome, StepOutcome} from '../../plan/plan.js';
import {describeTally, tallyOutcomes} from '../../plan/summarize.js';
import {selectOutcomes} from '../../state/select-review.js';
import {listHeight} from '../../state/select.js';
import type {RunScreen, State} from '../../state/state.js';
import {formatCount} from '../../text/quantities.js';
import {makeSafe} from '../../text/safe-text.js';
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

const words: Readonly<Record<Outcome['kind'], string>> = {
	deleted: 'deleted',
	'would-delete': 'would be deleted; nothing was sent',
	absent: 'was gone already',
	refused: 'refused',
	failed: 'failed',
	'not-reached': 'not reached',
};

const signs: Readonly<Record<Outcome['kind'], string>> = {
	deleted: '✓',
	'would-delete': '~',
	absent: '-',
	refused: glyphs.warning,
	failed: glyphs.blocked,
	'not-reached': glyphs.warning,
};

const describeOutcome = ({step, outcome}: StepOutcome): TableRow<Name> => ({
	tone: tones[outcome.kind],
	cells: {
		sign: signs[outcome.kind],
		digest: shortenDigest(step.digest),
		place: [step.repository, ...step.tags].join(' '),
		outcome: [
			words[outcome.kind],
			...('reason' in outcome ? [outcome.reason] : []),
		].join(': '),
	},
});

const chooseWidths = (columns: number): Readonly<Record<Name, number>> => {
	const room = columns - 2 - 4 * 2 - 13;
	const repository = Math.floor(room * 0.4);
	return {
		sign: 1,
		digest: 12,
		place: repository,
		outcome: room - repository,
	};
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
	const height = Math.max(1, listHeight(state) - 5);
	const rows = selectOutcomes(screen).slice(screen.top, screen.top + height);
	const below = outcomes.length - screen.top - rows.length;
	return (
		<Frame
			state={state}
			trail={[hasEnded ? 'outcome' : 'deleting', screen.registries.join(', ')]}
			totals={describeTally(tallyOutcomes(outcomes))}
			right={hasEnded ? '' : screen.state === 'stopping' ? 'stopping…' : ''}
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
					{describeCurrent(screen)}
				</Text>
			</Box>
			{screen.problem ? <ProblemText problem={screen.problem} /> : null}
			{rows.length > 0 ? (
				<Table
					widths={chooseWidths(state.size.columns)}
					rows={rows.map(row => describeOutcome(row))}
				/>
			) : null}
			<Text dimColor>{below > 0 ? `  ↓ ${below} more` : ''}</Text>
			<Box flexGrow={1} />
			<Text dimColor wrap="truncate-start">
				{screen.journal === '' ? '' : `journal ${makeSafe(screen.journal)}`}
			</Text>
		</Frame>
	);
}

const describeCurrent = ({
	state,
	current,
	total,
	outcomes,
}: RunScreen): string => {
	if (state === 'ended') {
		return outcomes.some(({outcome}) =>
			['failed', 'refused', 'not-reached'].includes(outcome.kind),
		)
			? 'What did not go is on top and stays marked. Esc goes back to the list.'
			: 'Done. Esc goes back to the list.';
	}

	return current
		? `now ${shortenDigest(current.digest)} in ${current.repository}`
		: `${formatCount(total - outcomes.length, 'step')} left`;
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
		<Text>
			<Text color={theme.cursor}>{'━'.repeat(full)}</Text>
			<Text dimColor>{'─'.repeat(columns - full)}</Text>
			<Text>
				{' '}
				{done}/{total}
			</Text>
		</Text>
	);
}
