import type {PullSource, PullsReading, TimeSpan} from '../evidence/pull.js';

/** What one source is asked. */
export type ReadRequest = {
	/** The registry's host, under its one name. */
	readonly host: string;
	/** `undefined` where the whole registry is asked about. */
	readonly repository: string | undefined;
	/** What counts; a source that is asked by time need not tell of anything older. */
	readonly window: TimeSpan;
	/** Whether the operator has agreed to the cost; `within-cap` agrees to what stays under the cap. */
	readonly isAgreed: boolean | 'within-cap';
};

/** What one source tells. */
export type ReadReply = {
	readonly tallies: PullsReading['tallies'];
	readonly source: PullSource;
};

/** One source of pulls that the operator has named, opened but not asked. */
export type PullReader = {
	/** As the operator wrote it: `acr-events:logs/`. */
	readonly name: string;
	/** What one request is about. */
	readonly scope: 'registry' | 'repository';
	/** Whether it can know anything about a registry, before it is asked. */
	readonly isFor: (host: string) => boolean;
	/**
	Reads the source. Throws `UserError` where it cannot be reached or read at all; what breaks off later is a gap.
	*/
	readonly read: (
		request: ReadRequest,
		options: {
			/** Gets the source with its progress, and nothing else, as it goes. */
			tell: (source: PullSource) => void;
			signal: AbortSignal;
		},
	) => Promise<ReadReply>;
};

/** A source of which nothing has been read, for the parts that a reader does not say. */
export const blankSource = (name: string): PullSource => ({
	name,
	state: 'unasked',
	proves: 'nothing',
	covers: undefined,
	gaps: [],
	repository: undefined,
	records: 0,
	skipped: 0,
	firstProblem: undefined,
	remark: undefined,
	readAt: undefined,
	cost: undefined,
	progress: undefined,
});
