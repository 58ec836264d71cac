/* eslint-disable no-bitwise, unicorn/prefer-math-trunc -- a hash is made of bits */
/**
Texts by their bytes, each with a number, so that one that was met before is known again without making a text of it.

A text is made of several stretches of the bytes; each is told apart from the next.
*/
export type KnownBytes = {
	/** Beginnings and ends of the stretches, in turn, to be filled in before each call. */
	readonly ranges: Int32Array;
	/** The number of a text of so many stretches, or -1. */
	readonly find: (bytes: Uint8Array, stretches: number) => number;
	/** Gives a number to the text that was looked for last. */
	readonly keep: (bytes: Uint8Array, stretches: number, number: number) => void;
};

const mostStretches = 16;
const firstSlots = 1024;
const multiplier = 0x9e_37_79_b1;
/** No UTF-8 has this byte. */
const border = 0xff;

/** Tells texts apart well enough by their lengths and a few of their bytes; that they are equal is looked at afterwards. */
const sample = (
	bytes: Uint8Array,
	ranges: Int32Array,
	stretches: number,
): number => {
	let hash = 0;
	for (let stretch = 0; stretch < stretches; stretch++) {
		const start = ranges[stretch * 2] ?? 0;
		const end = ranges[stretch * 2 + 1] ?? 0;
		hash = Math.imul(hash ^ (end - start), multiplier);
		// The last ones, which differ most often.
		for (let index = Math.max(start, end - 12); index < end; index++) {
			hash = Math.imul(hash ^ (bytes[index] ?? 0), multiplier);
			hash ^= hash >>> 15;
		}
	}

	return hash >>> 0;
};

const join = (
	bytes: Uint8Array,
	ranges: Int32Array,
	stretches: number,
): Uint8Array => {
	const text: number[] = [];
	for (let stretch = 0; stretch < stretches; stretch++) {
		const start = ranges[stretch * 2] ?? 0;
		const end = ranges[stretch * 2 + 1] ?? 0;
		text.push(...bytes.subarray(Math.max(start, 0), Math.max(end, 0)), border);
	}

	return Uint8Array.from(text);
};

const isEqual = (
	bytes: Uint8Array,
	ranges: Int32Array,
	stretches: number,
	text: Uint8Array,
): boolean => {
	let at = 0;
	for (let stretch = 0; stretch < stretches; stretch++) {
		const end = ranges[stretch * 2 + 1] ?? 0;
		for (let index = ranges[stretch * 2] ?? 0; index < end; index++) {
			if (bytes[index] !== text[at++]) {
				return false;
			}
		}

		if (text[at++] !== border) {
			return false;
		}
	}

	return at === text.length;
};

type Entry = {
	readonly hash: number;
	readonly text: Uint8Array;
	readonly number: number;
};

/** A table of texts; it holds each text once. */
export const createKnownBytes = (): KnownBytes => {
	const ranges = new Int32Array(mostStretches * 2);
	let slots: Array<Entry | undefined> = Array.from({length: firstSlots});
	let count = 0;
	let wanted = 0;

	const enter = (entry: Entry): void => {
		let slot = entry.hash & (slots.length - 1);
		while (slots[slot] !== undefined) {
			slot = (slot + 1) & (slots.length - 1);
		}

		slots[slot] = entry;
	};

	return {
		ranges,
		find(bytes, stretches) {
			wanted = sample(bytes, ranges, stretches);
			let slot = wanted & (slots.length - 1);
			for (;;) {
				const entry = slots[slot];
				if (entry === undefined) {
					return -1;
				}

				if (
					entry.hash === wanted &&
					isEqual(bytes, ranges, stretches, entry.text)
				) {
					return entry.number;
				}

				slot = (slot + 1) & (slots.length - 1);
			}
		},
		keep(bytes, stretches, number) {
			const text = join(bytes, ranges, stretches);
			count++;
			if (count * 2 > slots.length) {
				const before = slots;
				slots = Array.from({length: before.length * 2});
				for (const entry of before) {
					if (entry) {
						enter(entry);
					}
				}
			}

			enter({hash: wanted, text, number});
		},
	};
};
