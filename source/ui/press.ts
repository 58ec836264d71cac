import type {Message} from '../state/message.js';
import {currentScreen, type State} from '../state/state.js';
import {findKey, isTypedInto} from './keymap.js';
import type {KeyPress} from './read-keys.js';

// What cannot be seen is not text.
const keepVisible = (text: string): string =>
	text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '');

const isCharacter = (name: string): boolean => [...name].length === 1;

/** The message that a key press means on the drawn screen; `undefined` if it means nothing there. */
export const readPress = (
	state: State,
	press: KeyPress,
): Message | undefined => {
	const screen = currentScreen(state);
	if (press.kind === 'paste') {
		return isTypedInto(screen.kind)
			? {kind: 'text-typed', text: keepVisible(press.text)}
			: {kind: 'key-refused', reason: 'Pasted text is not taken as keys.'};
	}

	const key = findKey(screen.kind, press.name);
	if (key) {
		const reason = key.whyNot?.(state);
		return reason === undefined ? key.message : {kind: 'key-refused', reason};
	}

	return isTypedInto(screen.kind) && isCharacter(press.name)
		? {kind: 'text-typed', text: press.name}
		: undefined;
};
