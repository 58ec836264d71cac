import {findTextEnd, Stretch} from './word-scan.js';

const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const zero = 0x30;
const nine = 0x39;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const space = 0x20;

const encoder = new TextEncoder();
const words = ['true', 'false', 'null'].map(word => encoder.encode(word));

/** Something is written in a way that is left to `JSON.parse`. */
const unusual = -1;
/** What a name stands for that is no wanted field. */
const unwanted = -1;
const innerObject = -2;

const isEqual = (view: DataView, from: number, name: Uint8Array): boolean => {
	if (from + name.length > view.byteLength) {
		return false;
	}

	// eslint-disable-next-line unicorn/no-for-loop -- an iterator would make an object for each byte
	for (let index = 0; index < name.length; index++) {
		if (view.getUint8(from + index) !== name[index]) {
			return false;
		}
	}

	return true;
};

const skipSpaces = (view: DataView, from: number, end: number): number => {
	let index = from;
	while (index < end && view.getUint8(index) === space) {
		index++;
	}

	return index;
};

/** The end of a whole number, or of true, false or null. */
const endOfPlainValue = (view: DataView, from: number, end: number): number => {
	const begin = byteAt(view, from, end) === minus ? from + 1 : from;
	let index = begin;
	while (
		index < end &&
		view.getUint8(index) >= zero &&
		view.getUint8(index) <= nine
	) {
		index++;
	}

	if (index > begin) {
		// A number does not begin with a zero unless it is one.
		return byteAt(view, begin, end) === zero && index > begin + 1
			? unusual
			: index;
	}

	const word = words.find(each => begin === from && isEqual(view, from, each));
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

/** A text of an object, and what stands before it. */
type Place = {
	readonly gap: Stretch;
	/** The number of a wanted field, or `unwanted`. */
	readonly field: number;
	/** The text with its closing quote, as long as it was the same in all objects: then it need not be looked through. */
	text: Stretch | undefined;
};

/** The shape of an object: everything but its texts. */
type Layout = {
	readonly places: readonly Place[];
	readonly tail: Uint8Array;
	/** Objects of this shape, until it is tried enough. */
	tries: number;
};

/** After that many objects, unwanted texts that were the same in all of them become a part of the shape. */
const enoughTries = 256;

/** Shorter ones cannot be compared eight bytes at a time. */
const shortestStretch = 8;
const mostMembers = 64;

/**
Finds the texts of some fields in the bytes of a JSON object with, at most, one object inside it. The whole of it is checked to be JSON.

It knows what is usual: plain ASCII texts without escapes, whole numbers, true, false and null, each wanted field once and as a text. For anything else it says no, and `JSON.parse` is to look. Objects that differ from the one before in nothing but their
texts are quick.
*/
export class FlatJson {
	/** The beginning and the end of each wanted text, those at the top first; -1 where there is none. */
	readonly ranges: Int32Array;
	readonly #top: readonly Name[];
	readonly #inner: readonly Name[];
	#layout: Layout | undefined;
	/** The one before, once it was tried enough. */
	#tried: Layout | undefined;
	/** The texts of the object that is gone through: beginning, end and field of each. */
	readonly #texts: number[] = [];

	constructor({top, innerName, inner}: FlatJsonFields) {
		this.ranges = new Int32Array((top.length + inner.length) * 2);
		this.#top = [
			...encodeNames(top, 0),
			{bytes: encoder.encode(innerName), field: innerObject},
		];
		this.#inner = encodeNames(inner, top.length);
	}

	/** Whether the bytes are such an object; `ranges` holds where the texts are then. */
	scan(view: DataView, start: number, end: number): boolean {
		return (
			this.#scanAsBefore(view, start, end) || this.#scanAnew(view, start, end)
		);
	}

	/** Goes through an object that has the shape of the one before. The fields that it has not are -1 since then. */
	#scanAsBefore(view: DataView, start: number, end: number): boolean {
		const layout = this.#layout;
		if (layout === undefined) {
			return false;
		}

		const {ranges} = this;
		const {places, tail} = layout;
		let at = start;
		for (const place of places) {
			if (at + place.gap.length > end || !place.gap.isAt(view, at)) {
				return false;
			}

			at += place.gap.length;
			const textEnd = endOfText(view, {at, end, place});
			if (textEnd === unusual) {
				return false;
			}

			const {field} = place;
			if (field !== unwanted) {
				ranges[field * 2] = at;
				ranges[field * 2 + 1] = textEnd;
			}

			at = textEnd;
		}

		if (end - at !== tail.length || !isEqual(view, at, tail)) {
			return false;
		}

		if (--layout.tries === 0) {
			this.#tried = layout;
			this.#layout = undefined;
		}

		return true;
	}

	#scanAnew(view: DataView, start: number, end: number): boolean {
		this.ranges.fill(-1);
		this.#texts.length = 0;
		const at = skipSpaces(view, start, end);
		const after = this.#scanObject(view, at, end, this.#top);
		const isWhole = after !== unusual && skipSpaces(view, after, end) === end;
		this.#layout = isWhole ? this.#learn(view, start, end) : undefined;
		this.#tried = undefined;
		return isWhole;
	}

	/** The shape of the object that was gone through. */
	#learn(view: DataView, start: number, end: number): Layout | undefined {
		const places: Place[] = [];
		const texts = this.#texts;
		let at = start;
		for (let index = 0; index < texts.length; index += 3) {
			const from = texts[index] ?? 0;
			const to = texts[index + 1] ?? 0;
			const field = texts[index + 2] ?? unwanted;
			const same = this.#tried?.places[index / 3]?.text;
			if (
				field === unwanted &&
				same?.length === to + 1 - from &&
				same.isAt(view, from)
			) {
				continue;
			}

			if (from - at < shortestStretch) {
				return undefined;
			}

			const isLong = to + 1 - from >= shortestStretch;
			places.push({
				gap: new Stretch(view, at, from),
				field,
				text: isLong ? new Stretch(view, from, to + 1) : undefined,
			});
			at = to;
		}

		return places.length <= mostMembers
			? {
					places,
					tail: copyBytes(view, at, end),
					tries: this.#tried ? Number.POSITIVE_INFINITY : enoughTries,
				}
			: undefined;
	}

	/** Goes through an object; resolves to the place behind it. */
	#scanObject(
		view: DataView,
		start: number,
		end: number,
		names: readonly Name[],
	): number {
		if (byteAt(view, start, end) !== openBrace) {
			return unusual;
		}

		let at = skipSpaces(view, start + 1, end);
		let hasInner = false;
		for (;;) {
			const nameStart = at + 1;
			const nameEnd =
				byteAt(view, at, end) === quote
					? findTextEnd(view, nameStart, end)
					: unusual;
			if (nameEnd === unusual) {
				return unusual;
			}

			at = skipSpaces(view, nameEnd + 1, end);
			if (byteAt(view, at, end) !== colon) {
				return unusual;
			}

			at = skipSpaces(view, at + 1, end);
			const field = findField(view, nameStart, nameEnd, names);
			if (field === innerObject) {
				at = hasInner ? unusual : this.#scanObject(view, at, end, this.#inner);
				hasInner = true;
			} else if (byteAt(view, at, end) === quote) {
				at = this.#takeText(view, at + 1, end, field);
			} else {
				at = field === unwanted ? endOfPlainValue(view, at, end) : unusual;
			}

			if (at === unusual) {
				return unusual;
			}

			at = skipSpaces(view, at, end);
			if (at >= end) {
				return unusual;
			}

			if (byteAt(view, at, end) === closeBrace) {
				return at + 1;
			}

			if (byteAt(view, at, end) !== comma) {
				return unusual;
			}

			at = skipSpaces(view, at + 1, end);
		}
	}

	/** Takes a text that begins behind its quote; resolves to the place behind it. A wanted field may stand there but once. */
	#takeText(view: DataView, start: number, end: number, field: number): number {
		const textEnd = findTextEnd(view, start, end);
		if (
			textEnd === unusual ||
			(field !== unwanted && this.ranges[field * 2] !== -1)
		) {
			return unusual;
		}

		this.#texts.push(start, textEnd, field);
		if (field !== unwanted) {
			this.ranges[field * 2] = start;
			this.ranges[field * 2 + 1] = textEnd;
		}

		return textEnd + 1;
	}
}

/** The closing quote of a text. */
const endOfText = (
	view: DataView,
	{at, end, place}: {at: number; end: number; place: Place},
): number => {
	const {text} = place;
	if (text !== undefined) {
		if (at + text.length <= end && text.isAt(view, at)) {
			return at + text.length - 1;
		}

		place.text = undefined;
	}

	return findTextEnd(view, at, end);
};

const copyBytes = (view: DataView, start: number, end: number): Uint8Array =>
	Uint8Array.from({length: end - start}, (_, index) =>
		view.getUint8(start + index),
	);

const byteAt = (view: DataView, at: number, end: number): number =>
	at < end ? view.getUint8(at) : -1;

const findField = (
	view: DataView,
	from: number,
	end: number,
	names: readonly Name[],
): number => {
	for (const {bytes: name, field} of names) {
		if (name.length === end - from && isEqual(view, from, name)) {
			return field;
		}
	}

	return unwanted;
};
