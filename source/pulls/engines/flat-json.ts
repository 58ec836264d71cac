const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const zero = 0x30;
const nine = 0x39;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const space = 0x20;

/** Bytes that end a plain stretch of a text: quotes, backslashes, control characters and all that is not ASCII. */
const stops = Uint8Array.from({length: 256}, (_, byte) =>
	byte === quote || byte === 0x5c || byte < 0x20 || byte > 0x7e ? 1 : 0,
);

const encoder = new TextEncoder();
const words = ['true', 'false', 'null'].map(word => encoder.encode(word));

/** Something is written in a way that is left to `JSON.parse`. */
const unusual = -1;
/** What a name stands for that is no wanted field. */
const unwanted = -1;
const innerObject = -2;

/** The end of a text without its closing quote, which begins behind the opening one. */
const endOfText = (bytes: Uint8Array, from: number, end: number): number => {
	let index = from;
	while (index < end && stops[bytes[index] ?? 0] === 0) {
		index++;
	}

	return index < end && bytes[index] === quote ? index : unusual;
};

const isEqual = (
	bytes: Uint8Array,
	from: number,
	name: Uint8Array,
): boolean => {
	for (let index = 0; index < name.length; index++) {
		if (bytes[from + index] !== name[index]) {
			return false;
		}
	}

	return true;
};

const skipSpaces = (bytes: Uint8Array, from: number, end: number): number => {
	let index = from;
	while (index < end && bytes[index] === space) {
		index++;
	}

	return index;
};

/** The end of a whole number, or of true, false or null. */
const endOfPlainValue = (
	bytes: Uint8Array,
	from: number,
	end: number,
): number => {
	const begin = bytes[from] === minus ? from + 1 : from;
	let index = begin;
	while (
		index < end &&
		(bytes[index] ?? 0) >= zero &&
		(bytes[index] ?? 0) <= nine
	) {
		index++;
	}

	if (index > begin) {
		// A number does not begin with a zero unless it is one.
		return bytes[begin] === zero && index > begin + 1 ? unusual : index;
	}

	const word = words.find(
		each => begin === from && isEqual(bytes, from, each),
	);
	return word === undefined ? unusual : from + word.length;
};

type Name = {
	readonly bytes: Uint8Array;
	/** The number of a wanted field, or what else it stands for. */
	readonly field: number;
};

const encodeNames = (names: readonly string[], first: number): Name[] =>
	names.map((name, index) => ({
		bytes: encoder.encode(name),
		field: first + index,
	}));

/** What a reader of flat JSON looks for. */
export type FlatJsonFields = {
	readonly top: readonly string[];
	/** The name of the object inside, and its fields. */
	readonly innerName: string;
	readonly inner: readonly string[];
};

/**
Finds the texts of some fields in the bytes of a JSON object with, at most, one object inside it. The whole of it is checked to be JSON.

It knows what is usual: plain ASCII texts without escapes, whole numbers, true, false and null, each wanted field once and as a text. For anything else it says no, and `JSON.parse` is to look. It is quick where names follow each other as in the
object before.
*/
export class FlatJson {
	/** The beginning and the end of each wanted text, those at the top first; -1 where there is none. */
	readonly ranges: Int32Array;
	readonly #top: readonly Name[];
	readonly #inner: readonly Name[];
	/** The names of the object before, in their order. */
	readonly #expectedTop: Name[] = [];
	readonly #expectedInner: Name[] = [];

	constructor({top, innerName, inner}: FlatJsonFields) {
		this.ranges = new Int32Array((top.length + inner.length) * 2);
		this.#top = [
			...encodeNames(top, 0),
			{bytes: encoder.encode(innerName), field: innerObject},
		];
		this.#inner = encodeNames(inner, top.length);
	}

	/** Whether the bytes are such an object; `ranges` holds where the texts are then. */
	scan(bytes: Uint8Array, start: number, end: number): boolean {
		this.ranges.fill(-1);
		const at = skipSpaces(bytes, start, end);
		const after = this.#scanObject(bytes, at, end, this.#expectedTop);
		return after !== unusual && skipSpaces(bytes, after, end) === end;
	}

	/** Goes through an object; resolves to the place behind it. */
	#scanObject(
		bytes: Uint8Array,
		start: number,
		end: number,
		expected: Name[],
	): number {
		if (bytes[start] !== openBrace) {
			return unusual;
		}

		let at = skipSpaces(bytes, start + 1, end);
		let hasInner = false;
		for (let index = 0; ; index++) {
			if (bytes[at] !== quote) {
				return unusual;
			}

			const known = expected[index];
			const name =
				known !== undefined &&
				isEqual(bytes, at + 1, known.bytes) &&
				bytes[at + 1 + known.bytes.length] === quote
					? known
					: this.#readName(bytes, at + 1, end, expected);
			if (name === undefined) {
				return unusual;
			}

			expected[index] = name;
			at = skipSpaces(bytes, at + 2 + name.bytes.length, end);
			if (bytes[at] !== colon) {
				return unusual;
			}

			at = skipSpaces(bytes, at + 1, end);
			const {field} = name;
			if (bytes[at] === quote && field !== innerObject) {
				const textEnd = endOfText(bytes, at + 1, end);
				if (textEnd === unusual || !this.#keep(field, at + 1, textEnd)) {
					return unusual;
				}

				at = textEnd + 1;
			} else if (field === innerObject && !hasInner) {
				hasInner = true;
				at = this.#scanObject(bytes, at, end, this.#expectedInner);
			} else {
				at =
					field === unwanted ? endOfPlainValue(bytes, at, end) : unusual;
			}

			if (at === unusual) {
				return unusual;
			}

			at = skipSpaces(bytes, at, end);
			if (at >= end) {
				return unusual;
			}

			if (bytes[at] === closeBrace) {
				return at + 1;
			}

			if (bytes[at] !== comma) {
				return unusual;
			}

			at = skipSpaces(bytes, at + 1, end);
		}
	}

	/** `false` where a wanted field stands there for the second time. */
	#keep(field: number, start: number, end: number): boolean {
		if (field === unwanted) {
			return true;
		}

		if (this.ranges[field * 2] !== -1) {
			return false;
		}

		this.ranges[field * 2] = start;
		this.ranges[field * 2 + 1] = end;
		return true;
	}

	/** A name that is not the one that was expected. */
	#readName(
		bytes: Uint8Array,
		from: number,
		end: number,
		expected: Name[],
	): Name | undefined {
		const nameEnd = endOfText(bytes, from, end);
		if (nameEnd === unusual) {
			return undefined;
		}

		const names = expected === this.#expectedTop ? this.#top : this.#inner;
		const found = names.find(
			name =>
				name.bytes.length === nameEnd - from &&
				isEqual(bytes, from, name.bytes),
		);
		return (
			found ?? {bytes: bytes.slice(from, nameEnd), field: unwanted}
		);
	}
}
