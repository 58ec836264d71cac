import type {PullRecord, ReadRecord} from '../pull-record.js';
import type {CountMore} from '../tally-book.js';
import type {SummaryHost} from './file-summary.js';
import {hashBytes} from './hash-bytes.js';
import {createIdSet, inRoom} from './id-set.js';
import {createKnownBytes} from './known-bytes.js';
import {PairTable} from './pair-table.js';
import {PendingCounts} from './pending-counts.js';
import {type RecordEntries, unpackTime} from './record-entries.js';
import type {RecordPattern, RecordSink} from './record-sink.js';

const nobody = 0xff_ff_ff_ff;
const idRoom = 512;
/** Records that wait until their ids are looked for: many lookups one after the other are quicker, because the processor does not wait for the memory of one before it begins the next. */
const mostWaiting = 1024;
const minute = 60_000;

/** What is known of one registry in one file while it is read. */
type OpenHost = {
	readonly host: string;
	/** The file that the rest is about. */
	file: number;
	records: number;
	oldest: number;
	newest: number;
};

/**
Counts the records of files, one file after the other, each record once.

What it holds grows with images, and by at most 16 bytes for each record that has an id.
*/
export class RecordCounter implements RecordSink {
	readonly contexts = createKnownBytes();
	readonly images = createKnownBytes();
	readonly patterns = new PairTable();
	readonly id: DataView = new DataView(new ArrayBuffer(idRoom));
	/** Records that were counted. */
	records = 0;
	readonly #open: (record: PullRecord) => CountMore | undefined;
	readonly #idsHoldTime: boolean;
	readonly #ids = createIdSet();
	readonly #hash = new Uint32Array(2);
	/** The halves of the hashes of those that wait, and their patterns and times. */
	readonly #waiting = new Uint32Array(mostWaiting * 3);
	readonly #waitingTimes = new Float64Array(mostWaiting);
	#waitingCount = 0;
	readonly #encoder = new TextEncoder();
	readonly #numbers = new Map<string, number>();
	readonly #patterns: RecordPattern[] = [];
	/** The registry of each pattern. */
	readonly #hostOf: OpenHost[] = [];
	readonly #pending = new PendingCounts();
	readonly #hosts = new Map<string, OpenHost>();
	#file = 0;
	#entries: RecordEntries | undefined;

	/**
	@param open - Tells what counts records like this one; `undefined` for those that do not count.
	@param options.idsHoldTime - Whether records with the same id have the same time, always.
	*/
	constructor(
		open: (record: PullRecord) => CountMore | undefined,
		{idsHoldTime = false}: {readonly idsHoldTime?: boolean | undefined} = {},
	) {
		this.#open = open;
		this.#idsHoldTime = idsHoldTime;
	}

	/** Begins a file. Its records go into the entries as well, where there are any. */
	begin(entries: RecordEntries | undefined): void {
		this.#entries = entries;
		this.#file++;
	}

	keep(pattern: RecordPattern): number {
		const key = keyOf(pattern);
		const known = this.#numbers.get(key);
		if (known !== undefined) {
			return known;
		}

		const number = this.#patterns.push(pattern) - 1;
		this.#numbers.set(key, number);
		this.#hostOf.push(this.#openHost(pattern));
		this.#pending.begin(
			pattern.kind === 'record'
				? this.#open({
						...pattern.record,
						time: undefined,
						count: 1,
						id: undefined,
						client: '',
					})
				: undefined,
		);
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
			const low = entries[at] ?? 0;
			const high = entries[at + 1] ?? 0;
			const number = entries[at + 2] ?? 0;
			const time = unpackTime(entries[at + 3] ?? 0, entries[at + 4] ?? 0);
			if (number >= this.#patterns.length) {
				// Nobody knows what it was.
			} else if (high === 0) {
				this.#count(number, time, low);
			} else {
				this.#wait(low, high, number, time);
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
		return this.#patterns;
	}

	/** Hands on what has not been handed on, once all files are read. */
	finish(): void {
		this.#countWaiting();
		this.#pending.finish();
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
		const host = this.#hostOf[number];
		if (host === undefined) {
			return;
		}

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

		if (this.#patterns[number]?.kind === 'other') {
			return;
		}

		if (count !== 'id') {
			this.#count(number, time, count);
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
		// What happened together is looked for together: it lies close in memory then.
		this.#waiting[at * 3 + 1] =
			this.#idsHoldTime && time >= 0
				? inRoom(high, Math.floor(time / minute))
				: high;
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
			if (number !== nobody) {
				this.#count(number, this.#waitingTimes[index] ?? Number.NaN, 1);
			}
		}

		this.#waitingCount = 0;
	}

	#count(number: number, time: number, count: number): void {
		if (this.#pending.count(number, time, count)) {
			this.records++;
		}
	}
}

/** One text for each pattern. What may hold anything, line ends too, is written so that it does not. */
const keyOf = (pattern: RecordPattern): string => {
	if (pattern.kind === 'other') {
		return `other\n${pattern.host}`;
	}

	const {host, repository, image, tag, action, agent, mediaType, isPart} =
		pattern.record;
	const name =
		image.kind === 'tag'
			? image.tag
			: image.kind === 'repository'
				? ''
				: image.digest;
	const foreign = JSON.stringify([agent, mediaType]);
	return [
		action,
		host,
		repository,
		image.kind,
		name,
		tag ?? '',
		isPart ?? false,
		foreign,
	].join('\n');
};

const orUndefined = (time: number): number | undefined =>
	Number.isFinite(time) ? time : undefined;
