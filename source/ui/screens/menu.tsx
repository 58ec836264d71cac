import {Box, Text} from 'ink';
import SelectInput from 'ink-select-input';
import React from 'react';
import {listHeight} from '../../state/select.js';
import type {MenuScreen, State} from '../../state/state.js';
import {makeSafe} from '../../text/safe-text.js';
import {Frame} from '../components/frame.js';
import {glyphs, theme} from '../theme.js';

const titles: Readonly<Record<MenuScreen['purpose'], string>> = {
	order: 'order',
	tag: 'remove a tag',
	window: 'pulls of how many days count?',
};

const questions: Readonly<Record<MenuScreen['purpose'], string>> = {
	order: '',
	tag: 'which one? its digest stays, and nothing is sent before the phrase',
	window: 'the sources are read again for it',
};

/** A short menu; choosing what holds already turns it round. */
export function Menu({
	state,
	screen,
}: {
	readonly state: State;
	readonly screen: MenuScreen;
}) {
	const items = screen.items.map(({name, label}) => ({
		value: name,
		label:
			name === screen.chosen
				? `${label} (now${screen.purpose === 'order' ? '; again turns it round' : ''})`
				: makeSafe(label),
	}));
	return (
		<Frame
			state={state}
			trail={[titles[screen.purpose]]}
			totals={questions[screen.purpose]}
		>
			<SelectInput
				key={screen.index}
				isFocused={false}
				items={items}
				initialIndex={screen.index}
				itemComponent={Item}

				// It is drawn anew where the cursor moves; its own reading of keys throws at some.
				indicatorComponent={Indicator}
				limit={listHeight(state)}
			/>
		</Frame>
	);
}

function Indicator({isSelected = false}: {readonly isSelected?: boolean}) {
	return (
		<Box aria-hidden width={2}>
			<Text color={theme.cursor}>{isSelected ? glyphs.cursor : ''}</Text>
		</Box>
	);
}

function Item({
	label,
	isSelected = false,
}: {
	readonly label: string;
	readonly isSelected?: boolean;
}) {
	return (
		<Box aria-role="listitem" aria-state={{selected: isSelected}}>
			<Text bold={isSelected} {...(isSelected ? {color: theme.cursor} : {})}>
				{label}
			</Text>
		</Box>
	);
}
