import {Box, Text} from 'ink';
import React from 'react';
import {drawPullChart} from '../../state/pull-chart.js';
import {listHeight} from '../../state/select.js';
import {
	type MarkedPlace,
	selectMarkedPlaces,
	sumMarkedPulls,
} from '../../state/select-marked-pulls.js';
import {selectWindow} from '../../state/select-pulls.js';
import type {MarkedPullsScreen, State} from '../../state/state.js';
import {chartHeight} from '../../state/update-marked-pulls.js';
import {formatCount} from '../../text/quantities.js';
import {makeSafe} from '../../text/safe-text.js';
import {type Cell, type Column, Heads, Line} from '../components/columns.js';
import {Below} from '../components/below.js';
import {Frame} from '../components/frame.js';
import type {PullCells} from '../components/pull-cells.js';
import {describeRowPulls, drawPulls} from '../components/row-pulls.js';
import {theme} from '../theme.js';

type Name = 'name' | 'marked' | keyof PullCells;

const chooseColumns = (
	columns: number,
	windowDays: number,
): Readonly<Record<Name, Column>> => ({
	name: {title: 'REPOSITORY', width: 0, align: 'left', from: 0},
	marked: {title: 'MARKED', width: 6, align: 'right', from: 0},
	lastPull: {title: 'LAST PULL', width: 9, align: 'right', from: 0},
	sparkline: {
		title: `PULLS ${windowDays}d`,
		width: Math.max(12, Math.min(60, Math.floor(columns / 3))),
		align: 'left',
		from: 0,
		isDrawing: true,
	},
	pulls: {
		title: '',
		width: 7,
		align: 'right',
		from: 0,
		spokenTitle: `pulls in ${windowDays} days`,
	},
});

const describePlace = (
	state: State,
	{host, repository, marked}: MarkedPlace,
	{sparklineWidth, showsHost}: {sparklineWidth: number; showsHost: boolean},
): Record<Name, Cell> => ({
	name: {text: makeSafe(showsHost ? `${host}/${repository}` : repository)},
	marked: {text: marked.toLocaleString('en'), color: theme.mark},
	...describeRowPulls(
		drawPulls(state, {host, repository}, {sparklineWidth, isShort: false}),
		undefined,
	),
});

/** The pulls of all repositories that have marks, charted together and each by itself. */
export function MarkedPulls({
	state,
	screen,
}: {
	readonly state: State;
	readonly screen: MarkedPullsScreen;
}) {
	const places = selectMarkedPlaces(state.marks);
	const {columns: width} = state.size;
	const columns = chooseColumns(width, selectWindow(state));
	const sum = sumMarkedPulls(state);
	const pulls = sum?.days.reduce((total, count) => total + count, 0) ?? 0;
	const height = Math.max(1, listHeight(state) - chartHeight);
	const showsHost = new Set(places.map(({host}) => host)).size > 1;
	const rows = places.slice(screen.top, screen.top + height);
	return (
		<Frame
			isTruncated
			state={state}
			trail={['pulls of what is marked']}
			totals={`${formatCount(places.length, 'repository', 'repositories')}, ${formatCount(pulls, 'pull')} in ${selectWindow(state)} days`}
		>
			<Box aria-hidden flexDirection="column" height={chartHeight}>
				{sum && pulls > 0
					? drawPullChart(sum, width - 2).map((line, slot) => (
							<Text key={slot} wrap="truncate-end">
								{line}
							</Text>
						))
					: null}
			</Box>
			<Heads columns={columns} width={width} />
			{rows.map((place, slot) => (
				<Line
					key={slot}
					columns={columns}
					width={width}
					cells={describePlace(state, place, {
						sparklineWidth: columns.sparkline.width,
						showsHost,
					})}
				/>
			))}
			<Below count={places.length - screen.top - rows.length} />
		</Frame>
	);
}
