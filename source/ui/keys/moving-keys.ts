import type {KeyMessage} from '../../state/message.js';
import {isClosedList, selectEmptiness} from '../../state/select-emptiness.js';
import {currentScreen, type State} from '../../state/state.js';
import type {Key} from '../keymap.js';
import {listed, scrolled} from './contexts.js';

const move = (by: 'line' | 'page' | 'end', direction: -1 | 1): KeyMessage => ({
	kind: 'cursor-moved',
	by,
	direction,
});

/** Where a registry lists none of its repositories one can be typed. */
const nothingToOpen = (state: State): string | undefined =>
	isClosedList(state, currentScreen(state))
		? undefined
		: selectEmptiness(state);

/** Keys that move about and open. */
export const movingKeys: readonly Key[] = [
	{
		name: '↑ k',
		presses: ['up', 'k'],
		label: '',
		help: 'move up',
		screens: scrolled,
		message: move('line', -1),
	},
	{
		name: '↓ j',
		presses: ['down', 'j'],
		label: '',
		help: 'move down',
		screens: scrolled,
		message: move('line', 1),
	},
	{
		name: '↑',
		presses: ['up'],
		label: '',
		help: 'move up while typing',
		screens: ['review', 'phrase', 'filter'],
		message: move('line', -1),
	},
	{
		name: '↓',
		presses: ['down'],
		label: '',
		help: 'move down while typing',
		screens: ['review', 'phrase', 'filter'],
		message: move('line', 1),
	},
	{
		name: 'PgUp',
		presses: ['pageup'],
		label: '',
		help: 'a page up while typing',
		screens: ['review', 'phrase', 'filter'],
		message: move('page', -1),
	},
	{
		name: 'PgDn',
		presses: ['pagedown'],
		label: '',
		help: 'a page down while typing',
		screens: ['review', 'phrase', 'filter'],
		message: move('page', 1),
	},
	{
		name: 'PgUp Ctrl-U',
		presses: ['pageup', 'ctrl-u'],
		label: '',
		help: 'a page up',
		screens: scrolled,
		message: move('page', -1),
	},
	{
		name: 'PgDn Ctrl-D',
		presses: ['pagedown', 'ctrl-d'],
		label: '',
		help: 'a page down',
		screens: scrolled,
		message: move('page', 1),
	},
	{
		name: 'Home g',
		presses: ['home', 'g'],
		label: '',
		help: 'to the first line',
		screens: scrolled,
		message: move('end', -1),
	},
	{
		name: 'End G',
		presses: ['end', 'G'],
		label: '',
		help: 'to the last line',
		screens: scrolled,
		message: move('end', 1),
	},
	{
		name: 'Enter → l',
		presses: ['enter', 'right', 'l'],
		label: 'open',
		help: 'open what is under the cursor',
		screens: listed,
		message: {kind: 'item-opened'},
		whyNot: nothingToOpen,
	},
	{
		name: 'Enter',
		presses: ['enter'],
		label: 'choose',
		help: 'choose; an order that holds is turned round',
		screens: ['menu'],
		message: {kind: 'item-opened'},
	},
];
