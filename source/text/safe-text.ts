const unsafe =
	/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\u034F\u115F\u1160\u3164\uFFA0]/gu;

/** All but the visible characters of ASCII, of which most texts are: the classes of Unicode are looked up for nothing else, which takes most of the time. */
const unusual = /[^\u0020-\u007E]+/gu;

/** The same but for the ends of lines and tabs. */
const unusualBesidesIndentation = /[^\n\t\u0020-\u007E]+/gu;

const longest = 4000;

/**
Foreign text, made safe for a terminal: what is a control, an escape, a line break, a mark of direction or of no width is replaced by `�`, and what is endless is cut.

Safeguard 14: everything that a registry, a log or a cluster says goes through here before it is drawn.
*/
export const makeSafe = (text: string): string => {
	const cut = text.length > longest ? `${text.slice(0, longest)}…` : text;
	return cut.replaceAll(unusual, part => part.replaceAll(unsafe, '\uFFFD'));
};

/** A foreign text of several lines for a terminal, as `makeSafe` does it for one; tabs and the ends of lines stay, and nothing is cut. */
export const makeLinesSafe = (text: string): string =>
	text.replaceAll(unsafe, (character, offset: number) =>
		character === '\n' ||
		character === '\t' ||
		(character === '\r' && text[offset + 1] === '\n')
			? character
			: '\uFFFD',
	);

// JSON escapes halves of a surrogate pair apart.
const escapeCharacter = (character: string): string =>
	Array.from(
		{length: character.length},
		(_, index) =>
			String.raw`\u` +
			// eslint-disable-next-line unicorn/prefer-code-point -- the halves are what is wanted
			character.charCodeAt(index).toString(16).padStart(4, '0'),
	).join('');

/** A value as indented JSON for a terminal or a file: what `makeSafe` would replace is escaped, so that nothing of it is lost. */
export const stringifySafely = (value: unknown): string =>
	JSON.stringify(value, undefined, '\t').replaceAll(
		// Inside a text these two are escaped already; here they are the indentation.
		unusualBesidesIndentation,
		part => part.replaceAll(unsafe, character => escapeCharacter(character)),
	);
