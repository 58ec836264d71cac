import {type CountMore, dayOf} from '../tally-book.js';

const firstRoom = 1024;
/** What stands in the array for each pattern: the day, how many records of it, and the time of the newest. */
const slotsEach = 3;
/** In the place of the day: records of this pattern are not counted. */
const notCounted = Number.NEGATIVE_INFINITY;

/**
Counts by pattern that have not been handed on yet: records of one day each, which logs hold one after the other.

They lie in one array of numbers, because patterns are many and met in no order.
*/
export class PendingCounts {
	readonly #countMore: Array<CountMore | undefined> = [];
	#slots = new Float64Array(firstRoom * slotsEach);

	/** Begins the next pattern, from 0 on; without a function to hand counts on to, nothing is counted. */
	begin(countMore: CountMore | undefined): void {
		const at = this.#countMore.push(countMore) * slotsEach - slotsEach;
		if (at === this.#slots.length) {
			const before = this.#slots;
			this.#slots = new Float64Array(before.length * 2);
			this.#slots.set(before);
		}

		this.#slots[at] = countMore === undefined ? notCounted : Number.NaN;
		this.#slots[at + 2] = Number.NaN;
	}

	/** Counts records of a pattern; resolves to whether they count. @param time - Milliseconds since 1970, NaN for none. */
	count(pattern: number, time: number, count: number): boolean {
		const slots = this.#slots;
		const at = pattern * slotsEach;
		const day = dayOf(time);
		if (slots[at] !== day) {
			if (slots[at] === notCounted) {
				return false;
			}

			this.#handOn(pattern);
			slots[at] = day;
			slots[at + 2] = time;
		}

		slots[at + 1] = (slots[at + 1] ?? 0) + count;
		if (time > (slots[at + 2] ?? 0)) {
			slots[at + 2] = time;
		}

		return true;
	}

	/** Hands on what is left. */
	finish(): void {
		for (const pattern of this.#countMore.keys()) {
			this.#handOn(pattern);
		}
	}

	#handOn(pattern: number): void {
		const at = pattern * slotsEach;
		const pending = this.#slots[at + 1] ?? 0;
		if (pending > 0) {
			const last = this.#slots[at + 2] ?? Number.NaN;
			this.#countMore[pattern]?.(
				Number.isNaN(last) ? undefined : last,
				pending,
			);
			this.#slots[at + 1] = 0;
		}
	}
}
