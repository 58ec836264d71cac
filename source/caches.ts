import type {Digest} from './oci/digest.js';

/** A content with the digest that names it, as a registry served it for a repository. */
export type Content = {
	readonly digest: Digest;
	/** The media type that a manifest was served as; `undefined` for a config. */
	readonly mediaType: string | undefined;
	readonly bytes: Uint8Array;
};

/**
Contents kept between runs, each for the repository of the host that served it and for no other.

Nothing here rejects: what cannot be read is not there, and what cannot be written is not kept.
*/
export type ContentCache = {
	/** What is kept of a repository. The bytes of each content have its digest. */
	readonly read: (host: string, repository: string) => AsyncIterable<Content>;
	/**
	Keeps further contents of a repository.
	@param keep - Of what is kept already only these stay; `undefined` where all does.
	*/
	readonly write: (
		host: string,
		repository: string,
		changes: {
			contents: readonly Content[];
			keep: ReadonlySet<Digest> | undefined;
		},
	) => Promise<void>;
};

/** What is to be kept of a source, while it is made. */
export type CountDraft = {
	/** Adds bytes, which are kept as they are. */
	readonly append: (bytes: Uint8Array) => Promise<void>;
	/** Keeps everything in place of what was kept before, with a document of JSON. */
	readonly finish: (summary: unknown) => Promise<void>;
	readonly drop: () => Promise<void>;
};

/** What was kept of a source, checked to be what was written. */
export type KeptCounts = {
	readonly summary: unknown;
	/** The bytes from one place to another, in parts whose lengths are multiples of 20. */
	readonly bytes: (from: number, to: number) => AsyncIterable<Uint8Array>;
	readonly close: () => Promise<void>;
};

/**
What log files came to, kept between runs for each source, so that an unchanged file is not read again.

Neither of the two rejects: what cannot be read is not there, and what cannot be written is not kept.
*/
export type AggregateCache = {
	/** `undefined` where nothing whole is kept. */
	readonly read: (source: string) => Promise<KeptCounts | undefined>;
	/** Begins to keep something; nothing is kept until it is finished. */
	readonly begin: (source: string) => Promise<CountDraft>;
};
