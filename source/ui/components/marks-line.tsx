import {Box, Text} from 'ink';
import React from 'react';
import {selectMarkTotals} from '../../state/select-marks.js';
import {currentScreen, type State} from '../../state/state.js';
import {formatBytes, formatCount} from '../../text/quantities.js';
import {makeSafe} from '../../text/safe-text.js';
import {glyphs, theme} from '../theme.js';

/** What the marks come to; a notice stands in for it until the next key. */
export function MarksLine({state}: {readonly state: State}) {
	if (state.notice !== undefined) {
		return (
			<Box height={1}>
				<Text color={theme.unknown} wrap="truncate-end">
					{makeSafe(state.notice)}
				</Text>
			</Box>
		);
	}

	const isList = ['registries', 'repositories', 'digests'].includes(
		currentScreen(state).kind,
	);
	const {digests, repositories, tags, bytes} = selectMarkTotals(state);
	return (
		<Box height={1}>
			{digests > 0 && isList ? (
				<Text color={theme.mark} wrap="truncate-end">
					<Text aria-hidden>{glyphs.mark} </Text>
					{formatCount(digests, 'digest')} marked in{' '}
					{formatCount(repositories, 'repository', 'repositories')}:{' '}
					{formatCount(tags, 'tag')} go, {formatBytes(bytes)} at most
				</Text>
			) : null}
		</Box>
	);
}
