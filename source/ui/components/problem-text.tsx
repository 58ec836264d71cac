import {Box, Text} from 'ink';
import React from 'react';
import type {Problem} from '../../state/state.js';
import {makeSafe} from '../../text/safe-text.js';
import {theme} from '../theme.js';

/** What went wrong and what to try, where its value would be. */
export function ProblemText({problem}: {readonly problem: Problem}) {
	return (
		<Box flexDirection="column">
			<Text color={theme.danger}>{makeSafe(problem.message)}</Text>
			{problem.remedy === '' ? null : <Text>{makeSafe(problem.remedy)}</Text>}
		</Box>
	);
}
