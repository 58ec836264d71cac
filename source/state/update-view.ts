import type {Update} from './command.js';
import type {KeyMessage} from './message.js';
import {selectCursorKey, selectKeys} from './select.js';
import {selectView} from './select-rows.js';
import {
	currentScreen,
	placeOf,
	type Screen,
	type State,
} from './state.js';
import {openScreen} from './trail.js';
import {eraseLast} from './update-text.js';
import {ordersOf, type View} from './view.js';

/** What keys do to how a list is looked at: its filter, its order. */
export const updateView = (
	state: State,
	message: Extract<
		KeyMessage,
		{
			kind:
				| 'filter-opened'
				| 'text-typed'
				| 'text-erased'
				| 'text-submitted'
				| 'orders-opened'
				| 'order-reversed'
				| 'item-chosen';
		}
	>,
): Update => {
	const screen = currentScreen(state);
	const view = selectView(state, screen);
	switch (message.kind) {
		case 'filter-opened': {
			return [{...state, isFiltering: true}, []];
		}

		case 'text-typed': {
			const filter = view.filter + message.text;
			return [changeView(state, screen, {...view, filter}), []];
		}

		case 'text-erased': {
			const filter = eraseLast(view.filter, message.all);
			return [changeView(state, screen, {...view, filter}), []];
		}

		case 'text-submitted': {
			return [{...state, isFiltering: false}, []];
		}

		case 'orders-opened': {
			return [openOrders(state, screen, view), []];
		}

		case 'order-reversed': {
			const isReversed = !view.isReversed;
			return [changeView(state, screen, {...view, isReversed}), []];
		}

		case 'item-chosen': {
			return [chooseOrder(state, screen, message.name), []];
		}
	}
};

/** The list of a screen looked at in another way; the cursor stays on its item, if it is still shown. */
export const changeView = (
	state: State,
	screen: Screen,
	view: View,
): State => {
	const place = placeOf(screen);
	const next = {...state, views: new Map(state.views).set(place, view)};
	const key = selectCursorKey(state);
	const isShown = key !== undefined && selectKeys(next, screen).includes(key);
	return {
		...next,
		rangeFrom: undefined,
		positions: new Map(state.positions).set(
			place,
			isShown
				? {...(state.positions.get(place) ?? {index: 0, top: 0}), key}
				: {key: undefined, index: 0, top: 0},
		),
	};
};

const openOrders = (state: State, screen: Screen, view: View): State => {
	const items = ordersOf(screen.kind);
	return items.length === 0
		? state
		: openScreen(state, {
				kind: 'menu',
				items,
				chosen: view.order === '' ? (items[0]?.name ?? '') : view.order,
			});
};

// The order that holds already is turned round, as everywhere.
const chooseOrder = (state: State, menu: Screen, name: string): State => {
	const closed = {...state, trail: state.trail.slice(0, -1)};
	const screen = currentScreen(closed);
	const view = selectView(closed, screen);
	const isSame = isChosen(menu, name);
	return changeView(closed, screen, {
		...view,
		order: name,
		isReversed: isSame ? !view.isReversed : false,
	});
};

const isChosen = (screen: Screen, name: string): boolean =>
	screen.kind === 'menu' && screen.chosen === name;
