const arrows: ReadonlyMap<string, string> = new Map([
	['↑', 'up'],
	['↓', 'down'],
	['←', 'left'],
	['→', 'right'],
]);

/** The name of a key as a screen reader says it: `→ l` is `right l`. */
export const speakKey = (name: string): string =>
	name.replaceAll(/[↑↓←→]/gu, arrow => arrows.get(arrow) ?? arrow);

/** The text of a cell as a screen reader says it: signs become words, and what only lines up goes. */
export const speakCell = (text: string): string => {
	switch (text) {
		case '?': {
			return 'unknown';
		}

		case '…': {
			return 'not read yet';
		}

		default: {
			return text.trim().replace(/^≥ ?/, 'at least ');
		}
	}
};

/** A line of a detail as a screen reader says it: columns become parts of a sentence. */
export const speakDetail = (label: string, text: string): string => {
	const words = text.trim().replaceAll(/ {2,}/g, ', ');
	return label === '' ? words : `${label}: ${words || 'none'}`;
};
