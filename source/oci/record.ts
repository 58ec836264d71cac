import type {Digest} from './digest.js';

/** A content that a manifest points to. */
export type Blob = {
	readonly digest: Digest;
	/** Bytes. */
	readonly size: number;
};

/**
What jetsam knows of one digest in one repository.

It grows while a repository is read: first the digest and its tags, then what its manifest says, then what its config says.
*/
export type DigestRecord = {
	readonly digest: Digest;
	/** Sorted; empty where no tag means this digest now. */
	readonly tags: readonly string[];
	/** An empty text until it is known. */
	readonly mediaType: string;
	readonly artifactType: string | undefined;
	/** Bytes of the manifest, its config and its layers; for an index with all its children. `undefined` until it is known. */
	readonly size: number | undefined;
	/** ISO 8601, as the builder wrote it. */
	readonly created: string | undefined;
	/** ISO 8601; `undefined` where the registry keeps no such time. */
	readonly uploaded: string | undefined;
	/** For example `linux/arm64`; for an index those of its children. */
	readonly platforms: readonly string[];
	readonly children: readonly Digest[];
	/** The config and the layers, by which shared bytes are told from own ones. */
	readonly blobs: readonly Blob[];
	/** Bytes of the manifest itself; 0 until it is known. */
	readonly manifestSize: number;
	readonly subject: Digest | undefined;
	/** One sentence why the registry does not let it be deleted; `undefined` where nothing is known to lock it. */
	readonly locked: string | undefined;
	/** What the registry itself calls it, foreign: `inactive` at Docker Hub, where nothing has pulled it for a month; left out where it says nothing. */
	readonly status?: string;
	/** `loading` until everything above is as final as it can be. */
	readonly state: 'loading' | 'loaded' | 'unreadable';
	/** One sentence why the manifest could not be read. */
	readonly problem: string | undefined;
};

/** The digests of a repository, as far as they have been read. */
export type DigestRecords = ReadonlyMap<Digest, DigestRecord>;

/** A record of which nothing but the digest is known. */
export const emptyRecord = (digest: Digest): DigestRecord => ({
	digest,
	tags: [],
	mediaType: '',
	artifactType: undefined,
	size: undefined,
	created: undefined,
	uploaded: undefined,
	platforms: [],
	children: [],
	blobs: [],
	manifestSize: 0,
	subject: undefined,
	locked: undefined,
	state: 'loading',
	problem: undefined,
});

/** Whether a registry's list told its size and its manifest was not read: what it shares with others is not known. */
export const isOnlyListed = ({
	state,
	manifestSize,
	blobs,
	size,
}: DigestRecord): boolean =>
	state === 'loaded' &&
	manifestSize === 0 &&
	blobs.length === 0 &&
	size !== undefined &&
	size > 0;
