import {isJsonObject} from '../../oci/json.js';

/** A JSON object of which nothing is known yet. */
export type Fields = Readonly<Record<string, unknown>>;

const none: Fields = {};

/** The object under a path of keys; an empty one where there is none, as the API leaves out what is empty. */
export const getObject = (
	value: unknown,
	...keys: readonly string[]
): Fields => {
	let found = value;
	for (const key of keys) {
		found = isJsonObject(found) ? found[key] : undefined;
	}

	return isJsonObject(found) ? found : none;
};

/** The objects of a list under a key; none where there is no list. Go writes an empty one as null. */
export const getObjects = (object: Fields, key: string): readonly Fields[] => {
	const list = object[key];
	return Array.isArray(list) ? list.filter(entry => isJsonObject(entry)) : [];
};

/** The text under a key; an empty one where there is none. */
export const getText = (object: Fields, key: string): string => {
	const value = object[key];
	return typeof value === 'string' ? value : '';
};

/** The number under a key. */
export const getNumber = (object: Fields, key: string): number | undefined => {
	const value = object[key];
	return typeof value === 'number' ? value : undefined;
};

/** Milliseconds since 1970 of an RFC 3339 time; `undefined` for none and for the zero time of Go. */
export const readTime = (text: string): number | undefined => {
	const time = text === '' ? Number.NaN : Date.parse(text);
	return time > 0 ? time : undefined;
};
