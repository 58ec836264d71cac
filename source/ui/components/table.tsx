import {Box, Text, useIsScreenReaderEnabled} from 'ink';
import React from 'react';
import stringWidth from 'string-width';
import {makeSafe} from '../../text/safe-text.js';
import {namesOf} from '../names-of.js';
import {InkTable} from '#ink-table';

/** How a row of a table is drawn. */
export type Tone = 'plain' | 'danger' | 'unknown' | 'done' | 'dim';

/** A row: its cells by column, and its tone. */
export type TableRow<Name extends string> = {
	readonly tone: Tone;
	/** What a screen reader says of it. */
	readonly spoken: string;
	readonly cells: Readonly<Record<Name, string>>;
};

// Ink-table gives a cell nothing but its text, so the tone travels as a character for private use in front of it.
const tones: readonly Tone[] = ['plain', 'danger', 'unknown', 'done', 'dim'];
const firstToneCode = 0xe0_00;

const colors: Readonly<Record<Tone, string | undefined>> = {
	plain: undefined,
	danger: 'red',
	unknown: 'yellow',
	done: 'green',
	dim: undefined,
};

function Cell({children}: React.PropsWithChildren<{readonly column: number}>) {
	const text = typeof children === 'string' ? children : '';
	const code = text.codePointAt(1) ?? 0;
	const tone = tones[code - firstToneCode] ?? 'plain';
	const color = colors[tone];
	return (
		<Text
			dimColor={tone === 'dim'}
			wrap="truncate-end"
			{...(color === undefined ? {} : {color})}
		>
			{text.slice(2)}
		</Text>
	);
}

// White space separates: rules between the rows would cost a line each, and the columns speak for themselves.
function Nothing() {
	return null;
}

/** A text cut or padded to a number of cells. */
export const fitText = (text: string, width: number): string => {
	const safe = makeSafe(text);
	if (stringWidth(safe) <= width) {
		return safe + ' '.repeat(width - stringWidth(safe));
	}

	let cut = '';
	for (const character of safe) {
		if (stringWidth(cut + character) > width - 1) {
			break;
		}

		cut += character;
	}

	return `${cut}…${' '.repeat(Math.max(0, width - 1 - stringWidth(cut)))}`;
};

/** A small table of rows that are all on the screen; longer lists are cut to a window before they come here. Wide characters line up in the last column only: ink-table measures by length. */
export function Table<Name extends string>({
	widths,
	rows,
}: {
	/** Cells of each column, in order. */
	readonly widths: Readonly<Record<Name, number>>;
	readonly rows: ReadonlyArray<TableRow<Name>>;
}) {
	const isRead = useIsScreenReaderEnabled();
	if (isRead) {
		return rows.map(({spoken}, slot) => (
			<Box key={slot} aria-role="listitem">
				<Text>{makeSafe(spoken)}</Text>
			</Box>
		));
	}

	const names = namesOf(widths);
	const prefix = (tone: Tone): string =>
		String.fromCodePoint(firstToneCode + tones.indexOf(tone));
	const data = rows.map(({tone, cells}) =>
		Object.fromEntries(
			names.map(name => [
				name,
				prefix(tone) + fitText(cells[name], widths[name]),
			]),
		),
	);
	return (
		<InkTable
			data={data}
			columns={names}
			padding={1}
			header={Nothing}
			cell={Cell}
			skeleton={Nothing}
		/>
	);
}
