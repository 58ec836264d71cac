import {isJsonObject, parseJson} from '../oci/json.js';

const mostSamples = 20;

/** The objects that stand whole in a text, with how many objects they stand in. */
const findObjects = (
	text: string,
): ReadonlyArray<{readonly text: string; readonly depth: number}> => {
	const found: Array<{text: string; depth: number}> = [];
	const starts: number[] = [];
	for (const {0: token, index} of text.matchAll(/"(?:[^"\\\n]|\\.)*"|[{}]/g)) {
		if (token === '{') {
			starts.push(index);
		} else if (token === '}') {
			const start = starts.pop();
			if (start !== undefined) {
				found.push({
					text: text.slice(start, index + 1),
					depth: starts.length,
				});
			}
		}
	}

	return found;
};

/**
The first objects of a file of JSON by how it begins: its lines, the elements of its array or, where one document is longer than what was read, the objects in it. Text that is no JSON, as in front of a wrapped line, does not matter.
*/
export const sampleValues = (
	head: string,
): ReadonlyArray<Readonly<Record<string, unknown>>> => {
	const objects = findObjects(head);
	const least = Math.min(...objects.map(({depth}) => depth));
	return objects
		.filter(({depth}) => depth === least)
		.slice(0, mostSamples)
		.map(({text}) => parseJson(text))
		.filter(value => isJsonObject(value));
};
