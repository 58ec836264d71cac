/*
What Ink alone costs: a windowed list with the columns of jetsam's list of digests, a box of fixed width for each cell, texts without padding, rows keyed by their slot. It
has a title and a last line, and nothing else that jetsam has. Its texts are made beforehand. Arguments: how many rows, and `wide` for the columns beside which jetsam
shows a detail: then it shows as many lines of text there.
*/
import process from 'node:process';
import {Box, render, Text, useInput} from 'ink';
import React, {useState} from 'react';
import {now, sampleDigests} from './sample-digests.js';

type BareRow = Readonly<Record<(typeof names)[number], string>>;

const names = ['digest', 'tags', 'platform', 'size', 'built'] as const;
const widths = {digest: 12, tags: 0, platform: 22, size: 8, built: 6} as const;

const day = 24 * 60 * 60 * 1000;

const rows: readonly BareRow[] = sampleDigests(Number(process.argv[2])).map(
	({digest, tags, platforms, size = 0, created = ''}) => ({
		digest: digest.slice(7, 19),
		tags: tags.join(' ') || 'no tag',
		platform: platforms[0] ?? '',
		size: `${(size / 1_000_000).toFixed(0)} MB`,
		built: `${Math.floor((now - Date.parse(created)) / day)} d`,
	}),
);

/** Lines of jetsam's detail of such a digest, which follows the cursor. */
const detailLines = 13;
const detailWidth = 82;

function Cell({
	name,
	text,
}: {
	readonly name: keyof BareRow;
	readonly text: string;
}) {
	return (
		<Box
			marginRight={2}
			justifyContent={
				name === 'size' || name === 'built' ? 'flex-end' : 'flex-start'
			}
			{...(widths[name] === 0
				? {flexGrow: 1, flexBasis: 0}
				: {width: widths[name], flexShrink: 0})}
		>
			<Text wrap="truncate-end">{text}</Text>
		</Box>
	);
}

function Row({
	row,
	isCursor,
}: {
	readonly row: BareRow;
	readonly isCursor: boolean;
}) {
	return (
		<Box height={1}>
			<Box width={1} marginRight={2} flexShrink={0}>
				<Text>{isCursor ? '›' : ''}</Text>
			</Box>
			{names.map(name => (
				<Cell key={name} name={name} text={row[name]} />
			))}
		</Box>
	);
}

function List() {
	const [{index, top}, setPlace] = useState({index: 0, top: 0});
	const {columns, rows: lines} = process.stdout;
	const height = lines - 4;
	const isWide = process.argv[3] === 'wide';
	useInput(chunk => {
		for (const key of chunk) {
			setPlace(place => {
				const step = key === 'j' ? 1 : key === 'k' ? -1 : 0;
				const wanted = Math.max(
					0,
					Math.min(place.index + step, rows.length - 1),
				);
				return {
					index: wanted,
					top: Math.max(wanted - height + 1, Math.min(place.top, wanted)),
				};
			});
		}
	});
	return (
		<Box flexDirection="column" width={columns} height={lines - 1} paddingX={1}>
			<Text>{rows.length} rows</Text>
			<Box flexGrow={1}>
				<Box flexDirection="column" flexGrow={1}>
					{rows.slice(top, top + height).map((row, slot) => (
						<Row key={slot} row={row} isCursor={top + slot === index} />
					))}
				</Box>
				{isWide ? (
					<Box flexDirection="column" width={detailWidth} marginLeft={2}>
						{Array.from({length: detailLines}, (_, line) => (
							<Text key={line} wrap="truncate-end">
								{rows[index]?.digest} {'detail '.repeat(5)}
							</Text>
						))}
					</Box>
				) : null}
			</Box>
			<Text>row {index}</Text>
		</Box>
	);
}

process.stdout.write('\u001B[?1049h\u001B[2J\u001B[H');
render(<List />, {exitOnCtrlC: false, patchConsole: false, maxFps: 60});
