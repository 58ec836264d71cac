/* eslint-disable no-bitwise, unicorn/prefer-math-trunc -- a hash is made of bits */
/**
Texts by their bytes, each with a number, so that one that was met before is known again without making a text of it.

A text is made of several stretches of the bytes, each with its length.
*/
export type KnownBytes = {
	/** Beginnings and ends of the stretches, in turn, to be filled in before each call. */
	readonly ranges: Int32Array;
	/** The number of a text of so many stretches, or -1. */
	readonly find: (view: DataView, stretches: number) => number;
	/** Gives the text that was looked for last the next number, from 0 on. */
	readonly keep: (view: DataView, stretches: number) => number;
};

const mostStretches = 16;
const firstSlots = 1024;
const multiplier = 0x9e_37_79_b1;

/** Tells texts apart well enough by their lengths and a few of their bytes; whether they are equal is looked at afterwards. */
const sample = (
	view: DataView,
	ranges: Int32Array,
	stretches: number,
): number => {
	let hash = 0;
	for (let stretch = 0; stretch < stretches; stretch++) {
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
const pack = (
	view: DataView,
	ranges: Int32Array,
	stretches: number,
): Int32Array => {
	const words: number[] = [];
	for (let stretch = 0; stretch < stretches; stretch++) {
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
	ranges: Int32Array,
	stretches: number,
	words: Int32Array,
): boolean => {
	let word = 0;
	for (let stretch = 0; stretch < stretches; stretch++) {
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
		find(view, stretches) {
			wanted = sample(view, ranges, stretches);
			let slot = wanted & (slots.length - 1);
			for (;;) {
				const entry = slots[slot];
				if (entry === undefined) {
					return -1;
				}

				if (
					entry.hash === wanted &&
					isEqual(view, ranges, stretches, entry.words)
				) {
					return entry.number;
				}

				slot = (slot + 1) & (slots.length - 1);
			}
		},
		keep(view, stretches) {
			const words = pack(view, ranges, stretches);
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

			enter({hash: wanted, words, number});
			return number;
		},
	};
};
