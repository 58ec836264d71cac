const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const zero = 0x30;
const nine = 0x39;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** Bytes that end a plain stretch of a text: quotes, backslashes, control characters and all that is not ASCII. */
const stops = Uint8Array.from({length: 256}, (_, byte) =>
	byte === quote || byte === 0x5c || byte < 0x20 || byte > 0x7e ? 1 : 0,
);

const words: readonly Uint8Array[] = ['true', 'false', 'null'].map(word =>
	new TextEncoder().encode(word),
);

/** Where something is written that this reader leaves to `JSON.parse`. */
const unusual = -1;

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

/** The end of a whole number, or of true, false or null. */
const endOfPlainValue = (
	bytes: Uint8Array,
	from: number,
	end: number,
): number => {
	const first = bytes[from] ?? 0;
	let index = first === minus ? from + 1 : from;
	const begin = index;
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

	for (const word of words) {
		if (begin === from && isEqual(bytes, from, word)) {
			return from + word.length;
		}
	}

	return unusual;
};

const skipSpaces = (bytes: Uint8Array, from: number, end: number): number => {
	let index = from;
	while (index < end && bytes[index] === 0x20) {
		index++;
	}

	return index;
};

/** Names that are wanted, by their lengths. */
type Level = ReadonlyArray<
	ReadonlyArray<{readonly name: Uint8Array; readonly field: number}>
>;

const sortByLength = (names: readonly string[], first: number): Level => {
	const level: Array<Array<{name: Uint8Array; field: number}>> = [];
	for (const [index, text] of names.entries()) {
		const name = new TextEncoder().encode(text);
		while (level.length <= name.length) {
			level.push([]);
		}

		level[name.length]?.push({name, field: first + index});
	}

	return level;
};

const findField = (
	bytes: Uint8Array,
	from: number,
	end: number,
	level: Level,
): number => {
	for (const {name, field} of level[end - from] ?? []) {
		if (isEqual(bytes, from, name)) {
			return field;
		}
	}

	return -1;
};

/**
Finds the texts of some fields in the bytes of a JSON object with, at most, one object inside it. The whole of it is checked to be JSON.

It knows what is usual: plain ASCII texts without escapes, whole numbers, true, false and null, each wanted field once and as a text. For anything else it says no, and `JSON.parse` is to look.
*/
export class FlatJson {
	/** The beginning and the end of each wanted text, those at the top first; -1 where there is none. */
	readonly ranges: Int32Array;
	readonly #top: Level;
	readonly #inner: Level;
	readonly #innerName: Uint8Array;

	constructor({
		top,
		inner,
		innerName,
	}: {
		readonly top: readonly string[];
		/** The fields of the object inside. */
		readonly inner: readonly string[];
		/** The name of the object inside. */
		readonly innerName: string;
	}) {
		this.ranges = new Int32Array((top.length + inner.length) * 2);
		this.#top = sortByLength(top, 0);
		this.#inner = sortByLength(inner, top.length);
		this.#innerName = new TextEncoder().encode(innerName);
	}

	/** Whether the bytes are such an object; `ranges` holds where the texts are then. */
	scan(bytes: Uint8Array, start: number, end: number): boolean {
		this.ranges.fill(-1);
		const after = this.#scanObject(bytes, skipSpaces(bytes, start, end), end, {
			isInner: false,
		});
		return after !== unusual && skipSpaces(bytes, after, end) === end;
	}

	/** Goes through an object; resolves to the place behind it. */
	#scanObject(
		bytes: Uint8Array,
		start: number,
		end: number,
		{isInner}: {isInner: boolean},
	): number {
		if (bytes[start] !== openBrace) {
			return unusual;
		}

		const level = isInner ? this.#inner : this.#top;
		let hasInner = isInner;
		let at = skipSpaces(bytes, start + 1, end);
		for (;;) {
			if (bytes[at] !== quote) {
				return unusual;
			}

			const nameEnd = endOfText(bytes, at + 1, end);
			if (nameEnd === unusual) {
				return unusual;
			}

			const nameStart = at + 1;
			at = skipSpaces(bytes, nameEnd + 1, end);
			if (bytes[at] !== colon) {
				return unusual;
			}

			at = skipSpaces(bytes, at + 1, end);
			const field = findField(bytes, nameStart, nameEnd, level);
			const first = bytes[at];
			if (first === quote) {
				const textEnd = endOfText(bytes, at + 1, end);
				if (textEnd === unusual) {
					return unusual;
				}

				if (field !== -1) {
					if (this.ranges[field * 2] !== -1) {
						return unusual;
					}

					this.ranges[field * 2] = at + 1;
					this.ranges[field * 2 + 1] = textEnd;
				}

				at = textEnd + 1;
			} else if (field !== -1) {
				return unusual;
			} else if (first === openBrace) {
				if (hasInner || !this.#isInnerName(bytes, nameStart, nameEnd)) {
					return unusual;
				}

				hasInner = true;
				at = this.#scanObject(bytes, at, end, {isInner: true});
			} else {
				at = this.#isInnerName(bytes, nameStart, nameEnd)
					? unusual
					: endOfPlainValue(bytes, at, end);
			}

			if (at === unusual) {
				return unusual;
			}

			at = skipSpaces(bytes, at, end);
			if (bytes[at] === closeBrace && at < end) {
				return at + 1;
			}

			if (bytes[at] !== comma) {
				return unusual;
			}

			at = skipSpaces(bytes, at + 1, end);
		}
	}

	#isInnerName(bytes: Uint8Array, start: number, end: number): boolean {
		return (
			end - start === this.#innerName.length &&
			isEqual(bytes, start, this.#innerName)
		);
	}
}
