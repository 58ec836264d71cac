import type {PullRecord, ReadRecord} from '../pull-record.js';
import {dayOf} from '../tally-book.js';
import type {FileSummary} from './file-summary.js';
import {hashBytes} from './hash-bytes.js';
import {createIdSet} from './id-set.js';
import {createKnownBytes} from './known-bytes.js';
import type {RecordPattern, RecordSink} from './record-sink.js';

/** The largest day that fits beside a pattern in one whole number: the year 13,000. */
const dayRange = 2 ** 22;
const undated = dayRange - 1;
const idRoom = 512;
/** Entries of ids that are handed on together. */
const entriesTogether = 4096;

/** Counts that a file adds to what was read before it. */
export type CountedSlot = {
	readonly record: Omit<PullRecord, 'time' | 'count' | 'id' | 'client'>;
	/** Records that no earlier file had. */
	readonly records: number;
	readonly count: number;
	readonly last: number | undefined;
};

/** What counting a file has come to. */
export type FileCounts = {
	/** For the next time that it is asked. */
	readonly summary: Pick<FileSummary, 'patterns' | 'slots' | 'hosts'>;
	readonly counted: readonly CountedSlot[];
};

/** What is known of one registry in one file while it is read. */
type OpenHost = {
	readonly host: string;
	records: number;
	oldest: number;
	newest: number;
};

type OpenSlot = {
	readonly pattern: number;
	/** Without an id: records, and how often they say that it happened. */
	records: number;
	count: number;
	/** With an id that was new. */
	fresh: number;
	last: number;
};

type KeptPattern = {
	readonly pattern: RecordPattern;
	/** The file that the rest is about. */
	file: number;
	host: OpenHost;
	/** The slot that was counted in last, and its day. */
	slot: number;
	day: number;
};

/**
Counts the records of files, one file after the other, each record once.

What it holds grows with images and days, and by at most 16 bytes for each record that has an id.
*/
export class RecordCounter implements RecordSink {
	readonly known = createKnownBytes();
	readonly id: Uint8Array = new Uint8Array(idRoom);
	readonly #ids = createIdSet();
	readonly #hash = new Uint32Array(2);
	readonly #encoder = new TextEncoder();
	readonly #numbers = new Map<string, number>();
	readonly #patterns: KeptPattern[] = [];
	readonly #entries = new Uint32Array(entriesTogether * 3);
	#file = 0;
	#hosts = new Map<string, OpenHost>();
	#slots: OpenSlot[] = [];
	#slotNumbers = new Map<number, number>();
	#entryCount = 0;
	#onIds: ((entries: Uint32Array) => void) | undefined;

	/**
	Begins a file.
	@param onIds - Gets the entries of ids to be kept, some at a time, as a copy.
	*/
	begin(onIds: ((entries: Uint32Array) => void) | undefined): void {
		this.#onIds = onIds;
		this.#entryCount = 0;
		this.#file++;
		this.#slots = [];
		this.#slotNumbers = new Map();
		this.#hosts = new Map();
	}

	keep(pattern: RecordPattern): number {
		const key = JSON.stringify(pattern);
		const known = this.#numbers.get(key);
		if (known !== undefined) {
			return known;
		}

		const number = this.#patterns.length;
		const host = this.#openHost(pattern);
		this.#numbers.set(key, number);
		this.#patterns.push({pattern, file: this.#file, host, slot: -1, day: -1});
		return number;
	}

	add(pattern: number, time: number, idLength: number): void {
		if (idLength > 0) {
			hashBytes(this.id, 0, idLength, this.#hash);
		}

		this.#count(pattern, time, idLength > 0 ? 'id' : 1);
	}

	/** Counts what a format has read from a text; what is bad is the caller's. */
	addRecord(read: Exclude<ReadRecord, {kind: 'bad'}>): void {
		if (read.kind === 'other') {
			const {time = Number.NaN, host} = read;
			this.#count(this.keep({kind: 'other', host}), time, 1);
			return;
		}

		const {time = Number.NaN, count, id, client: _, ...record} = read.record;
		const pattern = this.keep({kind: 'record', record});
		// What says of itself that it is many is no line that could be met again by its id.
		if (id === undefined || count !== 1) {
			this.#count(pattern, time, count);
		} else {
			const bytes = this.#encoder.encode(id);
			hashBytes(bytes, 0, bytes.length, this.#hash);
			this.#count(pattern, time, 'id');
		}
	}

	/** Ends the file that was begun. */
	end(): FileCounts {
		this.#handOn();
		const numbers = new Map<number, number>();
		const patterns: RecordPattern[] = [];
		const slots = this.#slots.map(({pattern, records, count, last}) => {
			const number = numbers.get(pattern) ?? patterns.length;
			const kept = this.#patterns[pattern];
			if (number === patterns.length && kept) {
				numbers.set(pattern, number);
				patterns.push(kept.pattern);
			}

			return {pattern: number, records, count, last: orNull(last)};
		});
		const hosts = [...this.#hosts.values()]
			.filter(({records}) => records > 0)
			.map(({host, records, oldest, newest}) => ({
				host,
				records,
				oldest: orNull(oldest),
				newest: orNull(newest),
			}));
		const fresh = this.#slots.map(slot => slot.fresh);
		return {
			summary: {patterns, slots, hosts},
			counted: countSlots({patterns, slots}, fresh),
		};
	}

	/** Counts a file as it was kept. The entries may come in parts of any number of whole ones. */
	async addKept(
		summary: Pick<FileSummary, 'patterns' | 'slots'>,
		ids: AsyncIterable<Uint8Array>,
	): Promise<readonly CountedSlot[]> {
		const fresh = summary.slots.map(() => 0);
		for await (const part of ids) {
			// A copy, because only that is sure to begin where a whole number may.
			const entries = new Uint32Array(new Uint8Array(part).buffer);
			for (let at = 0; at < entries.length; at += 3) {
				if (this.#ids.add(entries[at] ?? 0, entries[at + 1] ?? 0)) {
					const slot = entries[at + 2] ?? 0;
					fresh[slot] = (fresh[slot] ?? 0) + 1;
				}
			}
		}

		return countSlots(summary, fresh);
	}

	/** Bytes that the ids take. */
	get idBytes(): number {
		return this.#ids.size();
	}

	#openHost(pattern: RecordPattern): OpenHost {
		const host = pattern.kind === 'other' ? pattern.host : pattern.record.host;
		const known = this.#hosts.get(host) ?? {
			host,
			records: 0,
			oldest: Number.POSITIVE_INFINITY,
			newest: Number.NEGATIVE_INFINITY,
		};
		this.#hosts.set(host, known);
		return known;
	}

	/** Counts one record: with its id, which has been hashed, or as many times as it says. */
	#count(number: number, time: number, count: number | 'id'): void {
		const kept = this.#patterns[number];
		if (kept === undefined) {
			return;
		}

		if (kept.file !== this.#file) {
			kept.file = this.#file;
			kept.host = this.#openHost(kept.pattern);
			kept.slot = -1;
			kept.day = -1;
		}

		const {host} = kept;
		host.records++;
		// What has no time is neither.
		if (time < host.oldest) {
			host.oldest = time;
		}

		if (time > host.newest) {
			host.newest = time;
		}

		if (kept.pattern.kind === 'record') {
			this.#countIn(this.#findSlot(kept, number, time), time, count);
		}
	}

	#findSlot(kept: KeptPattern, number: number, time: number): number {
		const day = Number.isNaN(time) ? undated : dayOf(time);
		if (kept.day === day) {
			return kept.slot;
		}

		const key = number * dayRange + day;
		let slot = this.#slotNumbers.get(key);
		if (slot === undefined) {
			slot = this.#slots.length;
			this.#slotNumbers.set(key, slot);
			this.#slots.push({
				pattern: number,
				records: 0,
				count: 0,
				fresh: 0,
				last: Number.NEGATIVE_INFINITY,
			});
		}

		kept.day = day;
		kept.slot = slot;
		return slot;
	}

	#countIn(number: number, time: number, count: number | 'id'): void {
		const slot = this.#slots[number];
		if (slot === undefined) {
			return;
		}

		if (time > slot.last) {
			slot.last = time;
		}

		if (count !== 'id') {
			slot.records++;
			slot.count += count;
			return;
		}

		const low = this.#hash[0] ?? 0;
		const high = this.#hash[1] ?? 0;
		if (this.#ids.add(low, high)) {
			slot.fresh++;
		}

		if (this.#onIds) {
			const at = this.#entryCount * 3;
			this.#entries[at] = low;
			this.#entries[at + 1] = high;
			this.#entries[at + 2] = number;
			this.#entryCount++;
			if (this.#entryCount === entriesTogether) {
				this.#handOn();
			}
		}
	}

	#handOn(): void {
		if (this.#entryCount > 0) {
			this.#onIds?.(this.#entries.slice(0, this.#entryCount * 3));
			this.#entryCount = 0;
		}
	}
}

const orNull = (time: number): number | null =>
	Number.isFinite(time) ? time : null;

const countSlots = (
	{patterns, slots}: Pick<FileSummary, 'patterns' | 'slots'>,
	fresh: readonly number[],
): readonly CountedSlot[] =>
	slots.flatMap(({pattern, records, count, last}, index) => {
		const kept = patterns[pattern];
		const more = fresh[index] ?? 0;
		return kept?.kind === 'record' && records + more > 0
			? [
					{
						record: kept.record,
						records: records + more,
						count: count + more,
						last: last ?? undefined,
					},
				]
			: [];
	});
