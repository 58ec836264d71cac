import {Box, Text} from 'ink';
import React from 'react';
import {parseFilter} from '../../state/filter.js';
import {selectElsewhereRows} from '../../state/select-elsewhere.js';
import {selectKeys} from '../../state/select.js';
import {selectTopLevel} from '../../state/select-totals.js';
import {selectView} from '../../state/select-rows.js';
import {
	currentScreen,
	findRegistry,
	findRepository,
	type Screen,
	type State,
} from '../../state/state.js';
import {makeSafe} from '../../text/safe-text.js';
import {ordersOf, type View} from '../../state/view.js';
import {theme} from '../theme.js';

const countAll = (state: State, screen: Screen): number => {
	switch (screen.kind) {
		case 'repositories': {
			return findRegistry(state, screen.host)?.repositories.length ?? 0;
		}

		case 'digests': {
			const {records} = findRepository(state, screen.host, screen.repository);
			return selectTopLevel(records).length;
		}

		case 'elsewhere': {
			return selectElsewhereRows(state).length;
		}

		default: {
			return 0;
		}
	}
};

/** The order of a list, where it is not the one that it was opened in. */
const describeOrder = (screen: Screen, {order, isReversed}: View): string => {
	const orders = ordersOf(screen.kind, {showsPulls: true});
	const chosen = orders.find(({name}) => name === order) ?? orders[0];
	return chosen && (chosen !== orders[0] || isReversed)
		? `${chosen.label}${isReversed ? ', turned round' : ''}`
		: '';
};

/** The line above a list: its filter while there is one, and its order. */
export function FilterLine({state}: {readonly state: State}) {
	const screen = currentScreen(state);
	const view = selectView(state, screen);
	const order = describeOrder(screen, view);
	const isShown = state.isFiltering || view.filter !== '';
	const {problem} = parseFilter(view.filter, state.now);
	const shown = selectKeys(state, screen).length.toLocaleString('en');
	const all = countAll(state, screen).toLocaleString('en');
	return (
		<Box height={1} flexShrink={0} justifyContent="space-between">
			{isShown ? (
				<Text
					wrap="truncate-end"
					aria-label={`filter ${makeSafe(view.filter) || 'empty'}, ${shown} of ${all}${problem === undefined ? '' : `, ${makeSafe(problem)}`}`}
				>
					<Text color={theme.cursor}>
						/{makeSafe(view.filter)}
						{state.isFiltering ? '▏' : ''}
					</Text>
					<Text dimColor>
						{'  '}
						{shown} of {all}
						{'  '}
					</Text>
					<Text color={theme.unknown}>
						{problem === undefined ? '' : makeSafe(problem)}
					</Text>
				</Text>
			) : (
				<Text aria-hidden> </Text>
			)}
			<Text
				dimColor
				aria-label={order === '' ? '' : `in the order of ${order}`}
			>
				{order}
			</Text>
		</Box>
	);
}
