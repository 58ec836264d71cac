import type {Update} from './command.js';
import type {KeyMessage} from './message.js';
import {selectCursorKey, selectKeys} from './select.js';
import {selectView} from './select-rows.js';
import {
	currentScreen,
	type MenuScreen,
	placeOf,
	type Screen,
	type State,
} from './state.js';
import {openScreen, replaceScreen} from './trail.js';
import {hasPulls, selectWindow} from './select-pulls.js';
import {changeWindow} from './update-pulls.js';
import {reviewTag} from './update-tag.js';
import {eraseLast} from './erase-last.js';
import {ordersOf, type View} from './view.js';

/** Days that the menu of windows offers, besides those that hold. */
const windows = [7, 30, 90, 180, 365] as const;

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
				| 'window-asked'
				| 'cursor-moved'
				| 'item-opened';
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

		case 'window-asked': {
			return [openWindows(state), []];
		}

		case 'order-reversed': {
			const isReversed = !view.isReversed;
			return [changeView(state, screen, {...view, isReversed}), []];
		}

		case 'cursor-moved': {
			return [
				screen.kind === 'menu' ? moveInMenu(state, screen, message) : state,
				[],
			];
		}

		case 'item-opened': {
			return screen.kind === 'menu' ? choose(state, screen) : [state, []];
		}
	}
};

/** The list of a screen looked at in another way; the cursor stays on its item, if it is still shown. */
export const changeView = (state: State, screen: Screen, view: View): State => {
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
	const items = ordersOf(screen.kind, {
		showsPulls: 'host' in screen && hasPulls(state, screen.host),
	});
	const index = Math.max(
		0,
		items.findIndex(({name}) => name === view.order),
	);
	const chosen = items[index];
	return chosen
		? openScreen(state, {
				kind: 'menu',
				purpose: 'order',
				items,
				chosen: chosen.name,
				index,
			})
		: state;
};

const openWindows = (state: State): State => {
	const chosen = String(selectWindow(state));
	const days = windows.map(String);
	const names = days.includes(chosen) ? days : [...days, chosen];
	const items = names
		.toSorted((first, second) => Number(first) - Number(second))
		.map(name => ({name, label: `${name} days`}));
	const index = items.findIndex(({name}) => name === chosen);
	return openScreen(state, {
		kind: 'menu',
		purpose: 'window',
		items,
		chosen,
		index,
	});
};

const moveInMenu = (
	state: State,
	menu: MenuScreen,
	{by, direction}: {by: 'line' | 'page' | 'end'; direction: -1 | 1},
): State => {
	const step = by === 'line' ? 1 : by === 'page' ? 10 : Infinity;
	const wanted = menu.index + direction * step;
	const index = Math.max(0, Math.min(wanted, menu.items.length - 1));
	return replaceScreen(state, {...menu, index});
};

const choose = (state: State, menu: MenuScreen): Update => {
	if (menu.purpose === 'order') {
		return [chooseOrder(state, menu), []];
	}

	const closed = {...state, trail: state.trail.slice(0, -1)};
	const name = menu.items[menu.index]?.name ?? '';
	return menu.purpose === 'window'
		? changeWindow(closed, Number(name))
		: reviewTag(closed, name);
};

// The order that holds already is turned round, as everywhere.
const chooseOrder = (
	state: State,
	{items, index, chosen}: MenuScreen,
): State => {
	const closed = {...state, trail: state.trail.slice(0, -1)};
	const screen = currentScreen(closed);
	const view = selectView(closed, screen);
	const order = items[index]?.name ?? '';
	return changeView(closed, screen, {
		...view,
		order,
		isReversed: order === chosen ? !view.isReversed : false,
	});
};
