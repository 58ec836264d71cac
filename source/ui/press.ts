import type {Message} from '../state/message.js';
import type {State} from '../state/state.js';
import {findKey, isTypedInto, keyContext, messageOf} from './keymap.js';
import type {KeyPress} from './read-keys.js';

/** Below this the columns cannot be told apart. */
export const smallest = {columns: 60, rows: 15};

/** Whether the terminal shows nothing but the size that it needs. */
export const isTooSmall = ({size: {columns, rows}}: State): boolean =>
	columns < smallest.columns || rows < smallest.rows;

// What cannot be seen is not text.
const keepVisible = (text: string): string =>
	text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '');

const isCharacter = (name: string): boolean => [...name].length === 1;

/** The message that a key press means on the drawn screen; `undefined` if it means nothing there. */
export const readPress = (
	state: State,
	press: KeyPress,
): Message | undefined => {
	// What nobody sees nobody means; only leaving is always meant.
	if (isTooSmall(state) && !(press.kind === 'key' && press.name === 'ctrl-c')) {
		return undefined;
	}

	const context = keyContext(state);
	if (press.kind === 'paste') {
		return isTypedInto(context)
			? {kind: 'text-typed', text: keepVisible(press.text)}
			: {kind: 'key-refused', reason: 'Pasted text is not taken as keys.'};
	}

	const key = findKey(context, press.name);
	if (key) {
		const reason = key.whyNot?.(state);
		return reason === undefined
			? messageOf(key, state)
			: {kind: 'key-refused', reason};
	}

	return isTypedInto(context) && isCharacter(press.name)
		? {kind: 'text-typed', text: press.name}
		: undefined;
};
