import {isJsonObject} from '../oci/json.js';

type JsonObject = Readonly<Record<string, unknown>>;

const normalize = (name: string): string =>
	name.toLowerCase().replaceAll(/[^a-z\d]/g, '.');

/**
The value of a field of a log entry or of a row of a table, by its path: `jsonPayload.involvedObject.uid`. `undefined` where there is none, and for null.

BigQuery compares the names of columns without case, lower-cases some of them when it makes a table, and tools flatten records into `a.b` or `a_b`: so names are compared without case, and nested, dotted and underscored alike.
*/
export const findField = (value: unknown, path: string): unknown => {
	if (!isJsonObject(value)) {
		return undefined;
	}

	const exact = value[path];
	return exact === undefined
		? findNested(value, path.split('.'))
		: (exact ?? undefined);
};

const findNested = (object: JsonObject, parts: readonly string[]): unknown => {
	const quick = parts.length > 1 ? object[parts[0] ?? ''] : undefined;
	if (quick !== undefined) {
		const found = findField(quick, parts.slice(1).join('.'));
		if (found !== undefined) {
			return found;
		}
	}

	const names = Object.keys(object);
	for (let {length} = parts; length > 0; length--) {
		const wanted = normalize(parts.slice(0, length).join('.'));
		for (const name of names) {
			// Most names differ in length, which is told without a copy.
			if (name.length === wanted.length && normalize(name) === wanted) {
				const inner = object[name];
				const found =
					length === parts.length
						? (inner ?? undefined)
						: findField(inner, parts.slice(length).join('.'));
				if (found !== undefined) {
					return found;
				}
			}
		}
	}

	return undefined;
};

/** A field that is a text; an empty text where it is none. */
export const findText = (value: unknown, path: string): string => {
	const found = findField(value, path);
	return typeof found === 'string' ? found : '';
};

/** A field that is a whole number, which tables write as texts; `undefined` for everything else, and for what is too large to be counted exactly. */
export const findInteger = (value: unknown, path: string): number | undefined =>
	readInteger(findField(value, path));

/** A whole number that a log writes as a number or as a text. */
export const readInteger = (value: unknown): number | undefined => {
	const number =
		typeof value === 'string' && /^\d{1,16}$/.test(value.trim())
			? Number(value)
			: value;
	return typeof number === 'number' && Number.isSafeInteger(number)
		? number
		: undefined;
};
