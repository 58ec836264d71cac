import type {Batches, JournalLine} from './batch.js';
import type {
	LargeContent,
	Pricing,
	PutReply,
	ServedContent,
} from './contents.js';
import type {AcceptedPullGap, PullsReading} from './evidence/pull.js';
import type {AcceptedGap, UsesReading} from './evidence/use.js';
import type {DigestDetail, Referrer} from './oci/detail.js';
import type {Digest} from './oci/digest.js';
import type {DigestRecord, DigestRecords} from './oci/record.js';
import type {Where} from './oci/reference.js';
import type {ImageFiles} from './image-files.js';
import type {Places} from './places.js';
import type {PlanKeeper, RulesKeeper} from './keepers.js';

/** What a registry can do and what its "no" means. Vendors differ, and it is data. */
export type Capabilities = {
	/** The registry's kind, for messages: `OCI registry`. */
	readonly name: string;
	/** One sentence why nothing can be deleted by the registry's API, and what deletes instead; left out where it can be tried. */
	readonly whyNoDelete?: string;
	/** What to change where the registry answers that deleting is disabled. */
	readonly deletesDisabledRemedy: string;
	/** What gives the space back after a delete. */
	readonly spaceReturns: string;
	/** Whether a digest that has no tag and no index can be listed. */
	readonly listsUntagged: boolean;
	/** Whether the registry deletes what is about a digest, by its subject, together with it. */
	readonly deletesReferrers: boolean;
	/** Whether a digest is deleted only when nothing tags it any more, so that its tags have to be removed before. */
	readonly removesTagsFirst: boolean;
	/** One sentence on what reading a manifest costs the operator, such as a pull of a limited number; `undefined` where it costs nothing. */
	readonly whatReadsCost: string | undefined;
	/** What else an operator should know before deleting there, a few words each. */
	readonly notes?: readonly string[];
	/** One sentence why a tag cannot be removed without its digest; `undefined` where it can be. */
	readonly whyNoTagRemoval: string | undefined;
	/** One sentence on how long what was deleted can be put back. */
	readonly undoes: string;
};

/** Kinds of registries that a plain OCI registry can be said to be. */
export type RegistryKind =
	| 'distribution-2'
	| 'distribution-3'
	| 'google'
	| 'azure'
	| 'docker-hub'
	| 'ecr'
	| 'ghcr'
	| 'gitlab'
	| 'harbor'
	| 'quay'
	| 'zot';

/** A part of what a registry tells while a repository is being read. */
export type RepositoryPart = {
	/** New records, or records of which more is known than in an earlier part. */
	readonly records: readonly DigestRecord[];
	/** Tags that the registry has listed so far. */
	readonly tagsListed: number;
	/** Sentences on what could not be read and could hide an index that needs other digests. While there is one, nothing in the repository may be deleted. */
	readonly gaps: readonly string[];
};

/** Everything that was read of a repository at a time. */
export type RepositoryReading = {
	readonly repository: string;
	readonly records: DigestRecords;
	readonly gaps: readonly string[];
	/** Milliseconds since 1970 at which the reading began. */
	readonly readAt: number;
};

/** What a registry answered to the deletion of a digest or a tag. */
export type DeleteReply =
	| {
			readonly kind: 'accepted';
			readonly status: number;
			/** Whether the registry does it in its own time, so that it takes patience to see it done. */
			readonly isLate?: boolean;
			/** What the registry calls the request in its own log, where it says so; foreign. */
			readonly requestId?: string;
	  }
	/** It was not there any more. */
	| {readonly kind: 'absent'}
	/** `--read-only` kept the request back. */
	| {readonly kind: 'held'}
	/** The server failed or its reply was lost: it may be gone or not. */
	| {readonly kind: 'unclear'; readonly reason: string}
	/** The registry said no; `scope` is what its no is about. */
	| {
			readonly kind: 'refused';
			readonly scope: 'digest' | 'repository' | 'host';
			readonly status: number;
			readonly reason: string;
			readonly requestId?: string;
	  };

/** What waits for an answer: a batch that deletes, the screen that the operator looks at, or totals that are nice to have. The first goes first. */
export type Urgency = 'batch' | 'screen' | 'background';

/** A registry, as the rest of jetsam sees it. Every method throws `UserError`, with the sentence for the operator, where it gets no usable reply. */
export type Registry = Pricing & {
	readonly host: string;
	readonly capabilities: Capabilities;
	/** The same registry, whose requests wait as this says at each of them; without it they are the screen's. */
	withUrgency: (urgency: () => Urgency) => Registry;
	/**
	Repository names in pages, in the registry's order.
	@param onLeftOut - Told, at the end, in one sentence of names that no repository may have; nothing in them can be asked for.
	*/
	listRepositories: (
		signal: AbortSignal,
		onLeftOut?: (sentence: string) => void,
	) => AsyncIterable<readonly string[]>;
	/** The repository with tags that a path names: the path itself, or at Docker Hub what `docker pull` takes it for; `undefined` for a prefix, and for what the registry does not know. */
	findRepository: (
		path: string,
		signal: AbortSignal,
	) => Promise<string | undefined>;
	/** Reads tags, manifests and configs; parts come as they arrive. */
	readRepository: (
		repository: string,
		signal: AbortSignal,
	) => AsyncIterable<RepositoryPart>;
	/** Everything that one manifest says; `undefined` where there is none. */
	readDetail: (
		repository: string,
		digest: Digest,
		signal: AbortSignal,
	) => Promise<DigestDetail | undefined>;
	/** The digest that a tag or a digest means now, by HEAD; `undefined` if nothing does. */
	resolve: (
		repository: string,
		reference: string,
		signal: AbortSignal,
	) => Promise<Digest | undefined>;
	/**
	Deletes a manifest with all its tags.
	@see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#deleting-manifests
	*/
	deleteManifest: (
		repository: string,
		digest: Digest,
		signal: AbortSignal,
	) => Promise<DeleteReply>;
	/**
	Removes a tag and leaves its digest. Only to be called where `capabilities` say that the registry can: some delete the digest with all its tags.
	@see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#deleting-tags
	*/
	deleteTag: (
		repository: string,
		tag: string,
		signal: AbortSignal,
	) => Promise<DeleteReply>;
	/** The exact bytes of a manifest or of a small blob, verified; `undefined` where there are none. */
	readContent: (
		repository: string,
		content: {readonly digest: Digest; readonly kind: 'manifest' | 'blob'},
		signal: AbortSignal,
	) => Promise<ServedContent | undefined>;
	/** Hands the bytes of a blob of any size to `receive`, which is called anew where the reading has to begin anew; false where there is no such blob. Whoever takes them verifies them. */
	readBlob: (
		repository: string,
		digest: Digest,
		options: {
			receive: (bytes: AsyncIterable<Uint8Array>) => Promise<void>;
			signal: AbortSignal;
		},
	) => Promise<boolean>;
	/** Whether a blob's bytes are there, by its first byte: a HEAD is answered from memory by some registries whose storage has nothing any more. */
	hasBlob: (
		repository: string,
		blob: {readonly digest: Digest; readonly size: number},
		signal: AbortSignal,
	) => Promise<boolean>;
	/** The artifacts about a digest: by the referrers API, and where there is none by the list under the fallback tag. */
	listReferrers: (
		repository: string,
		digest: Digest,
		signal: AbortSignal,
	) => Promise<readonly Referrer[]>;
	/** Whether the login may push, found out by beginning an upload and taking it back. */
	mayPush: (repository: string, signal: AbortSignal) => Promise<PutReply>;
	/**
	Sends a manifest under a tag or under its digest.
	@see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests
	*/
	putManifest: (
		repository: string,
		reference: string,
		options: {readonly content: ServedContent; readonly signal: AbortSignal},
	) => Promise<PutReply>;
	/**
	Sends a blob in one piece, or has the registry mount it from another of its repositories, where it can.
	@see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#post-then-put
	*/
	putBlob: (
		repository: string,
		digest: Digest,
		options: {
			readonly content: LargeContent;
			readonly mountFrom?: string;
			readonly signal: AbortSignal;
		},
	) => Promise<PutReply>;
};

/** How careful to be with a registry, because the operator's settings say so. */
export type Care = {
	/** Drawn with the word in another colour on every screen, and confirmed by a longer phrase. */
	readonly isProtected: boolean;
	/** Nothing that changes it leaves the process. */
	readonly isReadOnly: boolean;
	/** Repositories, tags or `repository:tag` that nothing may delete; `*` stands for anything. */
	readonly neverTouch: readonly string[];
	/** Percent of a repository's top-level digests that one plan may take without a longer phrase; emptying one always takes it. */
	readonly maxShare: number;
	/** Whether a repository may be left empty without a longer phrase. */
	readonly mayEmpty?: boolean;
};

/** What an operator wants gone. */
export type Mark = {
	/** The registry's host. */
	readonly registry: string;
	readonly repository: string;
	readonly digest: Digest;
};

/** A line of a file of references. */
export type ReferenceLine = {
	/** From 1. */
	readonly number: number;
	/** As it was written; foreign. */
	readonly text: string;
	/** `undefined` where it is no reference. */
	readonly where: Where | undefined;
};

/** A registry that the machine knows of before it is asked anything. */
export type KnownRegistry = {
	/** What names it everywhere: host and port, lower case. */
	readonly host: string;
	/** The host, perhaps with a scheme before it. */
	readonly address: string;
	/** A repository or the beginning of some, where it is only that part which is known. */
	readonly path?: string;
	/** Why it is known: `logged in`, `saved`, `visited`, `demo`. */
	readonly source: string;
	/** How this machine is logged in to it, in two words: `docker config`, `helper pass`, `gcloud`. */
	readonly login?: string;
	/** Milliseconds since 1970 at which it was opened last. */
	readonly visitedAt?: number;
	/** Repositories that were opened by their names, because it lists none. */
	readonly typed?: readonly string[];
	readonly care: Care;
	/** What it is, where that is known before it is asked. */
	readonly kind?: RegistryKind;
};

/** Which sources of uses are asked, and what the operator has said of them. */
export type UsesChoice = {
	/** Names of kubeconfig contexts, or the current one, or all of them. */
	readonly contexts: readonly string[] | 'current' | 'all';
	/** Contexts that do not count, by name. */
	readonly leftOut: readonly string[];
	/** Refusals that the operator has accepted by name. */
	readonly accepted: readonly AcceptedGap[];
};

/** Uses that are kept current while a batch runs. */
export type UsesWatch = {
	/** What is known now, at most 60 s old; waits while a source is behind, and rejects with `UserError` where it stays so for 5 minutes. */
	readonly current: (signal: AbortSignal) => Promise<UsesReading>;
	readonly close: () => void;
};

/** The sources of uses: clusters, snapshots, folders. */
export type UsesSources = {
	/** What is asked, as the settings and the command line say. */
	readonly readChoice: () => Promise<UsesChoice>;
	/** Keeps a choice for the next run; resolves to a sentence if that failed. */
	readonly saveChoice: (choice: UsesChoice) => Promise<string | undefined>;
	/** Reads everything that is asked; what cannot be read is a gap of its source. Throws `UserError` where the choice is wrong. */
	readonly read: (
		choice: UsesChoice,
		options: {
			/** Gets what is known so far, each time that a source has been read. */
			tell: (reading: UsesReading) => void;
			signal: AbortSignal;
		},
	) => Promise<UsesReading>;
	/** Reads everything anew and keeps it current. */
	readonly watch: (choice: UsesChoice, signal: AbortSignal) => UsesWatch;
};

/** What the operator has said of the sources of pulls. */
export type PullsChoice = {
	/** Days that count, back from now. */
	readonly windowDays: number;
	/** Gaps that the operator has accepted by name. */
	readonly accepted: readonly AcceptedPullGap[];
};

/** What sources of pulls are asked about. */
export type PullsRequest = {
	/** The registry's host. */
	readonly host: string;
	/** One repository, for sources that are asked about each; `undefined` for those that are asked about a whole registry. */
	readonly repository: string | undefined;
	readonly choice: PullsChoice;
	/** Sources whose cost the operator has agreed to, by name; `within-cap` where nobody can be asked: then all that stay under the cap. */
	readonly spends: ReadonlySet<string> | 'within-cap';
};

/** The sources of pulls: logs, tables of logs, counters. */
export type PullsSources = {
	/** What the settings and the command line say. Throws `UserError` where it is wrong. */
	readonly readChoice: () => Promise<PullsChoice>;
	/** Keeps a choice for the next run; resolves to a sentence if that failed. */
	readonly saveChoice: (choice: PullsChoice) => Promise<string | undefined>;
	/** Whether there is any source for a registry: without one nothing about pulls is drawn. */
	readonly isKnown: (host: string) => Promise<boolean>;
	/** Reads the sources that such a request is for; what cannot be read is a gap of its source. */
	readonly read: (
		request: PullsRequest,
		options: {
			/** Gets what is known so far, a few times a second. */
			tell: (reading: PullsReading) => void;
			signal: AbortSignal;
		},
	) => Promise<PullsReading>;
};

/** Time, so that tests can own it. */
export type Clock = {
	/** Milliseconds since 1970. */
	readonly now: () => number;
	/** Resolves after so many milliseconds; rejects when aborted. */
	readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
};

/** The append-only record of one batch. */
export type Journal = {
	/** The name of the batch. */
	readonly batch: string;
	/** Where it lies, to be told to the operator. */
	readonly path: string;
	/** Resolves when the line is durable on disk; rejects when it is not, and then nothing may be deleted. */
	readonly append: (line: JournalLine) => Promise<void>;
	readonly close: () => Promise<void>;
};

/** Everything outside the program that the screens and commands may reach. */
export type World = {
	readonly clock: Clock;
	readonly readOnly: boolean;
	/** Opens a registry by its address and asks it who it is; throws `UserError`. */
	readonly openRegistry: (
		address: string,
		signal: AbortSignal,
	) => Promise<Registry>;
	readonly listKnownRegistries: () => Promise<readonly KnownRegistry[]>;
	readonly places: Places;
	/** How careful to be with the registry at a host. */
	readonly careFor: (host: string) => Promise<Care>;
	/** A sentence about settings that could not be used, if there is one to say. */
	readonly readNotice: () => Promise<string | undefined>;
	/** The marks that an earlier run left; none where there are none or they cannot be read. */
	readonly readMarks: () => Promise<readonly Mark[]>;
	/** Keeps the marks for the next run; resolves to a sentence if that failed. */
	readonly saveMarks: (marks: readonly Mark[]) => Promise<string | undefined>;
	readonly uses: UsesSources;
	readonly pulls: PullsSources;
	readonly rules: RulesKeeper;
	readonly plans: PlanKeeper;
	readonly imageFiles: ImageFiles;
	/** The references that a file names, line by line; throws `UserError` if it cannot be read. */
	readonly readReferences: (file: string) => Promise<readonly ReferenceLine[]>;
	/** Puts a text on the clipboard of the operator's terminal, as far as the terminal allows. */
	readonly copyText: (text: string) => void;
	/** Who runs jetsam, for the journal. */
	readonly operator: {readonly user: string; readonly machine: string};
	/** Begins the journal of a new batch, or of a copy, which is no batch and is not undone; throws `UserError` if it cannot be written. */
	readonly openJournal: (of?: 'copy') => Promise<Journal>;
	/** Whether layers are kept too, before a digest is deleted. */
	readonly keepBlobs: boolean;
	/** How many steps of a batch are under way at once; absent: as many as keep a host's connections busy. */
	readonly stepsAtOnce?: number;
	readonly batches: Batches;
};
