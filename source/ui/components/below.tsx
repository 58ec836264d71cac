import {Text} from 'ink';
import React from 'react';

/** How many lines there are below the last that is drawn; nothing where that was all. */
export function Below({count}: {readonly count: number}) {
	return count > 0 ? (
		<Text dimColor aria-label={`${count} more below`}>
			{'  '}↓ {count} more
		</Text>
	) : (
		<Text aria-hidden />
	);
}
