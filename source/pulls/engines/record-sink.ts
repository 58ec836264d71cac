import type {PullRecord} from '../pull-record.js';
import type {KnownBytes} from './known-bytes.js';
import type {PairTable} from './pair-table.js';

/** What records of one image by one client have in common. */
export type RecordPattern =
	| {
			readonly kind: 'record';
			readonly record: Omit<PullRecord, 'time' | 'count' | 'id' | 'client'>;
	  }
	/** Something else than a pull, which only counts for what is covered. */
	| {readonly kind: 'other'; readonly host: string};

/** In the place of an image: a context is the same for all of them. */
export const allImages = 0;

/** Where the fast readers of bytes put what they find, so that no object is made for a line. */
export type RecordSink = {
	/**
	What was met before in the source, by its bytes: contexts, which are everything that many images share, and images. They are apart because there are few of the former, and both times what is few is quick to find. A format fills them as it likes.
	*/
	readonly contexts: KnownBytes;
	readonly images: KnownBytes;
	/** The numbers of patterns, by context and image; an image's is its own and one more. */
	readonly patterns: PairTable;
	/** The bytes of a record's id are put here; what lies behind them does not matter. */
	readonly id: DataView;
	/** The number of a pattern. */
	readonly keep: (pattern: RecordPattern) => number;
	/**
	Counts one record of a pattern.
	@param time - Milliseconds since 1970.
	@param idLength - How much of `id` is the record's; 0 where it has none.
	*/
	readonly add: (pattern: number, time: number, idLength: number) => void;
};
