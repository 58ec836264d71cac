import {Box, Text, useIsScreenReaderEnabled} from 'ink';
import React from 'react';
import {namesOf} from '../names-of.js';
import {speakCell} from '../spoken.js';

/** A column of a list. */
export type Column = {
	readonly title: string;
	/** Cells; 0 for the one column that takes what is left. */
	readonly width: number;
	readonly align: 'left' | 'right';
	/** The column is left out on terminals that are narrower. */
	readonly from: number;
	/** A drawing, of which the column beside it says the same in words: nothing for a screen reader. */
	readonly isDrawing?: boolean;
	/** What a screen reader says where there is a sign in the column. */
	readonly spoken?: string;
	/** What a screen reader says for the title, where that is another. */
	readonly spokenTitle?: string;
};

/** A text in a column, and how it is drawn. */
export type Cell = {
	readonly text: string;
	readonly color?: string | undefined;
	readonly dim?: boolean;
};

/** The columns that a terminal of this width has room for. */
export const fitColumns = <Name extends string>(
	columns: Readonly<Record<Name, Column>>,
	width: number,
): Name[] => namesOf(columns).filter(name => columns[name].from <= width);

type LineProps<Name extends string> = {
	readonly columns: Readonly<Record<Name, Column>>;
	readonly width: number;
	readonly cells: Readonly<Record<Name, Cell>>;
	readonly isCursor?: boolean;
};

const isSameCell = (first: Cell, second: Cell): boolean =>
	first === second ||
	(first.text === second.text &&
		first.color === second.color &&
		(first.dim ?? false) === (second.dim ?? false));

/** Whether two lines are drawn the same; then React need not look into the second. */
export const isSameLine = <Name extends string>(
	first: LineProps<Name>,
	second: LineProps<Name>,
): boolean =>
	first.columns === second.columns &&
	first.width === second.width &&
	(first.isCursor ?? false) === (second.isCursor ?? false) &&
	namesOf(first.columns).every(name =>
		isSameCell(first.cells[name], second.cells[name]),
	);

/** One line of a list: a box of fixed width for each cell, because written characters are what a frame costs, spaces too. */
export const Line =
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- React forgets the type of the names
	React.memo(DrawnLine, isSameLine) as unknown as typeof DrawnLine;

function DrawnLine<Name extends string>({
	columns,
	width,
	cells,
	isCursor = false,
}: LineProps<Name>) {
	if (useIsScreenReaderEnabled()) {
		return (
			<Box aria-role="listitem" aria-state={{selected: isCursor}}>
				<Text>{speakLine(columns, width, cells)}</Text>
			</Box>
		);
	}

	return (
		<Box height={1}>
			{fitColumns(columns, width).map(name => {
				const column = columns[name];
				const {text, color, dim = false} = cells[name];
				const isDim = dim && !isCursor;
				return (
					<Box
						key={name}
						{...(column.width === 0
							? {flexGrow: 1, flexBasis: 0}
							: {width: column.width, flexShrink: 0})}
						justifyContent={
							column.align === 'right' ? 'flex-end' : 'flex-start'
						}
						marginRight={2}
					>
						<Text
							wrap="truncate-end"
							bold={isCursor}
							dimColor={isDim}
							{...(color === undefined ? {} : {color})}
						>
							{text}
						</Text>
					</Box>
				);
			})}
		</Box>
	);
}

/** A line in words: `marked, digest 0123456789ab, tags v1, size 1 kB`. */
const speakLine = <Name extends string>(
	columns: Readonly<Record<Name, Column>>,
	width: number,
	cells: Readonly<Record<Name, Cell>>,
): string =>
	fitColumns(columns, width)
		.filter(name => cells[name].text !== '' && !columns[name].isDrawing)
		.flatMap(name => {
			const {title, spoken, spokenTitle = title} = columns[name];
			return (
				spoken ??
				(spokenTitle === ''
					? []
					: `${spokenTitle.toLowerCase()} ${speakCell(cells[name].text)}`)
			);
		})
		.join(', ');

const headCells = <Name extends string>(
	columns: Readonly<Record<Name, Column>>,
): Record<Name, Cell> => {
	const entries = namesOf(columns).map(name => [
		name,
		{text: columns[name].title, dim: true},
	]);
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- one entry for each name
	return Object.fromEntries(entries) as Record<Name, Cell>;
};

/** The heads of the columns. */
export function Heads<Name extends string>({
	columns,
	width,
}: {
	readonly columns: Readonly<Record<Name, Column>>;
	readonly width: number;
}) {
	// A screen reader says the head of its column with each cell.
	const isRead = useIsScreenReaderEnabled();
	return isRead ? null : (
		<Line columns={columns} width={width} cells={headCells(columns)} />
	);
}
