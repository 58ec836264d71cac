import {Box, Text} from 'ink';
import React from 'react';
import type {State} from '../../state/state.js';
import {type Key, shownKeys} from '../keymap.js';

/** The first keys that fit into so many characters. */
const fitKeys = (keys: readonly Key[], room: number): readonly Key[] => {
	let used = 0;
	const last = keys.findIndex(({name, label}) => {
		used += name.length + label.length + 3;
		return used - 2 > room;
	});
	return last === -1 ? keys : keys.slice(0, last);
};

/** The keys that do something on this screen now, from the keymap, as many as fit. */
export function KeyHelp({state}: {readonly state: State}) {
	const keys = fitKeys(shownKeys(state), state.size.columns - 2);
	return (
		<Box height={1}>
			<Text wrap="truncate-end">
				{keys.map(({name, label}) => (
					<Text key={name}>
						<Text bold>{name}</Text>
						<Text dimColor> {label} </Text>{' '}
					</Text>
				))}
			</Text>
		</Box>
	);
}
