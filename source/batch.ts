import type {Digest} from './oci/digest.js';
import type {LargeContent} from './contents.js';
import type {Journal} from './world.js';

/** One line of a journal: JSON with at least its kind and its time. */
export type JournalLine = {readonly kind: string} & Readonly<
	Record<string, unknown>
>;

/** A repository of a registry. */
export type RepositoryPlace = {
	/** The registry's host. */
	readonly registry: string;
	readonly repository: string;
};

/** A manifest as it lies in the trash. */
export type SavedManifest = {
	readonly digest: Digest;
	readonly mediaType: string;
	/** All tags that it had. */
	readonly tags: readonly string[];
};

/** What a batch keeps of what it deletes: one OCI image layout for each repository. Every method throws `UserError`. */
export type Trash = {
	/** Where it lies, to be told to the operator. */
	readonly path: string;
	/** Resolves when all of it is durable on disk; rejects when it is not, and then nothing may be deleted. */
	readonly save: (
		place: RepositoryPlace,
		saved: {
			readonly manifests: ReadonlyArray<
				SavedManifest & {readonly bytes: Uint8Array}
			>;
			/** Configs. */
			readonly blobs: ReadonlyArray<{
				readonly digest: Digest;
				readonly bytes: Uint8Array;
			}>;
		},
	) => Promise<void>;
	/** Keeps a blob of any size; resolves when it is durable and has its digest. */
	readonly saveBlob: (
		place: RepositoryPlace,
		digest: Digest,
		bytes: AsyncIterable<Uint8Array>,
	) => Promise<void>;
	/** Whether a content lies there, whole. */
	readonly has: (place: RepositoryPlace, digest: Digest) => Promise<boolean>;
	/** A content that lies there, verified; `undefined` where there is none or it is damaged. */
	readonly read: (
		place: RepositoryPlace,
		digest: Digest,
	) => Promise<Uint8Array | undefined>;
	/** A content that lies there, of any size, verified. */
	readonly open: (
		place: RepositoryPlace,
		digest: Digest,
	) => Promise<LargeContent | undefined>;
	/** Brings the lists of the layouts up to date. */
	readonly close: () => Promise<void>;
};

/** A list of referrers that was written anew before something that it named was deleted. */
export type WrittenList = {
	readonly tag: string;
	/** What the tag meant before; its bytes are in the trash. */
	readonly digest: Digest;
	readonly mediaType: string;
	/** What was to be put under the tag. */
	readonly replacement: Digest;
};

/** How far a step of an earlier batch is known to have come. */
export type BatchStepState =
	/** Planned, and nothing was sent. */
	| 'not-begun'
	/** Its delete may have been sent: the journal ends before it says how it went. */
	| 'in-flight'
	| 'deleted'
	| 'absent'
	| 'refused'
	| 'failed'
	/** An undo has put it back. */
	| 'restored';

/** A step of an earlier batch, as its journal tells it. */
export type BatchStep = RepositoryPlace & {
	readonly digest: Digest;
	readonly tags: readonly string[];
	/** The tag that was to go alone; absent where the digest was. */
	readonly onlyTag?: string;
	readonly state: BatchStepState;
	/** Why it was refused or failed; empty otherwise. */
	readonly reason: string;
	/** What lies in the trash for it: itself first, then what went along. */
	readonly saved: readonly SavedManifest[];
	/** The lists of referrers that it was taken off, or may have been, and that no undo has put back. Absent where there are none. */
	readonly lists?: readonly WrittenList[];
};

/** An earlier batch, as its journal tells it. */
export type BatchRecord = {
	readonly batch: string;
	/** The journal's path. */
	readonly path: string;
	readonly user: string;
	readonly machine: string;
	/** Milliseconds since 1970. */
	readonly beganAt: number;
	/** `undefined` where the journal does not say that it ended. */
	readonly endedAt: number | undefined;
	readonly steps: readonly BatchStep[];
	/** Lines that could not be read, besides a last one that was cut off; their numbers, from 1. */
	readonly damagedLines: readonly number[];
};

/** What earlier runs did. Every method throws `UserError`. */
export type Batches = {
	/** The names of all batches that began, the newest first. */
	readonly list: () => Promise<readonly string[]>;
	readonly read: (batch: string) => Promise<BatchRecord>;
	/** The batch whose program ended before it did, if there is one: the newest. */
	readonly findUnended: () => Promise<BatchRecord | undefined>;
	/** Goes on with the journal of a batch; rejects where another jetsam is at it. */
	readonly reopenJournal: (batch: string) => Promise<Journal>;
	readonly openTrash: (batch: string) => Trash;
	/** Bytes that the trash of a batch takes; 0 where it has none. */
	readonly measureTrash: (batch: string) => Promise<number>;
	readonly removeTrash: (batch: string) => Promise<void>;
};
