/* eslint-disable no-bitwise -- bytes are looked at four at a time, as the bits of one word */
const quote = 0x22;
const backslash = 0x5c;

/** The highest bit of each of the four bytes of a word that are a quote, a backslash, a control character or beyond ASCII. The lowest of the bits is right; those above it may be too many. */
const findStops = (word: number): number => {
	const quotes = word ^ 0x22_22_22_22;
	const backslashes = word ^ 0x5c_5c_5c_5c;
	// A byte that is 0, or below the space, borrows from its highest bit.
	return (
		(((quotes - 0x01_01_01_01) & ~quotes) |
			((backslashes - 0x01_01_01_01) & ~backslashes) |
			((word - 0x20_20_20_20) & ~word) |
			word) &
		0x80_80_80_80
	);
};

/** Where the first stop is, byte by byte: near the end of the buffer. */
const findStopSlowly = (view: DataView, from: number, end: number): number => {
	for (let at = from; at < end; at++) {
		const byte = view.getUint8(at);
		if (byte === quote || byte === backslash || byte < 0x20 || byte > 0x7f) {
			return at;
		}
	}

	return end;
};

const findStop = (view: DataView, from: number, end: number): number => {
	const last = view.byteLength - 4;
	let at = from;
	while (at < end && at <= last) {
		const stops = findStops(view.getInt32(at, true));
		if (stops !== 0) {
			return at + ((31 - Math.clz32(stops & -stops)) >> 3);
		}

		at += 4;
	}

	return findStopSlowly(view, at, end);
};

/** The closing quote of a JSON text of plain ASCII without escapes, which begins behind its opening quote; -1 where it is written otherwise or has no end. */
export const findTextEnd = (
	view: DataView,
	from: number,
	end: number,
): number => {
	const stop = findStop(view, from, end);
	return stop < end && view.getUint8(stop) === quote ? stop : -1;
};

/** The next quote, or `end`. */
export const findQuote = (
	view: DataView,
	from: number,
	end: number,
): number => {
	const last = view.byteLength - 4;
	let at = from;
	while (at < end && at <= last) {
		const quotes = view.getInt32(at, true) ^ 0x22_22_22_22;
		const found = (quotes - 0x01_01_01_01) & ~quotes & 0x80_80_80_80;
		if (found !== 0) {
			return Math.min(end, at + ((31 - Math.clz32(found & -found)) >> 3));
		}

		at += 4;
	}

	while (at < end && view.getUint8(at) !== quote) {
		at++;
	}

	return Math.min(at, end);
};

/**
A stretch of ASCII that other bytes are compared with, eight at a time: as a number, which is equal where the bytes are, because no eight bytes of ASCII spell what is not a number.
*/
export class Stretch {
	readonly length: number;
	readonly #words: Float64Array;
	/** The last bytes, which overlap with the words before. */
	readonly #last: number;

	/** Of eight bytes of ASCII at least. */
	constructor(view: DataView, start: number, end: number) {
		this.length = end - start;
		this.#words = Float64Array.from(
			{length: (this.length - 1) >> 3},
			(_, index) => view.getFloat64(start + index * 8, true),
		);
		this.#last = view.getFloat64(end - 8, true);
	}

	/** Whether the bytes from a place on are these; there have to be as many. */
	isAt(view: DataView, start: number): boolean {
		const words = this.#words;
		// eslint-disable-next-line unicorn/no-for-loop -- an iterator would make an object for each word
		for (let index = 0; index < words.length; index++) {
			if (view.getFloat64(start + index * 8, true) !== words[index]) {
				return false;
			}
		}

		return view.getFloat64(start + this.length - 8, true) === this.#last;
	}
}

/** Copies the text of a field to a place in an id, four bytes at a time and perhaps some more; resolves to where it ends there, -1 where there is no room. */
export const copyText = (
	view: DataView,
	{
		id,
		ranges,
		field,
		at,
	}: {
		readonly id: DataView;
		/** Beginnings and ends of texts, in turn. */
		readonly ranges: Int32Array;
		readonly field: number;
		readonly at: number;
	},
): number => {
	const start = ranges[field * 2] ?? 0;
	const length = (ranges[field * 2 + 1] ?? 0) - start;
	// Room for a word, and for what separates it from the next.
	if (at + length + 5 > id.byteLength) {
		return -1;
	}

	let index = 0;
	if (start + length + 4 <= view.byteLength) {
		for (; index < length; index += 4) {
			id.setInt32(at + index, view.getInt32(start + index, true), true);
		}
	} else {
		for (; index < length; index++) {
			id.setUint8(at + index, view.getUint8(start + index));
		}
	}

	return at + length;
};
