import {Box, Text} from 'ink';
import React from 'react';
import type {State} from '../../state/state.js';
import {labelOf, shownKeys} from '../keymap.js';
import {speakKey} from '../spoken.js';

type ShownKey = {readonly name: string; readonly label: string};

const widthOf = ({name, label}: ShownKey): number =>
	name.length + label.length + 3;

/** The first keys that fit into so many characters, and always those that a newcomer looks for: the way back, help and quit. */
const fitKeys = (
	keys: readonly ShownKey[],
	room: number,
): readonly ShownKey[] => {
	const isAlwaysShown = ({name}: ShownKey): boolean =>
		name === '?' || name === 'q' || name === 'Esc';
	let left = room + 2;
	for (const key of keys.filter(key => isAlwaysShown(key))) {
		left -= widthOf(key);
	}

	const others = keys.filter(key => !isAlwaysShown(key));
	const last = others.findIndex(key => {
		left -= widthOf(key);
		return left < 0;
	});
	return [
		...(last === -1 ? others : others.slice(0, last)),
		...keys.filter(key => isAlwaysShown(key)),
	];
};

/** The keys that do something on this screen now, from the keymap, as many as fit. */
export function KeyHelp({state}: {readonly state: State}) {
	const keys = fitKeys(
		shownKeys(state).map(key => ({
			// Its other presses are in the help.
			name: key.name.replace(/ .*/, ''),
			label: labelOf(key, state),
		})),
		state.size.columns - 2,
	);
	return (
		<Box height={1}>
			<Text
				wrap="truncate-end"
				aria-label={`keys: ${keys.map(({name, label}) => `${speakKey(name)} ${label}`).join(', ')}`}
			>
				{keys.map(({name, label}, index) => (
					<Text key={name}>
						{index === 0 ? '' : '  '}
						<Text bold>{name}</Text>
						<Text dimColor> {label}</Text>
					</Text>
				))}
			</Text>
		</Box>
	);
}
