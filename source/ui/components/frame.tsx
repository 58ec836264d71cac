import {Box, Text} from 'ink';
import React from 'react';
import {currentScreen, findRegistry, type State} from '../../state/state.js';
import {summarizeUses} from '../../state/select-uses.js';
import {summarizePulls} from '../../state/summarize-pulls.js';
import {makeSafe} from '../../text/safe-text.js';
import {theme} from '../theme.js';
import {FilterLine} from './filter-line.js';
import {InfoLine} from './info-line.js';
import {KeyHelp} from './key-help.js';
import {MarksLine} from './marks-line.js';

/** What every screen has around its content. */
export type FrameProps = {
	readonly state: State;
	/** Where the operator is, from the registry down. */
	readonly trail: readonly string[];
	/** One line of totals. */
	readonly totals: string;
	/** At the right end of the totals: how far the loading is. */
	readonly right?: string;
	/** Every text of the content is truncated to its room, as in a list. Then nothing is cut at the sides, for which Ink would take each text apart at each frame. */
	readonly isTruncated?: boolean;
	readonly children: React.ReactNode;
};

/** Title, totals, content, marks, keys; one line less than the terminal has, which Ink must not fill. */
export function Frame({
	state,
	trail,
	totals,
	right = '',
	isTruncated = false,
	children,
}: FrameProps) {
	const {columns, rows} = state.size;
	const names = trail.map(name => makeSafe(name));
	return (
		<Box flexDirection="column" width={columns} height={rows - 1} paddingX={1}>
			<Box height={1} justifyContent="space-between">
				<Text wrap="truncate-middle" aria-label={`jetsam: ${names.join(', ')}`}>
					<Text dimColor>jetsam </Text>
					<Text bold>{names.join(' ▸ ')}</Text>
				</Text>
				<Box flexShrink={0} marginLeft={2}>
					<Text dimColor>{describeEvidence(state)}</Text>
					<CareWords state={state} />
				</Box>
			</Box>
			<Box height={1} justifyContent="space-between">
				<Text dimColor wrap="truncate-end">
					{totals}
				</Text>
				<Box flexShrink={0} marginLeft={2}>
					<Text dimColor>{right}</Text>
				</Box>
			</Box>
			<FilterLine state={state} />
			<Box
				flexDirection="column"
				flexGrow={1}
				flexBasis={0}
				overflowX={isTruncated ? 'visible' : 'hidden'}
				overflowY="hidden"
			>
				{children}
			</Box>
			<InfoLine state={state} />
			<MarksLine state={state} />
			<KeyHelp state={state} />
		</Box>
	);
}

/** How far the evidence reaches. */
const describeEvidence = (state: State): string =>
	[summarizeUses(state.uses), summarizePulls(state)]
		.filter(Boolean)
		.join('   ');

/** What care the drawn registry needs, in words: whether it is protected, and whether nothing can be changed. */
function CareWords({state}: {readonly state: State}) {
	const screen = currentScreen(state);
	const host =
		screen.kind === 'review'
			? screen.plans[screen.current]?.registry
			: 'host' in screen
				? screen.host
				: undefined;
	const care = findRegistry(state, host ?? '')?.care;
	return (
		<Text bold>
			{care?.isProtected ? (
				<Text inverse color={theme.danger}>
					{' PROTECTED '}
				</Text>
			) : null}
			{state.readOnly || care?.isReadOnly ? (
				<Text color={theme.unknown}> READ-ONLY</Text>
			) : null}
		</Text>
	);
}
