const wordsEach = 5;
const entriesTogether = 4096;
const range = 2 ** 32;
/** No time has this for its upper half. */
const undated = 0xff_ff_ff_ff;

/** The time of an entry by its two halves, milliseconds since 1970; NaN where it has none. */
export const unpackTime = (upper: number, lower: number): number =>
	upper === undated ? Number.NaN : upper * range + lower;

/**
Records as 20 bytes each, to be kept: the two halves of the hash of an id, the number of a pattern, and the two halves of the time, in the order of bytes of this machine. Where the second half of the hash is 0, the first is not one but how often the
record says that it happened.
*/
export class RecordEntries {
	readonly #words = new Uint32Array(entriesTogether * wordsEach);
	readonly #onBytes: (bytes: Uint8Array) => void;
	#count = 0;

	/** @param onBytes - Gets some entries at a time, as a copy. */
	constructor(onBytes: (bytes: Uint8Array) => void) {
		this.#onBytes = onBytes;
	}

	/** @param time - Milliseconds since 1970; NaN where there is none. */
	add(low: number, high: number, pattern: number, time: number): void {
		const at = this.#count * wordsEach;
		const isDated = time >= 0;
		// More than that happens to no image.
		this.#words[at] = high === 0 ? Math.min(low, range - 1) : low;
		this.#words[at + 1] = high;
		this.#words[at + 2] = pattern;
		this.#words[at + 3] = isDated ? Math.floor(time / range) : undated;
		this.#words[at + 4] = isDated ? time % range : 0;
		this.#count++;
		if (this.#count === entriesTogether) {
			this.flush();
		}
	}

	/** Hands on what has not been handed on. */
	flush(): void {
		if (this.#count > 0) {
			const words = this.#words.slice(0, this.#count * wordsEach);
			this.#onBytes(new Uint8Array(words.buffer));
			this.#count = 0;
		}
	}
}
