import {Box, Text} from 'ink';
import React from 'react';
import type {RewriteScreen} from '../../state/rewrite-screen.js';
import {
	canWrite,
	describeRewriteTotals,
	type DiffLine,
	type DiffTone,
	rewriteHeight,
	selectDiffLines,
	writeWord,
} from '../../state/select-rewrite.js';
import type {State} from '../../state/state.js';
import {formatCount} from '../../text/quantities.js';
import {makeSafe} from '../../text/safe-text.js';
import {Below} from '../components/below.js';
import {Frame} from '../components/frame.js';
import {ProblemText} from '../components/problem-text.js';
import {Prompt} from '../components/prompt.js';
import {theme} from '../theme.js';

const colors: Readonly<Record<DiffTone, string | undefined>> = {
	plain: undefined,
	title: undefined,
	file: undefined,
	place: theme.cursor,
	removed: theme.danger,
	added: theme.done,
	warning: theme.unknown,
	done: theme.done,
	command: undefined,
};

/** What files become where their images go home, as a unified diff. */
export function Rewrite({
	state,
	screen,
}: {
	readonly state: State;
	readonly screen: RewriteScreen;
}) {
	const lines = selectDiffLines(screen, state.size.columns - 2);
	const rows = lines.slice(
		screen.top,
		screen.top + rewriteHeight(state, screen),
	);
	return (
		<Frame
			state={state}
			trail={['rewrite', screen.folders.join(', '), screen.home]}
			totals={describeRewriteTotals(screen)}
			right={screen.state === 'writing' ? 'writing…' : ''}
		>
			{screen.problem ? <ProblemText problem={screen.problem} /> : null}
			{rows.map((line, slot) => (
				<Drawn key={slot} line={line} />
			))}
			<Below count={lines.length - screen.top - rows.length} />
			<Box flexGrow={1} />
			<Foot screen={screen} />
		</Frame>
	);
}

function Drawn({line: {tone, text}}: {readonly line: DiffLine}) {
	const color = colors[tone];
	return (
		<Box height={1} aria-hidden={text === ''}>
			<Text
				aria-label={makeSafe(text).replaceAll(/ {2,}/g, ' ').trim()}
				wrap="truncate-end"
				bold={tone === 'file' || tone === 'title'}
				dimColor={tone === 'plain'}
				{...(color === undefined ? {} : {color})}
			>
				{makeSafe(text) || ' '}
			</Text>
		</Box>
	);
}

/** What comes next, or the question. */
function Foot({screen}: {readonly screen: RewriteScreen}) {
	const files = screen.plan?.rewrite.files.length ?? 0;
	if (screen.typed === undefined) {
		return (
			<Text dimColor wrap="truncate-end">
				{describeState(screen)}
			</Text>
		);
	}

	return (
		<Box flexDirection="column" flexShrink={0}>
			<Text>
				To write {formatCount(files, 'file')}, type{' '}
				<Text bold color={theme.danger}>
					{writeWord}
				</Text>{' '}
				and press Enter
			</Text>
			<Prompt label="" text={screen.typed} />
			<Text color={theme.unknown} wrap="truncate-end">
				{makeSafe(screen.mistake ?? '')}
			</Text>
		</Box>
	);
}

const describeState = (screen: RewriteScreen): string => {
	switch (screen.state) {
		case 'reading': {
			return 'Reading the files, and what they may be…';
		}

		case 'ready': {
			return canWrite(screen)
				? `Nothing has been written yet. w writes it, p ${screen.pins ? 'leaves the digests out' : 'puts digests beside the tags'}.`
				: screen.problem
					? ''
					: 'No image that these files name goes home by this mapping.';
		}

		case 'writing': {
			return 'Writing…';
		}

		case 'ended': {
			return 'Written. Esc goes back to the list, where each image says how far it has come.';
		}
	}
};
