import type {PullRecord} from '../pull-record.js';
import type {KnownBytes} from './known-bytes.js';

/** What records of one image by one client have in common. */
export type RecordPattern =
	| {
			readonly kind: 'record';
			readonly record: Omit<PullRecord, 'time' | 'count' | 'id' | 'client'>;
	  }
	/** Something else than a pull, which only counts for what is covered. */
	| {readonly kind: 'other'; readonly host: string};

/** Where the fast readers of bytes put what they find, so that no object is made for a line. */
export type RecordSink = {
	/** Numbers of patterns, by the bytes that they were made of; empty when a source begins to be read. */
	readonly known: KnownBytes;
	/** The bytes of a record's id are put here. */
	readonly id: Uint8Array;
	/** The number of a pattern. */
	readonly keep: (pattern: RecordPattern) => number;
	/**
	Counts one record of a pattern.
	@param time - Milliseconds since 1970.
	@param idLength - How much of `id` is the record's; 0 where it has none.
	*/
	readonly add: (pattern: number, time: number, idLength: number) => void;
};
