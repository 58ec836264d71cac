import {Box, Text} from 'ink';
import React from 'react';
import type {State, TextScreen} from '../../state/state.js';
import {Frame} from '../components/frame.js';
import {Prompt} from '../components/prompt.js';
import {theme} from '../theme.js';

/** A line to type an address or the name of a repository into. */
export function TextEntry({
	state,
	screen,
}: {
	readonly state: State;
	readonly screen: TextScreen;
}) {
	const isRegistry = screen.purpose === 'registry';
	return (
		<Frame
			state={state}
			trail={isRegistry ? ['where to?'] : [screen.host, '…']}
			totals={
				isRegistry
					? 'type the address of a registry'
					: 'type the name of a repository'
			}
		>
			<Prompt
				label={isRegistry ? 'address' : 'repository'}
				text={screen.text}
			/>
			<Box paddingTop={1}>
				{screen.problem === undefined ? (
					<Text dimColor>
						{isRegistry
							? 'For example registry.example.com, 127.0.0.1:5000, or registry.example.com/shop'
							: 'For example shop/checkout'}
					</Text>
				) : (
					<Text color={theme.unknown}>{screen.problem}</Text>
				)}
			</Box>
		</Frame>
	);
}
