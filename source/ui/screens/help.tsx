import {Box, Text} from 'ink';
import React from 'react';
import type {State} from '../../state/state.js';
import {Frame} from '../components/frame.js';
import {keymap} from '../keymap.js';

/** All keys, from the keymap itself, in as many columns as it takes. */
export function Help({state}: {readonly state: State}) {
	return (
		<Frame
			state={state}
			trail={['keys']}
			totals="a key that does nothing here says why"
		>
			<Box flexDirection="column" flexWrap="wrap" flexGrow={1}>
				{keymap.map(({name, help}) => (
					<Box
						key={`${name} ${help}`}
						width={Math.min(60, state.size.columns - 2)}
					>
						<Box width={16} flexShrink={0}>
							<Text bold>{name}</Text>
						</Box>
						<Text wrap="truncate-end">{help}</Text>
					</Box>
				))}
			</Box>
		</Frame>
	);
}
