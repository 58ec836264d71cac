import {Box, Text} from 'ink';
import React from 'react';
import type {State} from '../../state/state.js';
import {Frame} from '../components/frame.js';
import {keymap} from '../keymap.js';

/** The keys of the screen that help was opened from, out of the keymap itself. */
export function Help({state}: {readonly state: State}) {
	const below = state.trail.at(-2)?.kind ?? 'registries';
	const keys = keymap.filter(({screens}) => screens.includes(below));
	return (
		<Frame
			state={state}
			trail={['keys', below]}
			totals="a key that can do nothing says why"
		>
			{keys.map(({name, help}) => (
				<Box key={name} height={1}>
					<Box width={16} flexShrink={0}>
						<Text bold>{name}</Text>
					</Box>
					<Text wrap="truncate-end">{help}</Text>
				</Box>
			))}
		</Frame>
	);
}
