const escape = '\u001B';

const namedKeys: ReadonlyMap<string, string> = new Map([
	['enter', '\r'],
	['esc', escape],
	['tab', '\t'],
	['space', ' '],
	['backspace', '\u007F'],
	['delete', `${escape}[3~`],
	['up', `${escape}[A`],
	['down', `${escape}[B`],
	['right', `${escape}[C`],
	['left', `${escape}[D`],
	['end', `${escape}[F`],
	['home', `${escape}[H`],
	['pageup', `${escape}[5~`],
	['pagedown', `${escape}[6~`],
	['insert', `${escape}[2~`],
	['f1', `${escape}OP`],
	['f5', `${escape}[15~`],
	['shift-tab', `${escape}[Z`],
	['alt-d', `${escape}d`],
]);

/** What a terminal sends for a key: a character, one of the names above, or `ctrl-c` and the like. */
export const encodeKey = (key: string): string => {
	const named = namedKeys.get(key);
	if (named !== undefined) {
		return named;
	}

	const letter = /^ctrl-(?<letter>[a-z])$/v.exec(key)?.groups?.['letter'];
	if (letter !== undefined) {
		return String.fromCodePoint((letter.codePointAt(0) ?? 0) % 32);
	}

	if ([...key].length !== 1) {
		throw new TypeError(`There is no key named ${key}.`);
	}

	return key;
};

/** What a terminal sends for a paste: line ends as Enter, between the marks that the explorer asks for. */
export const encodePaste = (text: string): string =>
	`${escape}[200~${text.replaceAll(/\r?\n/gv, '\r')}${escape}[201~`;
