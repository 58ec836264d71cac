/** A stretch of a text and what takes its place. */
export type Edit = {
	/** UTF-16 code units from the beginning of the text. */
	readonly offset: number;
	readonly before: string;
	readonly after: string;
};

/** A text with edits made, which do not overlap and stand in the order of their offsets. */
export const applyEdits = (text: string, edits: readonly Edit[]): string => {
	const parts: string[] = [];
	let done = 0;
	for (const {offset, before, after} of edits) {
		parts.push(text.slice(done, offset), after);
		done = offset + before.length;
	}

	return parts.join('') + text.slice(done);
};
