import {Box, Text} from 'ink';
import React from 'react';
import type {Problem} from '../../state/state.js';
import {makeSafe} from '../../text/safe-text.js';
import {theme} from '../theme.js';
import {ProblemText} from './problem-text.js';

/** What went wrong, and what to press; a login that would go elsewhere is asked about. */
export function WayOn({problem}: {readonly problem: Problem}) {
	return problem.tokenHost === undefined ? (
		<Box flexDirection="column">
			<ProblemText problem={problem} />
			<Text dimColor>Press r to try again, Esc to go back.</Text>
		</Box>
	) : (
		<Box flexDirection="column">
			<Text>{makeSafe(problem.message)}</Text>
			<Text bold color={theme.unknown}>
				Send your login to {makeSafe(problem.tokenHost)}?
			</Text>
			<Text>
				Press <Text bold>y</Text> to allow it, now and from now on.{' '}
				<Text bold>Esc</Text> goes back, and nothing is sent.
			</Text>
		</Box>
	);
}
