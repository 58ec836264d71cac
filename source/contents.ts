/** The bytes of a manifest, a config or a layer as a registry served them, which have the digest that they were asked for by. */
export type ServedContent = {
	/** As the registry said it; an empty text where it said nothing. */
	readonly mediaType: string;
	readonly bytes: Uint8Array;
};

/** A content of any size, to be sent. */
export type LargeContent = {
	/** Bytes. */
	readonly size: number;
	/** The bytes from the first on; may be called more than once. */
	readonly open: () => AsyncIterable<Uint8Array>;
};

/** What came of putting something into a registry. */
export type PutReply =
	/** The registry says that it has it now, which is to be believed only after reading it back. */
	| {readonly kind: 'accepted'; readonly requestId?: string}
	/** `--read-only` kept the request back. */
	| {readonly kind: 'held'}
	| {readonly kind: 'refused'; readonly reason: string}
	/** The server failed or its reply was lost. */
	| {readonly kind: 'unclear'; readonly reason: string};

/** How many pulls a registry lets somebody make yet. */
export type PullsLeft = {
	readonly remaining: number;
	/** Of how many. */
	readonly limit: number;
	/** In how long a time; `undefined` where that is not told. */
	readonly seconds: number | undefined;
};

/** What reading from a registry costs. Methods throw `UserError` as those of the registry do. */
export type Pricing = {
	/** How many pulls this login, or this address, has left; asking costs none. `undefined` where there is no limit, or it is not told. */
	readPullsLeft: (signal: AbortSignal) => Promise<PullsLeft | undefined>;
	/** How many manifests a tag comes to, each of which is a pull, by a list that costs none; `undefined` where there is no such list. */
	countManifests: (
		repository: string,
		tag: string,
		signal: AbortSignal,
	) => Promise<number | undefined>;
};
