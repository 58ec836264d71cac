import {isJsonObject} from '../oci/json.js';
import {UserError} from '../user-error.js';

/** A value of a snapshot and where it stands. */
export type Value = {
	readonly value: unknown;
	readonly file: string;
	/** For example `uses[3].image.digest`; an empty text for the document. */
	readonly place: string;
};

/** The error for a snapshot that is not what jetsam writes. `problem` goes on after the file's name, without a full stop. */
export const createSnapshotError = (file: string, problem: string): UserError =>
	new UserError(`${file} ${problem}, so it cannot be used as a snapshot.`, {
		remedy: 'Write it anew with `jetsam uses --json`.',
		exitCode: 2,
	});

const show = (value: unknown): string => {
	const text = JSON.stringify(value) ?? 'missing';
	return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

/** The error for a value that is not `expected`, which is a few words such as `a text`. */
export const refuseValue = (
	{value, file, place}: Value,
	expected: string,
): UserError =>
	createSnapshotError(
		file,
		value === undefined
			? `has no ${place}`
			: `has ${show(value)} as ${place}, which is not ${expected}`,
	);

/** The fields of an object, by name. */
export const readObject = (value: Value): ((name: string) => Value) => {
	const object = value.value;
	if (!isJsonObject(object)) {
		throw refuseValue(value, 'an object');
	}

	return name => ({
		file: value.file,
		place: value.place === '' ? name : `${value.place}.${name}`,
		value: Object.hasOwn(object, name) ? object[name] : undefined,
	});
};

/** The items of a list, each read by `read`. */
export const readList = <Item>(
	value: Value,
	read: (item: Value) => Item,
): readonly Item[] => {
	if (!Array.isArray(value.value)) {
		throw refuseValue(value, 'a list');
	}

	return value.value.map((item: unknown, index) =>
		read({
			value: item,
			file: value.file,
			place: `${value.place}[${index}]`,
		}),
	);
};

/** `undefined` for null; a field that is missing is read, and refused. */
export const readOptional = <Item>(
	value: Value,
	read: (value: Value) => Item,
): Item | undefined => (value.value === null ? undefined : read(value));

export const readText = (value: Value): string => {
	if (typeof value.value !== 'string') {
		throw refuseValue(value, 'a text');
	}

	return value.value;
};

/** A count: zero or more. */
export const readInteger = (value: Value): number => {
	if (
		typeof value.value !== 'number' ||
		!Number.isSafeInteger(value.value) ||
		value.value < 0
	) {
		throw refuseValue(value, 'a count');
	}

	return value.value;
};

/** One of a few words. */
export const readWord = <const Word extends string | boolean>(
	value: Value,
	words: readonly Word[],
): Word => {
	const found = words.find(word => word === value.value);
	if (found === undefined) {
		throw refuseValue(value, `one of ${words.join(', ')}`);
	}

	return found;
};

/** Milliseconds since 1970 of an ISO 8601 time with its zone. */
export const readTime = (value: Value): number => {
	const text = readText(value);
	const time =
		/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(text)
			? Date.parse(text)
			: Number.NaN;
	if (Number.isNaN(time)) {
		throw refuseValue(value, 'an ISO 8601 time');
	}

	return time;
};
