import {Box, Text} from 'ink';
import React from 'react';
import {listHeight} from '../../state/select.js';
import type {State} from '../../state/state.js';
import {Frame} from '../components/frame.js';
import {keymap} from '../keymap.js';
import {speakKey} from '../spoken.js';

/** The keys of the screen that help was opened from, out of the keymap itself. */
export function Help({state}: {readonly state: State}) {
	const below = state.trail.at(-2)?.kind ?? 'registries';
	const keys = keymap.filter(({screens}) => screens.includes(below));
	const height = listHeight(state) + 2;
	// Where they do not fit under each other they stand beside each other, as far as they can be read.
	const width = Math.max(
		36,
		Math.floor((state.size.columns - 2) / Math.ceil(keys.length / height)),
	);
	return (
		<Frame
			state={state}
			trail={['keys', below]}
			totals="a key that can do nothing says why"
		>
			<Box flexDirection="column" flexWrap="wrap" height={height}>
				{keys.map(({name, help}) => (
					<Box
						key={name}
						height={1}
						width={width}
						flexShrink={0}
						aria-label={`${speakKey(name)}: ${help}`}
					>
						<Box width={13} flexShrink={0}>
							<Text bold>{name}</Text>
						</Box>
						<Text wrap="truncate-end">{help}</Text>
					</Box>
				))}
			</Box>
		</Frame>
	);
}
