/* eslint-disable no-bitwise -- a hash is made of bits */
/** Where the stretches of a text are. */
export type Stretches = {
	/** Their beginnings and ends, in turn, and perhaps those of others. */
	readonly ranges: Int32Array;
	/** Which stretches they are, the last one not included. */
	readonly from: number;
	readonly to: number;
};

/**
Texts by their bytes, each with a number, so that one that was met before is known again without making a text of it.

A text is made of several stretches of the bytes, each with its length.
*/
export type KnownBytes = {
	/** The number of a text, or -1. */
	readonly lookUp: (view: DataView, stretches: Stretches) => number;
	/** Gives a text that was not found the next number, from 0 on. */
	readonly keep: (view: DataView, stretches: Stretches) => number;
};

const firstSlots = 1024;
const multiplier = 0x9e_37_79_b1;

/** Tells texts apart well enough by their lengths and a few of their bytes; whether they are equal is looked at afterwards. */
const sample = (view: DataView, {ranges, from, to}: Stretches): number => {
	let hash = 0;
	for (let stretch = from; stretch < to; stretch++) {
		const start = ranges[stretch * 2] ?? 0;
		const end = ranges[stretch * 2 + 1] ?? 0;
		hash = Math.imul(hash ^ (end - start), multiplier);
		if (end - start >= 8) {
			hash = Math.imul(hash ^ view.getInt32(end - 8, true), multiplier);
			hash ^= hash >>> 15;
			hash = Math.imul(hash ^ view.getInt32(end - 4, true), multiplier);
		} else {
			for (let index = start; index < end; index++) {
				hash = Math.imul(hash ^ view.getUint8(index), multiplier);
			}
		}

		hash ^= hash >>> 15;
	}

	return hash;
};

/** The lengths of the stretches and their bytes, each begun at a whole word and filled up with zeros. */
const pack = (view: DataView, {ranges, from, to}: Stretches): Int32Array => {
	const words: number[] = [];
	for (let stretch = from; stretch < to; stretch++) {
		const start = ranges[stretch * 2] ?? 0;
		const end = ranges[stretch * 2 + 1] ?? 0;
		words.push(end - start);
		let at = start;
		for (; at + 4 <= end; at += 4) {
			words.push(view.getInt32(at, true));
		}

		for (; at < end; at++) {
			words.push(view.getUint8(at));
		}
	}

	return Int32Array.from(words);
};

const isEqual = (
	view: DataView,
	{ranges, from, to}: Stretches,
	words: Int32Array,
): boolean => {
	let word = 0;
	for (let stretch = from; stretch < to; stretch++) {
		let at = ranges[stretch * 2] ?? 0;
		const end = ranges[stretch * 2 + 1] ?? 0;
		if (words[word++] !== end - at) {
			return false;
		}

		for (; at + 4 <= end; at += 4) {
			if (words[word++] !== view.getInt32(at, true)) {
				return false;
			}
		}

		for (; at < end; at++) {
			if (words[word++] !== view.getUint8(at)) {
				return false;
			}
		}
	}

	return true;
};

type Entry = {
	readonly hash: number;
	readonly words: Int32Array;
	readonly number: number;
};

/** A table of texts; it holds each text once. */
export const createKnownBytes = (): KnownBytes => {
	let slots: Array<Entry | undefined> = Array.from({length: firstSlots});
	let count = 0;

	const enter = (entry: Entry): void => {
		let slot = entry.hash & (slots.length - 1);
		while (slots[slot] !== undefined) {
			slot = (slot + 1) & (slots.length - 1);
		}

		slots[slot] = entry;
	};

	return {
		lookUp(view, stretches) {
			const wanted = sample(view, stretches);
			let slot = wanted & (slots.length - 1);
			for (;;) {
				const entry = slots[slot];
				if (entry === undefined) {
					return -1;
				}

				if (entry.hash === wanted && isEqual(view, stretches, entry.words)) {
					return entry.number;
				}

				slot = (slot + 1) & (slots.length - 1);
			}
		},
		keep(view, stretches) {
			const hash = sample(view, stretches);
			const words = pack(view, stretches);
			const number = count++;
			if (count * 2 > slots.length) {
				const before = slots;
				slots = Array.from({length: before.length * 2});
				for (const entry of before) {
					if (entry) {
						enter(entry);
					}
				}
			}

			enter({hash, words, number});
			return number;
		},
	};
};
