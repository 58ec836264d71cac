import {Text} from 'ink';
import React from 'react';
import {
	describeHubAttempts,
	hasForeignPulls,
	type ElsewhereRow,
} from '../../state/select-elsewhere.js';
import {selectShownElsewhere} from '../../state/filter-elsewhere.js';
import {selectView} from '../../state/select-rows.js';
import {listHeight, selectPosition} from '../../state/select.js';
import {hasUses} from '../../state/select-uses.js';
import type {State} from '../../state/state.js';
import {formatCount, formatRate} from '../../text/quantities.js';
import {makeSafe} from '../../text/safe-text.js';
import {type Cell, type Column, Heads, Line} from '../components/columns.js';
import {Frame} from '../components/frame.js';
import {glyphs, theme} from '../theme.js';

type Name =
	'cursor' | 'mark' | 'image' | 'state' | 'where' | 'attempts' | 'count';

const narrow: Readonly<Record<Name, Column>> = {
	cursor: {title: '', width: 1, align: 'left', from: 0},
	mark: {title: '', width: 1, align: 'left', from: 0},
	image: {title: 'IMAGE', width: 0, align: 'left', from: 0},
	// Only where a home is chosen.
	state: {
		title: 'STATE',
		width: 36,
		align: 'left',
		from: Number.POSITIVE_INFINITY,
	},
	where: {title: 'NAMED BY', width: 26, align: 'left', from: 0},
	// Only where some source may tell of them.
	attempts: {
		title: 'PULLS/DAY',
		width: 10,
		align: 'right',
		from: Number.POSITIVE_INFINITY,
	},
	count: {title: 'PLACES', width: 6, align: 'right', from: 0},
};

const wide = {...narrow, where: {...narrow.where, width: 48}};

/** Columns by the width, by whether some source may tell of pulls, a home is chosen, and something is marked. */
const chooseColumns = (
	width: number,
	{
		hasAttempts,
		hasHome,
		hasMarks,
		stateWidth,
	}: {
		hasAttempts: boolean;
		hasHome: boolean;
		hasMarks: boolean;
		/** Cells of the longest state. */
		stateWidth: number;
	},
): Readonly<Record<Name, Column>> => {
	const base = width < 110 ? narrow : wide;
	return {
		...base,
		mark: {...base.mark, from: hasMarks ? 0 : Number.POSITIVE_INFINITY},
		state: {
			...base.state,
			width: stateWidth,
			from: hasHome ? 0 : Number.POSITIVE_INFINITY,
		},
		// Beside the state there is room for it on a wide screen only.
		where: {
			...base.where,
			width: hasHome ? 30 : base.where.width,
			from: hasHome ? 110 : 0,
		},
		attempts: {
			...base.attempts,
			from: hasAttempts ? (hasHome ? 110 : 0) : Number.POSITIVE_INFINITY,
		},
	};
};

const stateColors: Readonly<Record<string, string | undefined>> = {
	unknown: theme.unknown,
	home: theme.done,
};

const describeRow = (
	{kind, name, where, count, attempts, isMarked, state}: ElsewhereRow,
	isCursor: boolean,
): Record<Name, Cell> => ({
	cursor: {text: isCursor ? glyphs.cursor : '', color: theme.cursor},
	mark: {text: isMarked ? glyphs.mark : '', color: theme.mark},
	state: {text: state, color: stateColors[state]},
	image: {
		text: makeSafe(name),
		color: isCursor ? theme.cursor : undefined,
		dim: kind === 'reference',
	},
	where: {text: makeSafe(where), dim: kind === 'repository'},
	attempts:
		attempts === undefined
			? {text: '?', color: theme.unknown}
			: {text: formatRate(attempts)},
	count: {text: count.toLocaleString('en')},
});

/** Images that clusters and files name and that are not in the registries of the operator. */
export function Elsewhere({state}: {readonly state: State}) {
	const rows = selectShownElsewhere(state);
	const {index, top} = selectPosition(state);
	const {columns: width} = state.size;
	const {home} = state;
	const columns = chooseColumns(width, {
		hasAttempts: hasForeignPulls(state),
		hasHome: home.map !== undefined,
		hasMarks: home.marked.size > 0,
		stateWidth: Math.max(...rows.map(row => row.state.length), 9),
	});
	const {target = '', doubt = ''} = rows[index] ?? {};
	const hub = describeHubAttempts(state);
	const isFiltered = selectView(state, {kind: 'elsewhere'}).filter !== '';
	const repositories = rows.filter(({kind}) => kind === 'repository').length;
	return (
		<Frame
			state={state}
			trail={['images from elsewhere']}
			totals={
				doubt === ''
					? [
							formatCount(repositories, 'repository', 'repositories'),
							...(home.marked.size === 0 ? [] : [`${home.marked.size} marked`]),
							...(home.text === '' ? [] : [`home ${makeSafe(home.text)}`]),
						].join(', ')
					: makeSafe(`unknown: ${doubt}`)
			}
			right={
				target === '' ? (hub ?? '') : `${glyphs.cursor} ${makeSafe(target)}`
			}
		>
			{rows.length === 0 ? (
				<Text>
					{isFiltered
						? 'Nothing here matches the filter. Esc clears it.'
						: hasUses(state)
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
