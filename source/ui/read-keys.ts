import type {Key as InkKey} from 'ink';
import {namesOf} from './names-of.js';

/** One thing that came from the keyboard: the name of a key, or pasted text, which is never taken as keys. */
export type KeyPress =
	| {readonly kind: 'key'; readonly name: string}
	| {readonly kind: 'paste'; readonly text: string};

const pasteBegins = '[200~';
const pasteEnds = '[201~';

type NamedKey = Exclude<
	keyof InkKey,
	| 'ctrl'
	| 'shift'
	| 'meta'
	| 'super'
	| 'hyper'
	| 'capsLock'
	| 'numLock'
	| 'eventType'
>;

const namedKeys: Readonly<Record<NamedKey, string>> = {
	upArrow: 'up',
	downArrow: 'down',
	leftArrow: 'left',
	rightArrow: 'right',
	pageUp: 'pageup',
	pageDown: 'pagedown',
	home: 'home',
	end: 'end',
	return: 'enter',
	escape: 'escape',
	tab: 'tab',
	backspace: 'backspace',
	// What most terminals send for Backspace, 0x7f, Ink calls delete.
	delete: 'backspace',
};

/** The name of a character that came alone or in a chunk with others. */
const nameCharacter = (character: string): string => {
	const code = character.codePointAt(0) ?? 0;
	switch (code) {
		case 0x0d:
		case 0x0a: {
			return 'enter';
		}

		case 0x09: {
			return 'tab';
		}

		case 0x08:
		case 0x7f: {
			return 'backspace';
		}

		case 0x1b: {
			return 'escape';
		}

		default: {
			return code < 0x20
				? `ctrl-${String.fromCodePoint(code + 0x60)}`
				: character;
		}
	}
};

/**
Turns what Ink hands over into key presses.

Ink gives characters that arrive in one chunk as one string; they are taken apart, so that a held key loses nothing. Between the marks of a bracketed paste everything is
collected and comes out as one paste.
*/
export const createKeyReader = (): ((
	input: string,
	key: InkKey,
) => readonly KeyPress[]) => {
	let pasted: string | undefined;

	const readPaste = (input: string, key: InkKey): readonly KeyPress[] => {
		const end = input.indexOf(pasteEnds);
		const text = key.return ? '\n' : end === -1 ? input : input.slice(0, end);
		pasted = (pasted ?? '') + text;
		if (end === -1) {
			return [];
		}

		const paste: KeyPress = {kind: 'paste', text: pasted};
		pasted = undefined;
		return [paste];
	};

	return (input, key) => {
		if (pasted !== undefined) {
			return readPaste(input, key);
		}

		if (input.startsWith(pasteBegins)) {
			return readPaste(input.slice(pasteBegins.length), key);
		}

		const named = namesOf(namedKeys).find(name => key[name]);
		if (named) {
			return [{kind: 'key', name: namedKeys[named]}];
		}

		if (key.ctrl && input.length === 1) {
			return [{kind: 'key', name: `ctrl-${input.toLowerCase()}`}];
		}

		// What is left of a sequence that nobody knows is no text.
		return key.meta || input.startsWith('[')
			? [{kind: 'key', name: `unknown ${input}`}]
			: [...input].map(character => ({
					kind: 'key',
					name: nameCharacter(character),
				}));
	};
};
