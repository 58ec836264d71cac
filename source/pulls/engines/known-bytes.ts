import {hashBytes} from './hash-bytes.js';

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
	readonly keep: (number: number) => void;
};

const mostStretches = 16;
const firstSlots = 1024;

/** A table of texts; it holds each text once. */
export const createKnownBytes = (): KnownBytes => {
	const ranges = new Int32Array(mostStretches * 2);
	const hash = new Uint32Array(2);
	let scratch = new Uint8Array(1024);
	let length = 0;
	/** Numbers plus 1; 0 where there is none. */
	let slots = new Int32Array(firstSlots);
	const hashes: number[] = [];
	const texts: Uint8Array[] = [];
	const numbers: number[] = [];

	const copy = (bytes: Uint8Array, stretches: number): void => {
		let to = 0;
		for (let stretch = 0; stretch < stretches; stretch++) {
			const start = ranges[stretch * 2] ?? 0;
			const end = ranges[stretch * 2 + 1] ?? 0;
			if (to + end - start + 2 > scratch.length) {
				const larger = new Uint8Array((to + end - start) * 2 + 2);
				larger.set(scratch.subarray(0, to));
				scratch = larger;
			}

			for (let from = start; from < end; from++) {
				scratch[to++] = bytes[from] ?? 0;
			}

			// No UTF-8 has this byte.
			scratch[to++] = 0xff;
		}

		length = to;
	};

	const isEqual = (text: Uint8Array): boolean => {
		if (text.length !== length) {
			return false;
		}

		for (let index = 0; index < length; index++) {
			if (text[index] !== scratch[index]) {
				return false;
			}
		}

		return true;
	};

	const place = (value: number): number => value % slots.length;

	const enter = (index: number): void => {
		let slot = place(hashes[index] ?? 0);
		while (slots[slot] !== 0) {
			slot = slot + 1 === slots.length ? 0 : slot + 1;
		}

		slots[slot] = index + 1;
	};

	return {
		ranges,
		find(bytes, stretches) {
			copy(bytes, stretches);
			hashBytes(scratch, 0, length, hash);
			const wanted = hash[0] ?? 0;
			let slot = place(wanted);
			for (
				let index = (slots[slot] ?? 0) - 1;
				index >= 0;
				index = (slots[slot] ?? 0) - 1
			) {
				const text = texts[index];
				if (hashes[index] === wanted && text && isEqual(text)) {
					return numbers[index] ?? -1;
				}

				slot = slot + 1 === slots.length ? 0 : slot + 1;
			}

			return -1;
		},
		keep(number) {
			texts.push(scratch.slice(0, length));
			numbers.push(number);
			hashes.push(hash[0] ?? 0);
			if (texts.length * 2 > slots.length) {
				slots = new Int32Array(slots.length * 2);
				for (let index = 0; index < texts.length; index++) {
					enter(index);
				}
			} else {
				enter(texts.length - 1);
			}
		},
	};
};
