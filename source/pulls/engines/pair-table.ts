/* eslint-disable no-bitwise -- a hash is made of bits */
const firstPlaces = 1024;
/** The first number of the pair, plus one so that 0 is an empty place; the second; what they stand for. */
const slotsEach = 3;

/** What pairs of numbers stand for, which are whole and not negative: few of one kind with many of another, most of them never met together. */
export class PairTable {
	#slots = new Int32Array(firstPlaces * slotsEach);
	#places = firstPlaces;
	#count = 0;

	/** -1 where the pair stands for nothing. */
	get(one: number, other: number): number {
		const at = this.#find(one, other);
		return this.#slots[at] === 0 ? -1 : (this.#slots[at + 2] ?? -1);
	}

	set(one: number, other: number, value: number): void {
		const at = this.#find(one, other);
		const isNew = this.#slots[at] === 0;
		this.#slots[at] = one + 1;
		this.#slots[at + 1] = other;
		this.#slots[at + 2] = value;
		this.#count += isNew ? 1 : 0;
		if (this.#count * 2 > this.#places) {
			this.#grow();
		}
	}

	/** Where a pair stands, or the empty place that it would have. */
	#find(one: number, other: number): number {
		const slots = this.#slots;
		let hash = Math.imul(one, 0x9e_37_79_b1) ^ Math.imul(other, 0x85_eb_ca_6b);
		hash ^= hash >>> 15;
		let place = hash & (this.#places - 1);
		for (;;) {
			const at = place * slotsEach;
			const found = slots[at];
			if (found === 0 || (found === one + 1 && slots[at + 1] === other)) {
				return at;
			}

			place = (place + 1) & (this.#places - 1);
		}
	}

	#grow(): void {
		const before = this.#slots;
		this.#places *= 2;
		this.#slots = new Int32Array(this.#places * slotsEach);
		for (let at = 0; at < before.length; at += slotsEach) {
			const one = before[at] ?? 0;
			if (one !== 0) {
				const other = before[at + 1] ?? 0;
				const to = this.#find(one - 1, other);
				this.#slots[to] = one;
				this.#slots[to + 1] = other;
				this.#slots[to + 2] = before[at + 2] ?? 0;
			}
		}
	}
}
