/** The text without its last character, or without all of it. */
export const eraseLast = (text: string, all: boolean): string =>
	all ? '' : [...text].slice(0, -1).join('');
