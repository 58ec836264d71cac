import {Box, Text} from 'ink';
import React from 'react';
import {makeSafe} from '../../text/safe-text.js';
import {theme} from '../theme.js';

/** A line that is being typed, with its cursor. */
export function Prompt({
	label,
	text,
	isProposed = false,
}: {
	readonly label: string;
	readonly text: string;
	/** Whether what is typed first takes the place of the text. */
	readonly isProposed?: boolean;
}) {
	return (
		<Box height={1} aria-role="textbox">
			<Text
				wrap="truncate-start"
				aria-label={`${label} ${makeSafe(text) || 'empty'}`.trim()}
			>
				{label === '' ? null : <Text dimColor>{label} </Text>}
				<Text inverse={isProposed} color={theme.cursor}>
					{makeSafe(text)}
				</Text>
				<Text color={theme.cursor}>▏</Text>
			</Text>
		</Box>
	);
}
