import {Box, Text} from 'ink';
import React from 'react';
import {shortenDigest} from '../../oci/digest.js';
import {describeUndo, type UndoOutcome} from '../../plan/undo.js';
import {outcomesHeight} from '../../state/select-outcome-lines.js';
import {
	selectUndoLines,
	type UndoLine,
	undoTextWidth,
} from '../../state/select-undo.js';
import type {State, UndoScreen} from '../../state/state.js';
import {formatCount} from '../../text/quantities.js';
import {Below} from '../components/below.js';
import {Frame} from '../components/frame.js';
import {ProblemText} from '../components/problem-text.js';
import {Table, type TableRow} from '../components/table.js';
import {glyphs} from '../theme.js';

type Name = 'sign' | 'digest' | 'place' | 'outcome';

const signs: Readonly<Record<UndoOutcome['kind'], string>> = {
	restored: '✓',
	'already-there': '-',
	'would-restore': '~',
	'blob-gone': glyphs.blocked,
	refused: glyphs.warning,
	failed: glyphs.blocked,
	'not-reached': glyphs.warning,
};

const describeLine = ({
	item,
	kind,
	isWarning,
	text,
}: UndoLine): TableRow<Name> => {
	const place = item ? [item.repository, ...item.tags].join(' ') : '';
	const sign =
		kind === undefined ? (isWarning ? glyphs.warning : '') : signs[kind];
	return {
		tone: isWarning ? 'unknown' : kind === 'restored' ? 'done' : 'plain',
		spoken: item
			? `digest ${shortenDigest(item.digest)}, ${place}, ${text}`
			: text,
		cells: {
			sign: item ? sign : '',
			digest: item ? shortenDigest(item.digest) : '',
			place,
			outcome: text,
		},
	};
};

const describeState = (screen: UndoScreen): string => {
	const {state, previews, results} = screen;
	switch (state) {
		case 'reading': {
			return 'Reading what is there and what is not…';
		}

		case 'ready': {
			return previews.length === 0
				? 'Nothing of this batch is left to put back.'
				: 'Nothing has been sent yet. y puts back what is shown, Esc leaves.';
		}

		case 'running':
		case 'stopping': {
			return `${formatCount(previews.length - results.length, 'digest')} left`;
		}

		case 'ended': {
			return screen.problem
				? 'Esc goes back.'
				: `${describeUndo(results)}. Esc goes back.`;
		}
	}
};

/** What an undo puts back, and its outcome when it has ended. */
export function Undo({
	state,
	screen,
}: {
	readonly state: State;
	readonly screen: UndoScreen;
}) {
	const {columns} = state.size;
	const width = undoTextWidth(columns);
	const lines = selectUndoLines(screen, width);
	const rows = lines.slice(screen.top, screen.top + outcomesHeight(state));
	return (
		<Frame
			state={state}
			trail={['undo', screen.batch]}
			totals={formatCount(screen.previews.length, 'digest')}
			right={screen.state === 'stopping' ? 'stopping…' : ''}
		>
			<Box height={1}>
				<Text dimColor wrap="truncate-end">
					{describeState(screen)}
				</Text>
			</Box>
			{screen.problem ? <ProblemText problem={screen.problem} /> : null}
			{rows.length > 0 ? (
				<Table
					widths={{
						sign: 1,
						digest: 12,
						place: columns - 23 - width,
						outcome: width,
					}}
					rows={rows.map(row => describeLine(row))}
				/>
			) : null}
			<Below count={lines.length - screen.top - rows.length} />
		</Frame>
	);
}
