import {Box, Text} from 'ink';
import React from 'react';
import {selectCursorRecord} from '../../state/select.js';
import {currentScreen, findRepository, type State} from '../../state/state.js';
import {makeSafe} from '../../text/safe-text.js';
import {theme} from '../theme.js';

/** What is odd about the digest under the cursor, or else what could not be read of its repository. */
const findOddity = (state: State): string | undefined => {
	const screen = currentScreen(state);
	return screen.kind === 'digests'
		? (selectCursorRecord(state)?.problem ??
				findRepository(state, screen.host, screen.repository).gaps[0])
		: undefined;
};

/** The line between a list and the marks: one sentence, where there is something to say. */
export function InfoLine({state}: {readonly state: State}) {
	const oddity = findOddity(state);
	return (
		<Box height={1}>
			{oddity === undefined ? null : (
				<Text color={theme.unknown} wrap="truncate-end">
					{makeSafe(oddity)}
				</Text>
			)}
		</Box>
	);
}
