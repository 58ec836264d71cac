import type {PullRecord} from '../pull-record.js';

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
	/** Keeps a pattern for as long as the files of a source are read. */
	readonly keep: (pattern: RecordPattern) => number;
	/**
	Counts one record of a pattern.
	@param time - Milliseconds since 1970.
	@param low - With `high` the hash of its id, see `hashBytes`.
	*/
	readonly add: (
		pattern: number,
		time: number,
		low: number,
		high: number,
	) => void;
};
