import {parseDigest, type Digest} from './digest.js';
import {isJsonObject, parseJson} from './json.js';

/** Strings, marks, white space, and everything else of a JSON text. */
const tokenPattern = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{},:]|\s+|[^\s[\]{},:"]+/gsu;

/** An element of an array in a text, with the white space before it. */
type Element = {readonly start: number; readonly end: number};

/** Where the elements of the member `manifests` stand in the text of an object, and where they end; `undefined` where it has no such array. */
const findElements = (
	text: string,
):
	{readonly elements: readonly Element[]; readonly end: number} | undefined => {
	const elements: Element[] = [];
	let depth = 0;
	let key = '';
	let before = '';
	let start: number | undefined;
	let valueEnd = 0;
	for (const {0: token, index} of text.matchAll(tokenPattern)) {
		if (token.trim() === '') {
			continue;
		}

		if (start !== undefined && depth === 2 && /^[,\]]$/.test(token)) {
			if (valueEnd > start) {
				elements.push({start, end: valueEnd});
			}

			if (token === ']') {
				return {elements, end: valueEnd > start ? valueEnd : index};
			}

			start = index + 1;
		} else {
			valueEnd = index + token.length;
		}

		if (depth === 1 && token === ':') {
			key = before;
		} else if (depth === 1 && token === '[' && parseJson(key) === 'manifests') {
			start ??= index + 1;
			valueEnd = start;
		}

		depth += /^[[{]$/.test(token) ? 1 : /^[\]}]$/.test(token) ? -1 : 0;
		before = token;
	}

	return undefined;
};

const digestIn = (value: unknown): Digest | undefined =>
	isJsonObject(value) ? parseDigest(value['digest']) : undefined;

/**
The text of an index without the descriptors of some digests. Every other byte of it stays as it is, so that what jetsam knows nothing of stays too. With no descriptor left it is an empty index.

`undefined` where the text is no index, or an odd one of which it is not sure what would be left.
*/
export const removeDescriptors = (
	text: string,
	digests: ReadonlySet<Digest>,
): string | undefined => {
	const document = parseJson(text);
	const found = findElements(text);
	if (
		!isJsonObject(document) ||
		!Array.isArray(document['manifests']) ||
		!found
	) {
		return undefined;
	}

	const goes = (value: unknown): boolean => {
		const digest = digestIn(value);
		return digest !== undefined && digests.has(digest);
	};

	const {elements, end} = found;
	const kept = elements
		.map(element => text.slice(element.start, element.end))
		.filter(element => !goes(parseJson(element)));
	const start = elements[0]?.start ?? end;
	const changed = text.slice(0, start) + kept.join(',') + text.slice(end);
	const wanted = {
		...document,
		manifests: document['manifests'].filter(value => !goes(value)),
	};
	return JSON.stringify(parseJson(changed)) === JSON.stringify(wanted)
		? changed
		: undefined;
};
