import type {PullRecord, ReadRecord} from '../pull-record.js';
import {type CountMore, dayOf} from '../tally-book.js';
import type {SummaryHost} from './file-summary.js';
import {hashBytes} from './hash-bytes.js';
import {createIdSet} from './id-set.js';
import {createKnownBytes} from './known-bytes.js';
import {type RecordEntries, unpackTime} from './record-entries.js';
import type {RecordPattern, RecordSink} from './record-sink.js';

const nobody = 0xff_ff_ff_ff;
const idRoom = 512;
/** Records that wait until their ids are looked for: many lookups one after the other are quicker, because the processor does not wait for the memory of one before it begins the next. */
const mostWaiting = 1024;

/** What is known of one registry in one file while it is read. */
type OpenHost = {
	readonly host: string;
	/** The file that the rest is about. */
	file: number;
	records: number;
	oldest: number;
	newest: number;
};

type KeptPattern = {
	readonly pattern: RecordPattern;
	/** `undefined` for what is not counted: other registries, other things than pulls, jetsam's own requests. */
	readonly countMore: CountMore | undefined;
	/** What has not been handed on yet: records of one day, and the time of the newest. NaN for those without a time. */
	day: number;
	pending: number;
	last: number;
	readonly host: OpenHost;
};

/**
Counts the records of files, one file after the other, each record once.

What it holds grows with images, and by at most 16 bytes for each record that has an id.
*/
export class RecordCounter implements RecordSink {
	readonly contexts = createKnownBytes();
	readonly images = createKnownBytes();
	readonly patterns: Array<Array<number | undefined>> = [];
	readonly id: DataView = new DataView(new ArrayBuffer(idRoom));
	/** Records that were counted. */
	records = 0;
	readonly #open: (record: PullRecord) => CountMore | undefined;
	readonly #ids = createIdSet();
	readonly #hash = new Uint32Array(2);
	/** The halves of the hashes of those that wait, and their patterns and times. */
	readonly #waiting = new Uint32Array(mostWaiting * 3);
	readonly #waitingTimes = new Float64Array(mostWaiting);
	#waitingCount = 0;
	readonly #encoder = new TextEncoder();
	readonly #numbers = new Map<string, number>();
	readonly #patterns: KeptPattern[] = [];
	readonly #hosts = new Map<string, OpenHost>();
	#file = 0;
	#entries: RecordEntries | undefined;

	/** @param open - Tells what counts records like this one; `undefined` for those that do not count. */
	constructor(open: (record: PullRecord) => CountMore | undefined) {
		this.#open = open;
	}

	/** Begins a file. Its records go into the entries as well, where there are any. */
	begin(entries: RecordEntries | undefined): void {
		this.#entries = entries;
		this.#file++;
	}

	keep(pattern: RecordPattern): number {
		const key = JSON.stringify(pattern);
		const known = this.#numbers.get(key);
		if (known !== undefined) {
			return known;
		}

		const number = this.#patterns.length;
		this.#numbers.set(key, number);
		this.#patterns.push({
			pattern,
			countMore:
				pattern.kind === 'record'
					? this.#open({
							...pattern.record,
							time: undefined,
							count: 1,
							id: undefined,
							client: '',
						})
					: undefined,
			day: -1,
			pending: 0,
			last: Number.NaN,
			host: this.#openHost(pattern),
		});
		return number;
	}

	add(pattern: number, time: number, idLength: number): void {
		if (idLength > 0) {
			hashBytes(this.id, idLength, this.#hash);
		}

		this.#take(pattern, time, idLength > 0 ? 'id' : 1);
	}

	/** Counts what a format has read from a text; what is bad is the caller's. */
	addRecord(read: Exclude<ReadRecord, {kind: 'bad'}>): void {
		if (read.kind === 'other') {
			const {time = Number.NaN, host} = read;
			this.#take(this.keep({kind: 'other', host}), time, 1);
			return;
		}

		const {time = Number.NaN, count, id, client: _, ...record} = read.record;
		const pattern = this.keep({kind: 'record', record});
		// What says of itself that it is many is no line that could be met again by its id.
		if (id === undefined || count !== 1) {
			this.#take(pattern, time, count);
		} else {
			const bytes = this.#encoder.encode(id);
			const view = new DataView(bytes.buffer, bytes.byteOffset);
			hashBytes(view, bytes.length, this.#hash);
			this.#take(pattern, time, 'id');
		}
	}

	/** Counts the entries of a file as they were kept. The registries in it are told by what was kept of it besides. */
	addEntries(bytes: Uint8Array): void {
		// A copy, because only that is sure to begin where a whole number may.
		const entries = new Uint32Array(new Uint8Array(bytes).buffer);
		for (let at = 0; at < entries.length; at += 5) {
			const kept = this.#patterns[entries[at + 2] ?? 0];
			const low = entries[at] ?? 0;
			const high = entries[at + 1] ?? 0;
			if (kept) {
				const time = unpackTime(entries[at + 3] ?? 0, entries[at + 4] ?? 0);
				if (high === 0) {
					this.#count(kept, time, low);
				} else {
					this.#wait(low, high, entries[at + 2] ?? 0, time);
				}
			}
		}
	}

	/** The registries of the file that was begun. */
	listHosts(): readonly SummaryHost[] {
		return [...this.#hosts.values()]
			.filter(({file}) => file === this.#file)
			.map(({host, records, oldest, newest}) => ({
				host,
				records,
				oldest: orUndefined(oldest),
				newest: orUndefined(newest),
			}));
	}

	/** Everything that was kept, in the order of its numbers. */
	listPatterns(): readonly RecordPattern[] {
		return this.#patterns.map(({pattern}) => pattern);
	}

	/** Hands on what has not been handed on, once all files are read. */
	finish(): void {
		this.#countWaiting();
		for (const kept of this.#patterns) {
			handOn(kept);
		}
	}

	#openHost(pattern: RecordPattern): OpenHost {
		const host = pattern.kind === 'other' ? pattern.host : pattern.record.host;
		const known = this.#hosts.get(host) ?? {
			host,
			file: -1,
			records: 0,
			oldest: Number.POSITIVE_INFINITY,
			newest: Number.NEGATIVE_INFINITY,
		};
		this.#hosts.set(host, known);
		return known;
	}

	/** Takes one record: with its id, which has been hashed, or as many times as it says. */
	#take(number: number, time: number, count: number | 'id'): void {
		const kept = this.#patterns[number];
		if (kept === undefined) {
			return;
		}

		const {host} = kept;
		if (host.file !== this.#file) {
			host.file = this.#file;
			host.records = 0;
			host.oldest = Number.POSITIVE_INFINITY;
			host.newest = Number.NEGATIVE_INFINITY;
		}

		host.records++;
		// What has no time is neither.
		if (time < host.oldest) {
			host.oldest = time;
		}

		if (time > host.newest) {
			host.newest = time;
		}

		if (kept.pattern.kind === 'other') {
			return;
		}

		if (count !== 'id') {
			this.#count(kept, time, count);
			this.#entries?.add(count, 0, number, time);
			return;
		}

		const low = this.#hash[0] ?? 0;
		// A zero says that there is no id.
		const high = Math.max(1, this.#hash[1] ?? 0);
		this.#entries?.add(low, high, number, time);
		this.#wait(low, high, number, time);
	}

	#wait(low: number, high: number, number: number, time: number): void {
		const at = this.#waitingCount;
		this.#waiting[at * 3] = low;
		this.#waiting[at * 3 + 1] = high;
		this.#waiting[at * 3 + 2] = number;
		this.#waitingTimes[at] = time;
		this.#waitingCount = at + 1;
		if (at + 1 === mostWaiting) {
			this.#countWaiting();
		}
	}

	#countWaiting(): void {
		const waiting = this.#waiting;
		for (let index = 0; index < this.#waitingCount; index++) {
			const low = waiting[index * 3] ?? 0;
			const high = waiting[index * 3 + 1] ?? 0;
			// Who is not new has no number.
			if (!this.#ids.add(low, high)) {
				waiting[index * 3 + 2] = nobody;
			}
		}

		for (let index = 0; index < this.#waitingCount; index++) {
			const number = waiting[index * 3 + 2] ?? nobody;
			const kept = number === nobody ? undefined : this.#patterns[number];
			if (kept) {
				this.#count(kept, this.#waitingTimes[index] ?? Number.NaN, 1);
			}
		}

		this.#waitingCount = 0;
	}

	#count(kept: KeptPattern, time: number, count: number): void {
		if (kept.countMore === undefined) {
			return;
		}

		this.records++;
		const day = dayOf(time);
		if (day !== kept.day || Number.isNaN(time)) {
			handOn(kept);
			kept.day = day;
			kept.last = time;
		}

		kept.pending += count;
		if (time > kept.last) {
			kept.last = time;
		}
	}
}

const handOn = (kept: KeptPattern): void => {
	if (kept.pending > 0) {
		const {last, pending} = kept;
		kept.countMore?.(Number.isNaN(last) ? undefined : last, pending);
		kept.pending = 0;
	}
};

const orUndefined = (time: number): number | undefined =>
	Number.isFinite(time) ? time : undefined;
