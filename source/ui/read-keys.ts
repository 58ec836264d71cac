/** One thing that came from the keyboard: the name of a key, or pasted text, which is never taken as keys. */
export type KeyPress =
	| {readonly kind: 'key'; readonly name: string}
	| {readonly kind: 'paste'; readonly text: string};

const escape = '\u001B';
const pasteBegins = `${escape}[200~`;
const pasteEnds = `${escape}[201~`;

// The final character of a sequence, behind its number where that is what tells the key.
const namedSequences: ReadonlyMap<string, string> = new Map([
	['A', 'up'],
	['B', 'down'],
	['C', 'right'],
	['D', 'left'],
	['F', 'end'],
	['H', 'home'],
	['1~', 'home'],
	['3~', 'delete'],
	['4~', 'end'],
	['5~', 'pageup'],
	['6~', 'pagedown'],
	['7~', 'home'],
	['8~', 'end'],
]);

/** The name of a sequence, whatever modifier it carries; what is unknown is no text. */
const nameSequence = (sequence: string): string => {
	const {number = '', final = ''} =
		/^.[O[](?:(?<number>\d+)(?:;\d+)?)?(?<final>[A-Za-z~])$/s.exec(sequence)
			?.groups ?? {};
	return (
		namedSequences.get(final === '~' ? number + final : final) ??
		`unknown ${sequence.slice(1)}`
	);
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

		default: {
			return code < 0x20
				? `ctrl-${String.fromCodePoint(code + 0x60)}`
				: character;
		}
	}
};

const nameKeys = (chunk: string): string[] => {
	if (!chunk.startsWith(escape)) {
		return [...chunk].map(character => nameCharacter(character));
	}

	return chunk === escape || chunk === escape + escape
		? [...chunk].map(() => 'escape')
		: [nameSequence(chunk)];
};

/**
Turns the chunks that Ink hands over into key presses: a sequence that begins with Escape comes alone, other characters may come joined.

Joined characters are taken apart, so that a held key loses nothing. Between the marks of a bracketed paste everything is collected and comes out as one paste.
*/
export const createKeyReader = (): ((chunk: string) => readonly KeyPress[]) => {
	let pasted: string | undefined;

	const readPaste = (chunk: string): readonly KeyPress[] => {
		pasted = (pasted ?? '') + chunk;
		// On a slow line the mark at the end comes in two chunks.
		const end = pasted.indexOf(pasteEnds);
		if (end === -1) {
			return [];
		}

		const paste: KeyPress = {kind: 'paste', text: pasted.slice(0, end)};
		pasted = undefined;
		return [paste];
	};

	return chunk => {
		if (pasted !== undefined) {
			return readPaste(chunk);
		}

		return chunk === pasteBegins
			? readPaste('')
			: nameKeys(chunk).map(name => ({kind: 'key', name}));
	};
};
