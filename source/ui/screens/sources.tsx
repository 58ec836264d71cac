import {Text} from 'ink';
import React from 'react';
import {listHeight, selectPosition} from '../../state/select.js';
import {
	describeAge,
	selectSourceRows,
	type SourceRow,
} from '../../state/select-sources.js';
import {selectPullSources} from '../../state/list-pull-sources.js';
import {summarizeUses} from '../../state/select-uses.js';
import type {State} from '../../state/state.js';
import {formatCount} from '../../text/quantities.js';
import {makeSafe} from '../../text/safe-text.js';
import {type Cell, type Column, Heads, Line} from '../components/columns.js';
import {Frame} from '../components/frame.js';
import {glyphs, theme} from '../theme.js';

type Name = 'cursor' | 'source' | 'state' | 'age';

const columns: Readonly<Record<Name, Column>> = {
	cursor: {title: '', width: 1, align: 'left', from: 0},
	source: {title: 'SOURCE', width: 24, align: 'left', from: 0},
	state: {title: 'WHAT IT TOLD', width: 0, align: 'left', from: 0},
	age: {title: 'READ', width: 6, align: 'right', from: 0},
};

const describeRow = (
	state: State,
	row: SourceRow,
	isCursor: boolean,
): Record<Name, Cell> => {
	const {subject, text, tone, kind, isFirst} = row;
	const {source} = subject;
	const isSource = kind === 'source' && isFirst;
	const sign = kind === 'gap' && tone === 'unknown' ? glyphs.warning : '';
	return {
		cursor: {text: isCursor ? glyphs.cursor : '', color: theme.cursor},
		source: {
			text: isSource ? makeSafe(source.name) : '',
			color: isCursor ? theme.cursor : undefined,
		},
		state: {
			text: sign === '' ? text : `${isFirst ? sign : ' '} ${text}`,
			color: tone === 'unknown' ? theme.unknown : undefined,
			dim: tone === 'dim',
		},
		age: {text: isSource ? describeAge(state, source) : '', dim: true},
	};
};

/** Who was asked what needs an image, what each told, and what could not be read. */
export function Sources({state}: {readonly state: State}) {
	const rows = selectSourceRows(state);
	const {index, top} = selectPosition(state);
	const {columns: width} = state.size;
	const {progress, reading} = state.uses;
	return (
		<Frame
			state={state}
			trail={[
				selectPullSources(state).length > 0
					? 'who needs what, and who pulls it'
					: 'who needs what',
			]}
			totals={
				rows.length === 0
					? ''
					: `${summarizeUses(state.uses)}; ${formatCount(reading.uses.length, 'use')} found`
			}
		>
			{rows.length === 0 ? (
				<Text>
					{progress.state === 'failed'
						? makeSafe(`${progress.problem.message} ${progress.problem.remedy}`)
						: progress.state === 'loading'
							? 'asking…'
							: 'No kubeconfig was found, so it is not known what runs. With one, or with --uses or --files, jetsam says who needs an image.'}
				</Text>
			) : (
				<Heads columns={columns} width={width} />
			)}
			{rows.slice(top, top + listHeight(state)).map((row, slot) => (
				<Line
					key={slot}
					columns={columns}
					width={width}
					isCursor={top + slot === index}
					cells={describeRow(state, row, top + slot === index)}
				/>
			))}
		</Frame>
	);
}
