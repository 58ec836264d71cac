import type {PullAction, PulledImage} from '../evidence/pull.js';

/**
One thing that a log says happened to an image.

Every format is read into this; it is counted into tallies and forgotten.
*/
export type PullRecord = {
	/** Milliseconds since 1970; `undefined` for an aggregate without a time. */
	readonly time: number | undefined;
	/** The host under its one name; an empty text where the log does not say it. */
	readonly host: string;
	readonly repository: string;
	readonly image: PulledImage;
	/** A tag that was named beside a digest: what the tag meant then. */
	readonly tag: string | undefined;
	readonly action: PullAction;
	/** How many; 1 but for aggregates. */
	readonly count: number;
	/** What makes it the same record when it is met again; `undefined` where nothing does. */
	readonly id: string | undefined;
	/** The user agent, as it was sent; an empty text where the log has none. Foreign. */
	readonly agent: string;
	/** Who asked, as far as the log says: address, user; joins the requests of one pull. Foreign. */
	readonly client: string;
	/** Of what was fetched, where the log says it: tells an index from its child. Foreign. */
	readonly mediaType?: string;
	/** It was fetched right after an index, by the same client: it counts for its digest, and in no total beside the index. */
	readonly isPart?: true;
};

/** What one line, or one element of a list, is. */
export type ReadRecord =
	| {readonly kind: 'record'; readonly record: PullRecord}
	/** Something else than a pull, told rightly: it counts for what the source covers, and for nothing more. */
	| {
			readonly kind: 'other';
			readonly time: number | undefined;
			readonly host: string;
	  }
	/** It does not belong to this format, or is cut off. One sentence without a place. */
	| {readonly kind: 'bad'; readonly problem: string};
