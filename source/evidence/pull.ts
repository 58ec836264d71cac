import type {Digest} from '../oci/digest.js';

/**
What happened to an image, as a source of pulls tells it.

`pull` is a download, and `last-seen` the time of the newest one where a registry keeps no others. The rest stands apart on screen; within the window a `check` or a `push` counts as access for rules.
*/
export type PullAction =
	/** A manifest was fetched by GET, or a download is reported. */
	| 'pull'
	/** The registry itself keeps the time of the last pull, and no count. */
	| 'last-seen'
	/** A manifest was asked about by HEAD. */
	| 'check'
	| 'push'
	/** A kubelet set out to pull; it may have failed, or found everything there. */
	| 'attempt'
	/** A kubelet had the image already. */
	| 'present';

/** What a source says was asked for. */
export type PulledImage =
	| {
			readonly kind: 'digest';
			/** Of a manifest or an index. */
			readonly digest: Digest;
	  }
	/** A tag, and nothing in the source says which digest it meant then. */
	| {readonly kind: 'tag'; readonly tag: string}
	/** A config or a layer; who counts it knows the manifests. */
	| {readonly kind: 'blob'; readonly digest: Digest}
	/** Something in the repository: counters know no more. */
	| {readonly kind: 'repository'};

/** What one source saw happen to one image, counted by day. */
export type PullTally = {
	/** The name of the source. */
	readonly source: string;
	/** Under the one name that it has among its aliases; lower case. */
	readonly host: string;
	readonly repository: string;
	readonly image: PulledImage;
	readonly action: PullAction;
	/** A scanner or a mirror: shown apart, and no reason to keep anything. */
	readonly isApart: boolean;
	/** Fetched right after an index, as its child, by the same client: counts for the digest, and in no total beside the index. */
	readonly isPart?: true;
	/** How often, by UTC days since 1970. Empty for `last-seen`. */
	readonly days: ReadonlyMap<number, number>;
	/** How often without any time, which an aggregate may leave out. */
	readonly undated: number;
	/** Milliseconds since 1970 of the newest; `undefined` where no time is known. */
	readonly last: number | undefined;
	/** How often by client, the most frequent ones; foreign. */
	readonly clients: ReadonlyMap<string, number>;
};

/** A span of time, milliseconds since 1970, without its end. */
export type TimeSpan = {readonly from: number; readonly to: number};

/** A span that a source should cover and does not, or a part of it that could not be read. */
export type PullGap = {
	/** Names it for good, so that the operator can accept it: `2026-11-03T14`. */
	readonly name: string;
	/** One sentence. */
	readonly message: string;
	/** `undefined` for the whole of what the source covers. */
	readonly span: TimeSpan | undefined;
	/** Whether the operator may accept it by name: a missing hour may be; a file that broke off may not. */
	readonly canBeAccepted: boolean;
};

/** What a source can say no about. */
export type AbsenceProof =
	/** Where it covers a time, what it does not name was not pulled. */
	| 'all-digests'
	/** The same, but only of digests that have a tag. */
	| 'tagged-digests'
	/** It only ever says yes. */
	| 'nothing';

/** One source of pulls, as far as it was read for one registry. */
export type PullSource = {
	/** As the operator wrote it, `acr-events:logs/`; foreign. */
	readonly name: string;
	readonly state:
		/** Everything that there is was read, but for the gaps. */
		| 'read'
		/** Nothing could be read; the gaps say why. */
		| 'failed'
		/** It is known and was not asked. */
		| 'unasked'
		/** Asking costs, and the operator has not agreed yet: see `cost`. */
		| 'costs';
	readonly proves: AbsenceProof;
	/** What was asked and is present; `undefined` where nothing is known to be. */
	readonly covers: TimeSpan | undefined;
	readonly gaps: readonly PullGap[];
	/** What it lists and says itself that it does not know when it was pulled: no absence is proved of these. */
	readonly unknown?: readonly PulledImage[];
	/** The repository it was asked about; `undefined` for the whole registry. */
	readonly repository: string | undefined;
	/** Records that were counted, and those that could not be read. */
	readonly records: number;
	readonly skipped: number;
	/** The first record that could not be read, with its place; foreign. */
	readonly firstProblem: string | undefined;
	/** One sentence worth knowing: `None of its 12,345 records is about this registry; they are about X.` */
	readonly remark: string | undefined;
	/** Milliseconds since 1970 at which the reading began; `undefined` where nothing was read. */
	readonly readAt: number | undefined;
	/** Bytes that a query would scan, and the most that it may. */
	readonly cost: {readonly bytes: number; readonly most: number} | undefined;
	/** Bytes read so far and in all, while it is read. */
	readonly progress:
		{readonly done: number; readonly total: number} | undefined;
};

/** What the sources of pulls told about one registry. */
export type PullsReading = {
	readonly tallies: readonly PullTally[];
	readonly sources: readonly PullSource[];
};

/** A gap that the operator has accepted by name. */
export type AcceptedPullGap = {
	readonly source: string;
	readonly gap: string;
};

/** How sure it is which digest was pulled. */
export type PullCertainty =
	/** A source names the digest, or knows what the tag meant then. */
	| 'digest'
	/** Today's meaning of the tag that was pulled. */
	| 'tag'
	/** The config was fetched, which several manifests may share. */
	| 'config';

/** What the sources say of a digest that nobody pulled in the window. */
export type PullAbsence =
	| {
			readonly state: 'no';
			/** What was looked through: the window, as far as a source proves it; milliseconds since 1970. */
			readonly from: number;
			readonly to: number;
			/** The sources that prove it. */
			readonly sources: readonly string[];
	  }
	| {
			readonly state: 'unknown';
			/** A few words, without a full stop: `no source of pulls`. Foreign in part. */
			readonly why: string;
	  };

/**
Whether a digest is pulled: yes how often, no looked from when to when, or unknown why.

A digest is judged by the most of its family: its indexes, its children and its tags.
*/
export type PullEvidence = (
	| {
			readonly state: 'yes';
			/** In the window, of the member of the family that was pulled most; 0 where only the time of a last pull is known. */
			readonly count: number;
			readonly certainty: PullCertainty;
			/** The member of the family that was pulled; the digest itself where it was. */
			readonly through: Digest;
			/** The window that was counted; milliseconds since 1970. */
			readonly from: number;
			readonly to: number;
			readonly sources: readonly string[];
			/** What can be said besides: where it is unknown, the count is a least. */
			readonly besides: PullAbsence;
	  }
	| PullAbsence
) & {
	/** Milliseconds since 1970 of the newest pull that any source knows of, also before the window. */
	readonly last: number | undefined;
	/** The newest check or push, which counts as access for rules; milliseconds since 1970. */
	readonly lastAccess: number | undefined;
};
