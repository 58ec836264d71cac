import type {KeyMessage} from '../state/message.js';
import {selectCopyPhrase} from '../state/select-copy.js';
import {currentScreen, type Screen, type State} from '../state/state.js';
import {keys} from './keys.js';

/** What keys are looked up by: the drawn screen, the filter that is being typed over a list, or the phrase that a screen asks for. */
export type Context = Screen['kind'] | 'filter' | 'phrase';

const asksForPhrase = (screen: Screen): boolean =>
	(screen.kind === 'copy' && selectCopyPhrase(screen) !== undefined) ||
	(screen.kind === 'rewrite' && screen.typed !== undefined);

/** The context of the keys now. */
export const keyContext = (state: State): Context => {
	const screen = currentScreen(state);
	return state.isFiltering
		? 'filter'
		: asksForPhrase(screen)
			? 'phrase'
			: screen.kind;
};

/** A key, and what it does: the footer, the help, the readme's table and the key handling are all made of these. */
export type Key = {
	/** What is printed on the footer and in the help. */
	readonly name: string;
	/** The key presses that it stands for, as `readKeys` names them. */
	readonly presses: readonly string[];
	/** One or two words for the footer; an empty text keeps it out of there. */
	readonly label: string | ((state: State) => string);
	/** One line for the help and the readme. */
	readonly help: string;
	readonly screens: readonly Context[];
	readonly message: KeyMessage | ((state: State) => KeyMessage);
	/** Why the key does nothing now, in one sentence. */
	readonly whyNot?: (state: State) => string | undefined;
};

/** Every key of the explorer. */
export const keymap: readonly Key[] = keys;

/** The key that a press means in a context. */
export const findKey = (context: Context, press: string): Key | undefined =>
	keymap.find(
		key => key.screens.includes(context) && key.presses.includes(press),
	);

/** What a key says now. */
export const messageOf = ({message}: Key, state: State): KeyMessage =>
	typeof message === 'function' ? message(state) : message;

/** What the footer calls a key now. */
export const labelOf = ({label}: Key, state: State): string =>
	typeof label === 'string' ? label : label(state);

/** The keys of the footer: those that do something now. */
export const shownKeys = (state: State): readonly Key[] =>
	keymap.filter(
		key =>
			labelOf(key, state) !== '' &&
			key.screens.includes(keyContext(state)) &&
			key.whyNot?.(state) === undefined,
	);

/** Whether letters are text in a context. */
export const isTypedInto = (context: Context): boolean =>
	context === 'text' ||
	context === 'review' ||
	context === 'phrase' ||
	context === 'filter' ||
	context === 'rules';
