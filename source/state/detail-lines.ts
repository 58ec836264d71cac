import {makeSafe} from '../text/safe-text.js';
import {wrapWords} from '../text/wrap-words.js';

/** A line of a detail: a label on the first line of what it names, and a text. */
export type DetailLine = {
	readonly label: string;
	readonly text: string;
	/** `chart` is a drawing, which the lines beside it say in words. */
	readonly tone: 'plain' | 'dim' | 'unknown' | 'head' | 'chart';
};

/** Characters of the label and the white space behind it. */
export const labelWidth = 14;

/** What a label names: nothing, one text, or several under each other. */
export type Entry = {
	readonly label: string;
	/** Untrusted; made safe here. An entry without texts is left out. */
	readonly texts: readonly string[];
	readonly tone?: DetailLine['tone'];
};

/** Entries as lines of so many columns. */
export const layOutEntries = (
	entries: readonly Entry[],
	columns: number,
): readonly DetailLine[] => {
	const width = Math.max(10, columns - labelWidth);
	return entries.flatMap(({label, texts, tone = 'plain'}) =>
		texts
			.flatMap(text =>
				tone === 'chart' ? [text] : wrapWords(makeSafe(text), width),
			)
			.map((text, index) => ({label: index === 0 ? label : '', text, tone})),
	);
};
