import {Box, Text} from 'ink';
import React from 'react';
import {listHeight, selectPosition} from '../../state/select.js';
import {selectMarkCounts} from '../../state/select-marks.js';
import type {RegistryState, State} from '../../state/state.js';
import {makeSafe} from '../../text/safe-text.js';
import {type Column, Heads, Line} from '../components/columns.js';
import {Frame} from '../components/frame.js';
import {glyphs, theme} from '../theme.js';

type Name = 'cursor' | 'host' | 'source' | 'answer' | 'marked';

const columns: Readonly<Record<Name, Column>> = {
	cursor: {title: '', width: 1, align: 'left', from: 0},
	host: {title: 'REGISTRY', width: 0, align: 'left', from: 0},
	source: {title: 'KNOWN FROM', width: 28, align: 'left', from: 70},
	answer: {title: 'STATE', width: 14, align: 'left', from: 0},
	marked: {title: 'MARKED', width: 7, align: 'right', from: 0},
};

const describeConnection = ({
	connection,
	repositories,
}: RegistryState): string => {
	switch (connection.state) {
		case 'idle': {
			return '';
		}

		case 'loading': {
			return 'asking…';
		}

		case 'complete': {
			return repositories.length > 0
				? `${repositories.length} repositories`
				: 'open';
		}

		case 'failed': {
			return 'does not open';
		}
	}
};

/** The registries that this machine knows of. */
export function Registries({state}: {readonly state: State}) {
	const {columns: width} = state.size;
	const {index, top} = selectPosition(state);
	const rows = state.registries.slice(top, top + listHeight(state));
	return (
		<Frame
			isTruncated
			state={state}
			trail={['where to?']}
			totals={rows.length > 0 ? 'registries that this machine knows of' : ''}
		>
			{rows.length > 0 ? <Heads columns={columns} width={width} /> : null}
			{rows.map((registry, slot) => {
				const isCursor = top + slot === index;
				const color = isCursor ? theme.cursor : undefined;
				const marked = selectMarkCounts(state.marks).get(registry.host) ?? 0;
				return (
					<Line
						key={slot}
						columns={columns}
						width={width}
						isCursor={isCursor}
						cells={{
							cursor: {text: isCursor ? glyphs.cursor : '', color},
							host: {text: makeSafe(registry.host), color},
							source: {text: makeSafe(registry.source), dim: true},
							answer: {
								text: describeConnection(registry),
								color:
									registry.connection.state === 'failed'
										? theme.danger
										: undefined,
							},
							marked: {
								text: marked > 0 ? String(marked) : '',
								color: theme.mark,
							},
						}}
					/>
				);
			})}
			{rows.length === 0 ? (
				<Box flexDirection="column">
					<Text>No logins were found on this machine.</Text>
					<Text dimColor>
						Press o and type an address, or quit and run jetsam --demo to look
						around.
					</Text>
				</Box>
			) : null}
		</Frame>
	);
}
