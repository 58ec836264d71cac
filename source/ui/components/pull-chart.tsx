import {Box, Text} from 'ink';
import React from 'react';
import {labelWidth} from '../../state/detail-lines.js';

/** A line of a chart, under the texts of the lines above it. A screen reader gets the numbers from those. */
export function ChartLine({text}: {readonly text: string}) {
	return (
		<Box aria-hidden height={1} paddingLeft={labelWidth}>
			<Text wrap="truncate-end">{text}</Text>
		</Box>
	);
}
