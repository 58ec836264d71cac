import {Box, Text} from 'ink';
import React from 'react';
import {type DetailLine, labelWidth} from '../../state/detail-lines.js';
import {speakDetail} from '../spoken.js';
import {theme} from '../theme.js';
import {ChartLine} from './pull-chart.js';

/** Lines of a detail: a quiet label, and what it names. */
export function DetailLines({lines}: {readonly lines: readonly DetailLine[]}) {
	const hasLabels = lines.some(line => line.label !== '');
	return (
		<>
			{lines.map(({label, text, tone}, slot) =>
				tone === 'chart' ? (
					<ChartLine key={slot} text={text} />
				) : (
					<Box key={slot} height={1} aria-label={speakDetail(label, text)}>
						{hasLabels && tone !== 'head' ? (
							<Box width={labelWidth} flexShrink={0}>
								<Text dimColor>{label}</Text>
							</Box>
						) : null}
						<Text
							bold={tone === 'head'}
							dimColor={tone === 'dim'}
							wrap="truncate-end"
							{...(tone === 'unknown' ? {color: theme.unknown} : {})}
						>
							{text}
						</Text>
					</Box>
				),
			)}
		</>
	);
}
