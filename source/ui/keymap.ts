import type {KeyMessage} from '../state/message.js';
import {currentScreen, type Screen, type State} from '../state/state.js';

/** A key, and what it does: the footer, the help, the readme's table and the key handling are all made of these. */
export type Key = {
	/** What is printed on the footer and in the help. */
	readonly name: string;
	/** The key presses that it stands for, as `readKeys` names them. */
	readonly presses: readonly string[];
	/** One or two words for the footer; an empty text keeps it out of there. */
	readonly label: string;
	/** One line for the help and the readme. */
	readonly help: string;
	readonly screens: ReadonlyArray<Screen['kind']>;
	readonly message: KeyMessage;
	/** Why the key does nothing now, in one sentence. */
	readonly whyNot?: (state: State) => string | undefined;
};

const lists = ['registries', 'repositories', 'digests'] as const;
const scrolled = [...lists, 'run'] as const;
const typed = ['text', 'review'] as const;
const all = [...lists, 'text', 'review', 'run', 'help', 'quit'] as const;

const move = (by: 'line' | 'page' | 'end', direction: -1 | 1): KeyMessage => ({
	kind: 'cursor-moved',
	by,
	direction,
});

const noMarks = (state: State): string | undefined =>
	state.marks.size === 0
		? 'Nothing is marked. Press Space on a digest that may go.'
		: undefined;

/** Every key of the explorer. Where letters are text, on screens that are typed into, no letter is a key. */
export const keymap: readonly Key[] = [
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
		help: 'scroll the plan up',
		screens: ['review'],
		message: move('line', -1),
	},
	{
		name: '↓',
		presses: ['down'],
		label: '',
		help: 'scroll the plan down',
		screens: ['review'],
		message: move('line', 1),
	},
	{
		name: 'PgUp',
		presses: ['pageup'],
		label: '',
		help: 'scroll the plan a page up',
		screens: ['review'],
		message: move('page', -1),
	},
	{
		name: 'PgDn',
		presses: ['pagedown'],
		label: '',
		help: 'scroll the plan a page down',
		screens: ['review'],
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
		screens: ['registries', 'repositories'],
		message: {kind: 'item-opened'},
	},
	{
		name: 'Space',
		presses: [' '],
		label: 'mark',
		help: 'mark or unmark the digest and move on',
		screens: ['digests'],
		message: {kind: 'mark-toggled'},
	},
	{
		name: 'd',
		presses: ['d'],
		label: 'review',
		help: 'review what is marked, before anything is deleted',
		screens: lists,
		message: {kind: 'review-opened'},
		whyNot: noMarks,
	},
	{
		name: 'u',
		presses: ['u'],
		label: '',
		help: 'unmark everything',
		screens: lists,
		message: {kind: 'marks-cleared'},
		whyNot: noMarks,
	},
	{
		name: 'o',
		presses: ['o'],
		label: 'go to…',
		help: 'type an address, or the name of a repository',
		screens: lists,
		message: {kind: 'place-asked'},
	},
	{
		name: 'r',
		presses: ['r'],
		label: 'refresh',
		help: 'read the list again',
		screens: ['repositories', 'digests'],
		message: {kind: 'list-refreshed'},
	},
	{
		name: 'Enter',
		presses: ['enter'],
		label: 'confirm',
		help: 'take what was typed; a phrase only when it is whole',
		screens: typed,
		message: {kind: 'text-submitted'},
	},
	{
		name: 'Backspace',
		presses: ['backspace'],
		label: '',
		help: 'erase the last character',
		screens: typed,
		message: {kind: 'text-erased', all: false},
	},
	{
		name: 'Ctrl-U',
		presses: ['ctrl-u'],
		label: '',
		help: 'erase what was typed',
		screens: typed,
		message: {kind: 'text-erased', all: true},
	},
	{
		name: 'Tab',
		presses: ['tab'],
		label: 'leave out',
		help: 'leave this registry out of the batch',
		screens: ['review'],
		message: {kind: 'registry-skipped'},
	},
	{
		name: 'Esc ← h',
		presses: ['escape', 'left', 'h', 'backspace'],
		label: 'back',
		help: 'go back one screen; never quits',
		screens: [...lists, 'run', 'help', 'quit'],
		message: {kind: 'screen-closed'},
	},
	{
		name: 'Esc',
		presses: ['escape'],
		label: 'back',
		help: 'leave without doing it',
		screens: typed,
		message: {kind: 'screen-closed'},
	},
	{
		name: '?',
		presses: ['?'],
		label: 'help',
		help: 'show all keys',
		screens: [...lists, 'run'],
		message: {kind: 'help-opened'},
	},
	{
		name: 'q',
		presses: ['q'],
		label: 'quit',
		help: 'quit; asks when there are marks',
		screens: [...lists, 'help'],
		message: {kind: 'quit-asked'},
	},
	{
		name: 'q',
		presses: ['q'],
		label: 'quit',
		help: 'quit after all',
		screens: ['quit'],
		message: {kind: 'quit-confirmed'},
	},
	{
		name: 'Ctrl-C',
		presses: ['ctrl-c'],
		label: '',
		help: 'quit; in a batch: stop after the step in flight, twice: break it off',
		screens: all,
		message: {kind: 'interrupted'},
	},
];

/** The key that a press means on a screen. */
export const findKey = (
	screen: Screen['kind'],
	press: string,
): Key | undefined =>
	keymap.find(
		key => key.screens.includes(screen) && key.presses.includes(press),
	);

/** The keys of the footer: those that do something on the drawn screen now. */
export const shownKeys = (state: State): readonly Key[] =>
	keymap.filter(
		key =>
			key.label !== '' &&
			key.screens.includes(currentScreen(state).kind) &&
			key.whyNot?.(state) === undefined,
	);

/** Whether letters are text on a screen. */
export const isTypedInto = (screen: Screen['kind']): boolean =>
	screen === 'text' || screen === 'review';
