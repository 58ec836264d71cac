/**
What colours mean, by the names of the 16 colours, which every terminal maps to its own light or dark theme.

No meaning is by colour alone: a glyph or a word always says the same.
*/
export const theme = {
	/** The row under the cursor and what is being typed. */
	cursor: 'cyan',
	/** What is marked. */
	mark: 'magenta',
	/** What deletes, failed or is blocked. */
	danger: 'red',
	/** What is not known, or wants attention. */
	unknown: 'yellow',
	/** What went well. */
	done: 'green',
} as const;

/** The glyphs that stand beside the colours. */
export const glyphs = {
	cursor: '›',
	mark: '●',
	blocked: '✕',
	warning: '!',
	into: '▸',
} as const;
