import {Box, Text} from 'ink';
import React from 'react';
import type {CopyScreen} from '../../state/copy-screen.js';
import {
	copyHeight,
	type CopyLine,
	type CopyTone,
	describeCopyPace,
	describeCopyTotals,
	isCopyLeft,
	phraseWords,
	selectCopyFacts,
	selectCopyLines,
	selectCopyPhrase,
} from '../../state/select-copy.js';
import type {State} from '../../state/state.js';
import {formatCount} from '../../text/quantities.js';
import {makeSafe} from '../../text/safe-text.js';
import {Below} from '../components/below.js';
import {type Cell, type Column, Heads, Line} from '../components/columns.js';
import {Frame} from '../components/frame.js';
import {ProblemText} from '../components/problem-text.js';
import {Prompt} from '../components/prompt.js';
import {glyphs, theme} from '../theme.js';

type Name = 'sign' | 'from' | 'to' | 'digest' | 'what';

const colors: Readonly<Record<CopyTone, string | undefined>> = {
	plain: undefined,
	waiting: undefined,
	running: theme.cursor,
	done: theme.done,
	warning: theme.unknown,
	failed: theme.danger,
};

const signs: Readonly<Record<CopyTone, string>> = {
	plain: '',
	waiting: '',
	running: glyphs.into,
	done: '✓',
	warning: glyphs.warning,
	failed: glyphs.blocked,
};

/** Cells that the longest of some texts needs, of so many at most. */
const fit = (texts: readonly string[], most: number): number =>
	Math.min(most, Math.max(7, ...texts.map(text => text.length)));

/** Cells of the margins, of the sign, and of a digest where there is room for one. */
const margins = 11;
const digestWidth = 12;
const digestFrom = 100;

const chooseColumns = (
	width: number,
	lines: readonly CopyLine[],
): Readonly<Record<Name, Column>> => {
	const images = lines.filter(line => line.kind === 'image');
	const what = fit(
		images.map(line => line.what),
		20,
	);
	const room =
		width - margins - what - (width < digestFrom ? 0 : digestWidth + 2);
	const to = fit(
		images.map(line => line.to),
		Math.floor(room * 0.45),
	);
	const from = fit(
		images.map(line => line.from),
		room - to,
	);
	return {
		sign: {title: '', width: 1, align: 'left', from: 0},
		from: {title: 'IMAGE', width: from, align: 'left', from: 0},
		to: {title: 'AT HOME', width: to, align: 'left', from: 0},
		digest: {
			title: 'DIGEST',
			width: digestWidth,
			align: 'left',
			from: digestFrom,
		},
		what: {title: '', width: 0, align: 'left', from: 0},
	};
};

const describeImage = ({
	tone,
	from,
	to,
	digest,
	what,
}: CopyLine & {readonly kind: 'image'}): Record<Name, Cell> => {
	const color = colors[tone];
	const dim = tone === 'waiting';
	return {
		sign: {text: signs[tone], color},
		from: {text: makeSafe(from), dim},
		to: {text: makeSafe(to), dim},
		digest: {text: digest, dim: true},
		what: {text: what, color, dim},
	};
};

/** Images that are to come home: what would be copied, then how far it is, then how it ended. */
export function Copy({
	state,
	screen,
}: {
	readonly state: State;
	readonly screen: CopyScreen;
}) {
	const {columns: width} = state.size;
	const lines = selectCopyLines(screen, width - 2);
	const columns = chooseColumns(width, lines);
	const rows = lines.slice(screen.top, screen.top + copyHeight(state, screen));
	return (
		<Frame
			state={state}
			trail={['copy', screen.home]}
			totals={describeCopyTotals(screen)}
			right={screen.state === 'stopping' ? 'breaking off…' : ''}
		>
			<Head screen={screen} columns={width - 2} />
			{screen.problem ? <ProblemText problem={screen.problem} /> : null}
			{rows.length > 0 ? <Heads columns={columns} width={width} /> : null}
			{rows.map((line, slot) =>
				line.kind === 'image' ? (
					<Line
						key={slot}
						columns={columns}
						width={width}
						cells={describeImage(line)}
					/>
				) : (
					<Reason key={slot} line={line} />
				),
			)}
			<Below count={lines.length - screen.top - rows.length} />
			<Box flexGrow={1} />
			<Foot state={state} screen={screen} />
		</Frame>
	);
}

function Reason({line}: {readonly line: CopyLine & {readonly kind: 'text'}}) {
	const color = colors[line.tone];
	return (
		<Box height={1} paddingLeft={3}>
			<Text wrap="truncate-end" {...(color === undefined ? {} : {color})}>
				{makeSafe(line.text)}
			</Text>
		</Box>
	);
}

/** How far it is. */
function Head({
	screen,
	columns,
}: {
	readonly screen: CopyScreen;
	readonly columns: number;
}) {
	switch (screen.state) {
		case 'reading': {
			return (
				<Text dimColor wrap="truncate-end">
					Asking what each tag means, there and at home…
				</Text>
			);
		}

		case 'ready': {
			return null;
		}

		case 'running':
		case 'stopping': {
			return (
				<>
					<Bar screen={screen} columns={columns} />
					<Text dimColor wrap="truncate-end">
						{describeCopyPace(screen)}
					</Text>
				</>
			);
		}

		case 'ended': {
			return (
				<Text dimColor wrap="truncate-end">
					{screen.outcomes.size === 0 && screen.problem
						? 'Nothing was copied. r tries it again, Esc goes back.'
						: isCopyLeft(screen)
							? 'r goes on with what is left: what came whole is not sent again. Esc goes back.'
							: 'Done. Esc goes back to the list, where each image says how far it has come.'}
				</Text>
			);
		}
	}
}

function Bar({
	screen,
	columns,
}: {
	readonly screen: CopyScreen;
	readonly columns: number;
}) {
	const {progress, outcomes, plan} = screen;
	const {done, expected} = progress ?? {done: 0, expected: 0};
	const share = expected === 0 ? 0 : Math.min(1, done / expected);
	const ended = `${outcomes.size}/${plan.images.length}`;
	const room = Math.max(1, columns - ended.length - 7);
	const full = Math.floor(room * share);
	return (
		<Text
			aria-label={`${Math.floor(share * 100)} % of the bytes, ${outcomes.size} of ${formatCount(plan.images.length, 'image')} done`}
			wrap="truncate-end"
		>
			<Text color={theme.cursor}>{'━'.repeat(full)}</Text>
			<Text dimColor>{'─'.repeat(room - full)}</Text>
			<Text>
				{' '}
				{String(Math.floor(share * 100)).padStart(3)} % {ended}
			</Text>
		</Text>
	);
}

/** What it costs, and what starts it. */
function Foot({
	state,
	screen,
}: {
	readonly state: State;
	readonly screen: CopyScreen;
}) {
	if (screen.state !== 'ready') {
		return (
			<Text dimColor wrap="truncate-start">
				{screen.journal === '' ? '' : `journal ${makeSafe(screen.journal)}`}
			</Text>
		);
	}

	const phrase = selectCopyPhrase(screen);
	const {images} = screen.plan;
	return (
		<Box flexDirection="column" flexShrink={0}>
			{selectCopyFacts(state, screen).map((line, index) => (
				<Text key={index} dimColor wrap="truncate-end">
					{makeSafe(line)}
				</Text>
			))}
			{images.length === 0 ? (
				<Text color={theme.unknown}>
					Nothing of this can be copied. Esc goes back.
				</Text>
			) : phrase === undefined ? (
				<Text>
					Nothing has been sent yet. <Text bold>y</Text> copies{' '}
					{formatCount(images.length, 'image')}, Esc leaves.
				</Text>
			) : (
				<>
					<Text>
						{phraseWords[0]}{' '}
						<Text bold color={theme.danger}>
							{makeSafe(phrase)}
						</Text>{' '}
						{phraseWords[1]}
					</Text>
					<Prompt label="" text={screen.typed} />
					<Text color={theme.unknown} wrap="truncate-end">
						{makeSafe(screen.mistake ?? '')}
					</Text>
				</>
			)}
		</Box>
	);
}
