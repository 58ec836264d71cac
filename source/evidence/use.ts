import type {Digest} from '../oci/digest.js';

/**
How strong a use is, in the order in which uses are named.

`running`, `template`, `revision` and `file` block a delete; `finished` only warns.
*/
export type UseRole =
	/** A Pod that has neither succeeded nor failed. */
	| 'running'
	/** What a workload would start, at any scale: its template, a CronJob's, a Job's that has not finished. */
	| 'template'
	/** What a rollback would start: a ReplicaSet without replicas, a ControllerRevision. */
	| 'revision'
	/** A reference in a file. */
	| 'file'
	/** A Pod or a Job that has ended. */
	| 'finished';

/** The image that a use names: what its text says, or what a runtime reports. */
export type UsedImage =
	| {
			readonly kind: 'reference';
			/** Host and port, lower case, under the one name that it has among its aliases. */
			readonly host: string;
			readonly repository: string;
			readonly tag: string | undefined;
			/** Wins over the tag where both are written. */
			readonly digest: Digest | undefined;
	  }
	/** `imageID` of a container status: the digest of a manifest, an index or a config, perhaps with a repository that held it. */
	| {
			readonly kind: 'image-id';
			readonly digest: Digest;
			readonly host: string | undefined;
			readonly repository: string | undefined;
	  };

/** One place that names an image. */
export type Use = {
	readonly image: UsedImage;
	/** The text as it was found; foreign. */
	readonly written: string;
	readonly role: UseRole;
	/** A Kubernetes kind, `Pod`, `ReplicaSet`, …; `File` for a reference in a file. */
	readonly kind: string;
	/** The kubeconfig's context, or the snapshot's; an empty text for a file. */
	readonly context: string;
	/** An empty text for a file. */
	readonly namespace: string;
	/** The object's name; for a file its path and line, `deploy/api.yaml:14`. */
	readonly name: string;
	/** The container's name; an empty text where there is none. */
	readonly container: string;
	/** The workload that owns a Pod or a ReplicaSet, as far up as it is known. */
	readonly owner: {readonly kind: string; readonly name: string} | undefined;
	/** Replicas that the workload asks for; `undefined` where the kind has none. */
	readonly replicas: number | undefined;
	/** Milliseconds since 1970 at which a Pod started or an object was made; `undefined` where nothing says so. */
	readonly since: number | undefined;
};

/** Something that could not be looked at, and could hold a use. */
export type UseGap = {
	/** One sentence. */
	readonly message: string;
	/** The kind that was asked for; an empty text for all of them. */
	readonly kind: string;
	/** An empty text where the whole cluster was asked. */
	readonly namespace: string;
	/** Whether the operator may accept it by name: a refusal (403) is no accident; a timeout or half a list is. */
	readonly isRefusal: boolean;
	/** The repositories that it is about, `host/repository`, in which `*` stands for any text; `undefined` for all. */
	readonly repositories: readonly string[] | undefined;
};

/** One source of uses and how far it was read. */
export type UsesSource = {
	readonly kind: 'context' | 'snapshot' | 'files';
	/** The context's name; for what a snapshot carries its file and the context's name there, `cluster-a.json: prod`; the folder. */
	readonly name: string;
	readonly state:
		/** Everything that there is was read, but for the gaps. */
		| 'read'
		/** Nothing could be read; the gaps say why. */
		| 'failed'
		/** It is known and was not asked. */
		| 'unasked'
		/** The operator left it out by name. */
		| 'left-out';
	/** Milliseconds since 1970 at which the reading began, for a snapshot on the machine that wrote it; `undefined` where nothing was read. */
	readonly readAt: number | undefined;
	readonly gaps: readonly UseGap[];
	/** Kinds that were listed, with the number of objects, for the coverage view. */
	readonly kinds: ReadonlyArray<{
		readonly kind: string;
		readonly count: number;
	}>;
	/** Namespaces that were seen, sorted. */
	readonly namespaces: readonly string[];
};

/** What one or more sources told at a time. */
export type UsesReading = {
	readonly uses: readonly Use[];
	readonly sources: readonly UsesSource[];
};

/** A refusal that the operator has accepted by name: its gap no longer turns *no* into *unknown*. */
export type AcceptedGap = {
	/** The name of the source. */
	readonly context: string;
	readonly kind: string;
	/** An empty text for the refusal of the whole cluster. */
	readonly namespace: string;
};

/** How a use reaches a digest. */
export type UseRule =
	/** A reference names the digest. */
	| 'digest'
	/** A reference names a tag that means the digest now. */
	| 'tag'
	/** A runtime reports the digest. */
	| 'image-id'
	/** A runtime reports the digest of its config. */
	| 'config'
	/** An index over a used digest. */
	| 'index'
	/** A child of a used index. */
	| 'child'
	/** A referrer of a used digest. */
	| 'referrer';

/** A use that reaches a digest. */
export type Need = {
	readonly use: Use;
	readonly rule: UseRule;
	/** The used digest from which the closure came; the digest itself where it is used directly. */
	readonly through: Digest;
	/** The tag by which it was named, if that tag is on the digest now. */
	readonly tag: string | undefined;
	/** Whether the use blocks a delete of the digest; a use that ended, or one that pulls from another repository, only warns. */
	readonly blocks: boolean;
};

/** What the sources say where no use was found. */
export type UseAbsence =
	| {
			readonly state: 'no';
			/** The contexts and snapshots that answered completely. */
			readonly lookedIn: readonly string[];
			/** Milliseconds since 1970: the oldest reading it rests on. */
			readonly at: number;
	  }
	| {
			readonly state: 'unknown';
			/** A few words, without a full stop: `1 of 5 contexts asked`. Foreign in part. */
			readonly why: string;
	  };

/** Whether a digest is used: yes by what, no looked where, or unknown why. */
export type UseEvidence =
	| {
			readonly state: 'yes';
			/** The strongest first. */
			readonly needs: readonly Need[];
			/** What can be said of uses besides the needs: where the needs only warn, the digest is as unknown as this. */
			readonly besides: UseAbsence;
	  }
	| UseAbsence;
