import {isJsonObject, parseJson} from '../oci/json.js';

/** The texts in a JSON array, or in one field of each object in it; none where it is no array. */
export const readTexts = (
	output: string,
	field?: string,
): readonly string[] => {
	const document = parseJson(output);
	const entries: readonly unknown[] = Array.isArray(document) ? document : [];
	return entries
		.map(entry =>
			field === undefined
				? entry
				: isJsonObject(entry)
					? entry[field]
					: undefined,
		)
		.filter(text => typeof text === 'string');
};
