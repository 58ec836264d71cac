import {Text} from 'ink';
import React from 'react';
import {
	type ElsewhereRow,
	selectElsewhereRows,
} from '../../state/select-elsewhere.js';
import {listHeight, selectPosition} from '../../state/select.js';
import {hasUses} from '../../state/select-uses.js';
import type {State} from '../../state/state.js';
import {formatCount} from '../../text/quantities.js';
import {makeSafe} from '../../text/safe-text.js';
import {type Cell, type Column, Heads, Line} from '../components/columns.js';
import {Frame} from '../components/frame.js';
import {glyphs, theme} from '../theme.js';

type Name = 'cursor' | 'image' | 'where' | 'count';

const narrow: Readonly<Record<Name, Column>> = {
	cursor: {title: '', width: 1, align: 'left', from: 0},
	image: {title: 'IMAGE', width: 0, align: 'left', from: 0},
	where: {title: 'NAMED BY', width: 26, align: 'left', from: 0},
	count: {title: 'PLACES', width: 6, align: 'right', from: 0},
};

const wide = {...narrow, where: {...narrow.where, width: 48}};

const describeRow = (
	{kind, name, where, count}: ElsewhereRow,
	isCursor: boolean,
): Record<Name, Cell> => ({
	cursor: {text: isCursor ? glyphs.cursor : '', color: theme.cursor},
	image: {
		text: makeSafe(name),
		color: isCursor ? theme.cursor : undefined,
		dim: kind === 'reference',
	},
	where: {text: makeSafe(where), dim: kind === 'repository'},
	count: {text: count.toLocaleString('en')},
});

/** Images that clusters and files name and that are not in the registries of the operator. */
export function Elsewhere({state}: {readonly state: State}) {
	const rows = selectElsewhereRows(state);
	const {index, top} = selectPosition(state);
	const {columns: width} = state.size;
	const columns = width < 110 ? narrow : wide;
	const repositories = rows.filter(({kind}) => kind === 'repository').length;
	return (
		<Frame
			state={state}
			trail={['images from elsewhere']}
			totals={formatCount(repositories, 'repository', 'repositories')}
		>
			{rows.length === 0 ? (
				<Text>
					{hasUses(state)
						? 'Every image that is named is in your own registries.'
						: 'Nobody was asked yet what runs; c says why.'}
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
					cells={describeRow(row, top + slot === index)}
				/>
			))}
		</Frame>
	);
}
