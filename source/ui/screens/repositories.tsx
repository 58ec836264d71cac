import {Box, Text} from 'ink';
import React from 'react';
import {
	listHeight,
	type RepositoryRow,
	selectKeys,
	selectPosition,
	selectRepositoryRows,
} from '../../state/select.js';
import {selectView} from '../../state/select-rows.js';
import {selectTotals} from '../../state/select-totals.js';
import {
	findRegistry,
	type RegistryState,
	type Screen,
	type State,
} from '../../state/state.js';
import {newestTime} from '../../state/view.js';
import {hasPulls, selectWindow} from '../../state/select-pulls.js';
import {countUsed, hasUses, selectUses} from '../../state/select-uses.js';
import {formatAge, formatBytes, formatCount} from '../../text/quantities.js';
import {makeSafe} from '../../text/safe-text.js';
import {type Cell, type Column, Heads, Line} from '../components/columns.js';
import {Frame} from '../components/frame.js';
import type {PullCells} from '../components/pull-cells.js';
import {describeRowPulls, drawPulls} from '../components/row-pulls.js';
import {WayOn} from '../components/way-on.js';
import {glyphs, theme} from '../theme.js';

type Name =
	| 'cursor'
	| 'name'
	| 'digests'
	| 'bytes'
	| 'newest'
	| keyof PullCells
	| 'used'
	| 'marked';

const never = Number.POSITIVE_INFINITY;

const columns: Readonly<Record<Name, Column>> = {
	cursor: {title: '', width: 1, align: 'left', from: 0},
	name: {title: 'REPOSITORY', width: 0, align: 'left', from: 0},
	digests: {title: 'DIGESTS', width: 9, align: 'right', from: 0},
	bytes: {title: 'SIZE', width: 10, align: 'right', from: 0},
	newest: {title: 'NEWEST', width: 6, align: 'right', from: 70},
	lastPull: {title: 'LAST PULL', width: 9, align: 'right', from: never},
	sparkline: {
		title: '',
		width: 12,
		align: 'left',
		from: never,
		isDrawing: true,
	},
	pulls: {title: '', width: 9, align: 'right', from: never},
	used: {title: 'IN USE', width: 6, align: 'right', from: 70},
	marked: {title: 'MARKED', width: 6, align: 'right', from: 0},
};

/** Cells of the screen from which on there is room for it. */
const sparklineFrom = 112;

const layouts = new Map<string, Readonly<Record<Name, Column>>>();

/** The columns; those of pulls only where there is a source of them. */
const chooseColumns = (
	windowDays: number | undefined,
	{isDrawn}: {readonly isDrawn: boolean},
): Readonly<Record<Name, Column>> => {
	if (windowDays === undefined) {
		return columns;
	}

	const key = `${windowDays} ${isDrawn}`;
	const title = `PULLS ${windowDays}d`;
	const known = layouts.get(key) ?? {
		...columns,
		newest: {...columns.newest, from: 96},
		used: {...columns.used, from: 88},
		lastPull: {...columns.lastPull, from: 0},
		sparkline: {...columns.sparkline, title, from: isDrawn ? 0 : never},
		pulls: {
			...columns.pulls,
			title: isDrawn ? '' : title,
			width: isDrawn ? 7 : Math.max(7, title.length),
			spokenTitle: `pulls in ${windowDays} days`,
			from: 0,
		},
	};
	layouts.set(key, known);
	return known;
};

const describeRow = (
	{name, repository, marked}: RepositoryRow,
	{
		isCursor,
		now,
		used,
		pulls,
	}: {
		isCursor: boolean;
		now: number;
		used: number | undefined;
		pulls: PullCells;
	},
): Record<Name, Cell> => {
	const color = isCursor ? theme.cursor : undefined;
	const {reading, records} = repository;
	const {digests, bytes} = selectTotals(records);
	const isKnown = reading.state === 'complete' || records.size > 0;
	const atLeast = reading.state === 'complete' ? '' : '≥ ';
	return {
		cursor: {text: isCursor ? glyphs.cursor : '', color},
		name: {text: makeSafe(name), color},
		digests: {
			text:
				reading.state === 'failed'
					? '?'
					: isKnown
						? atLeast + digests.toLocaleString('en')
						: '',
			color: reading.state === 'failed' ? theme.unknown : undefined,
		},
		bytes: {text: isKnown ? atLeast + formatBytes(bytes) : '', dim: true},
		newest: {
			text: formatAge(newestTime(records, now), now),
			dim: true,
		},
		...pulls,
		used: {text: used ? used.toLocaleString('en') : ''},
		marked: {text: marked > 0 ? String(marked) : '', color: theme.mark},
	};
};

/** How many of its digests something needs; nothing where nobody was asked. */
const countInUse = (
	state: State,
	host: string,
	{name, repository}: RepositoryRow,
): number | undefined =>
	hasUses(state) && repository.records.size > 0
		? countUsed(repository.records, selectUses(state, {host, repository: name}))
		: undefined;

const describeTotals = (
	registry: RegistryState | undefined,
	shown: number,
): string => {
	if (registry?.connection.state === 'loading') {
		return 'opening…';
	}

	if (shown === 0 && registry?.listing.state !== 'complete') {
		return '';
	}

	if (registry?.catalog === 'closed') {
		return shown === 0
			? 'this registry lists no repositories'
			: `${formatCount(shown, 'repository', 'repositories')} that you opened; this registry lists none`;
	}

	const loading = registry?.listing.state === 'loading' ? ' so far…' : '';
	return `${formatCount(shown, 'repository', 'repositories')}${loading}`;
};

/** Whether the list as it stands was not read to its end, or not again. */
const isBroken = (registry: RegistryState | undefined): boolean =>
	registry?.connection.state === 'failed' ||
	registry?.listing.state === 'failed';

/** The repositories of one registry. */
export function Repositories({
	state,
	screen,
}: {
	readonly state: State;
	readonly screen: Screen & {kind: 'repositories'};
}) {
	const registry = findRegistry(state, screen.host);
	const {columns: width} = state.size;
	const {index, top} = selectPosition(state);
	const rows = selectRepositoryRows(state, screen, {
		from: top,
		to: top + listHeight(state),
	});
	const count = selectKeys(state, screen).length;
	const isDrawn = width >= sparklineFrom;
	const room = {
		sparklineWidth: isDrawn ? columns.sparkline.width : 0,
		isShort: false,
	};
	const drawn = chooseColumns(
		hasPulls(state, screen.host) ? selectWindow(state) : undefined,
		{isDrawn},
	);
	return (
		<Frame
			isTruncated
			state={state}
			trail={[
				screen.host,
				...(screen.prefix === '' ? [] : [`${screen.prefix}/…`]),
			]}
			totals={describeTotals(registry, count)}
			right={count > 0 && isBroken(registry) ? 'broken off: r reads again' : ''}
		>
			{rows.length === 0 ? (
				<Emptiness
					registry={registry}
					prefix={screen.prefix}
					isFiltered={selectView(state, screen).filter !== ''}
				/>
			) : (
				<Heads columns={drawn} width={width} />
			)}
			{rows.map((row, slot) => (
				<Line
					key={slot}
					columns={drawn}
					width={width}
					isCursor={top + slot === index}
					cells={describeRow(row, {
						isCursor: top + slot === index,
						now: state.now,
						used: countInUse(state, screen.host, row),
						pulls: describeRowPulls(
							drawPulls(state, {host: screen.host, repository: row.name}, room),
							undefined,
						),
					})}
				/>
			))}
		</Frame>
	);
}

/** Why there are no rows, and what to press. */
function Emptiness({
	registry,
	prefix,
	isFiltered,
}: {
	readonly registry: RegistryState | undefined;
	readonly prefix: string;
	readonly isFiltered: boolean;
}) {
	if (isFiltered) {
		return <Text>Nothing here matches the filter. Esc clears it.</Text>;
	}

	if (registry?.connection.state === 'failed') {
		return (
			<Box flexDirection="column">
				<WayOn problem={registry.connection.problem} />
			</Box>
		);
	}

	if (registry?.listing.state === 'failed') {
		return (
			<Box flexDirection="column">
				<WayOn problem={registry.listing.problem} />
				<Text dimColor>
					Press o to type the name of a repository all the same.
				</Text>
			</Box>
		);
	}

	if (registry?.catalog === 'closed') {
		return (
			<Box flexDirection="column">
				<Text>
					{makeSafe(registry.host)} does not tell which repositories it has.
				</Text>
				<Text>
					Press <Text bold>Enter</Text> and type the name of one; what you open
					is listed here from then on.
				</Text>
				<Text dimColor>{makeSafe(registry.whyClosed)}</Text>
			</Box>
		);
	}

	// Idle, too: while it is found out what the path is that was given.
	if (registry?.listing.state !== 'complete') {
		return <Text dimColor>asking…</Text>;
	}

	return (
		<Box flexDirection="column">
			<Text>
				{prefix === ''
					? 'This registry lists no repositories. It is empty, or your login may not see them.'
					: `No repository is called ${makeSafe(prefix)}, and none lies under it.`}
			</Text>
			<Text dimColor>
				Press o to type the name of a repository, r to ask again.
			</Text>
		</Box>
	);
}
