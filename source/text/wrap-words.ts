import stringWidth from 'string-width';

/** Cuts a word that is wider than a line. */
const cutWord = (word: string, width: number): string[] => {
	const parts: string[] = [];
	let part = '';
	for (const character of word) {
		if (part !== '' && stringWidth(part + character) > width) {
			parts.push(part);
			part = character;
		} else {
			part += character;
		}
	}

	return [...parts, part];
};

/** Breaks a text between words into lines of so many cells; a longer word is cut. */
export const wrapWords = (text: string, width: number): string[] => {
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(' ').flatMap(part => cutWord(part, width))) {
		if (line !== '' && stringWidth(line) + 1 + stringWidth(word) > width) {
			lines.push(line);
			line = word;
		} else {
			line = line === '' ? word : `${line} ${word}`;
		}
	}

	return [...lines, line];
};
