import {Box, Text, useIsScreenReaderEnabled} from 'ink';
import SelectInput from 'ink-select-input';
import React from 'react';
import {listHeight, selectPosition} from '../../state/select.js';
import {type FirstRow, selectFirstRows} from '../../state/select-first.js';
import type {State} from '../../state/state.js';
import {makeSafe} from '../../text/safe-text.js';
import {formatCount} from '../../text/quantities.js';
import {Heads, Line} from '../components/columns.js';
import {
	chooseFirstColumns,
	describeAction,
	describePlace,
	type FirstColumns,
} from '../components/first-cells.js';
import {Frame} from '../components/frame.js';
import {glyphs, theme} from '../theme.js';

/** The registries that this machine knows of, and what can be done besides opening one. */
export function Registries({state}: {readonly state: State}) {
	const rows = selectFirstRows(state);
	const places = rows.filter(({kind}) => kind === 'place').length;
	const columns = chooseFirstColumns(state);
	return (
		<Frame
			isTruncated
			state={state}
			trail={['where to?']}
			totals={
				places === 0
					? ''
					: state.registries.every(({source}) => source.startsWith('demo'))
						? makeSafe(state.registries[0]?.source ?? '')
						: `${formatCount(places, 'registry', 'registries')} that this machine knows of, asked without a login`
			}
		>
			{places > 0 ? (
				<Heads columns={columns} width={state.size.columns} />
			) : state.first.isKnown ? (
				<Nothing />
			) : null}
			<Rows state={state} rows={rows} columns={columns} />
		</Frame>
	);
}

function Nothing() {
	return (
		<Box flexDirection="column" paddingBottom={1}>
			<Text>No logins were found on this machine.</Text>
			<Text dimColor>
				docker, podman, gcloud, az and aws leave them; a registry that is open
				to everybody needs none.
			</Text>
		</Box>
	);
}

type RowsProps = {
	readonly state: State;
	readonly rows: readonly FirstRow[];
	readonly columns: FirstColumns;
};

/** What is drawn, for the lines of the menu, which knows but their keys. */
const Drawn = React.createContext<RowsProps | undefined>(undefined);

/** A menu while all lines fit on the screen, with room before those that open no registry; else a list that scrolls. */
function Rows({state, rows, columns}: RowsProps) {
	const drawn = React.useMemo(
		() => ({state, rows, columns}),
		[state, rows, columns],
	);
	const {index, top} = selectPosition(state);
	const height = listHeight(state);
	if (rows.length + 3 > height) {
		return rows
			.slice(top, top + height)
			.map((row, slot) => (
				<Row
					key={slot}
					state={state}
					row={row}
					columns={columns}
					isCursor={top + slot === index}
				/>
			));
	}

	return (
		<Drawn.Provider value={drawn}>
			<SelectInput
				// It is drawn anew where the cursor moves; its own reading of keys throws at some.
				key={index}
				isFocused={false}
				items={rows.map(({key}) => ({value: key, label: key}))}
				initialIndex={index}
				itemComponent={Item}
				indicatorComponent={NoIndicator}
			/>
		</Drawn.Provider>
	);
}

// The cursor is the first column of a line.
function NoIndicator() {
	return null;
}

function Item({
	label,
	isSelected = false,
}: {
	readonly label: string;
	readonly isSelected?: boolean;
}) {
	const drawn = React.useContext(Drawn);
	const row = drawn?.rows.find(({key}) => key === label);
	if (!drawn || !row) {
		return null;
	}

	const {state, rows, columns} = drawn;
	const isFirstAction = rows.find(({kind}) => kind === 'action') === row;
	return (
		<Box
			flexGrow={1}
			flexDirection="column"
			paddingTop={isFirstAction && rows[0] !== row ? 1 : 0}
		>
			<Row state={state} row={row} columns={columns} isCursor={isSelected} />
		</Box>
	);
}

function Row({
	state,
	row,
	columns,
	isCursor,
}: {
	readonly state: State;
	readonly row: FirstRow;
	readonly columns: FirstColumns;
	readonly isCursor: boolean;
}) {
	const isRead = useIsScreenReaderEnabled();
	if (row.kind === 'place') {
		return (
			<Line
				columns={columns}
				width={state.size.columns}
				isCursor={isCursor}
				cells={describePlace(state, row, isCursor)}
			/>
		);
	}

	const {text, more} = describeAction(state, row.action);
	const color = isCursor ? {color: theme.cursor} : {};
	return (
		<Box height={1} aria-role="listitem" aria-state={{selected: isCursor}}>
			{isRead ? null : (
				<Box width={3} flexShrink={0}>
					<Text color={theme.cursor}>{isCursor ? glyphs.cursor : ''}</Text>
				</Box>
			)}
			<Text wrap="truncate-end" bold={isCursor} {...color}>
				{text}
				<Text dimColor bold={false}>
					{isRead ? ': ' : '  '}
					{more}
				</Text>
			</Text>
		</Box>
	);
}
