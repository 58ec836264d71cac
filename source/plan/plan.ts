import type {PullEvidence} from '../evidence/pull.js';
import type {UseEvidence} from '../evidence/use.js';
import type {Digest} from '../oci/digest.js';
import type {Depletion} from './depletion.js';

/** A reason to block a step or to warn about it, in one sentence. */
export type Finding = {
	readonly severity: 'blocks' | 'warns';
	/** Which rule found it, for journals and tests. */
	readonly rule:
		| 'not-there'
		| 'child-of-index-that-stays'
		| 'list-of-referrers-stays'
		| 'list-of-referrers-changes'
		| 'subject-stays'
		| 'subject-not-listed'
		| 'reading-has-gaps'
		| 'unreadable-manifest'
		| 'tag-appeared'
		| 'tag-moved'
		| 'never-touch'
		| 'cannot-delete'
		| 'locked'
		| 'referrer-stays'
		| 'in-use'
		| 'was-used'
		| 'use-unknown'
		| 'pulled'
		| 'pulls-unknown'
		| 'tag-cannot-be-removed'
		| 'last-tag';
	readonly sentence: string;
};

/**
A list of what is about a digest, which clients keep under a tag where a registry has no API for it.
@see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#referrers-tag-schema
*/
export type ReferrersList = {
	/** What the tag means. */
	readonly digest: Digest;
	readonly tag: string;
};

/** One digest of a plan; or, with `onlyTag`, one tag that goes while its digest stays. */
export type Step = {
	/** The registry's host. */
	readonly registry: string;
	readonly repository: string;
	readonly digest: Digest;
	/** All tags that vanish with the digest. */
	readonly tags: readonly string[];
	/** Tags that this run has removed already, where the registry wants that before a digest goes: a reading may still name them. */
	readonly removedTags?: readonly string[];
	readonly mediaType: string;
	/** Bytes it holds by itself and with its children; `undefined` where its manifest could not be read. */
	readonly size: number | undefined;
	readonly platforms: readonly string[];
	/** The marked index that takes this digest along; `undefined` if it was marked itself. */
	readonly goesWith: Digest | undefined;
	/** The indexes over it, all of which go before it. */
	readonly parents: readonly Digest[];
	/** The list of referrers that names it and stays: it is written anew without it first. Steps of one list have to go one after the other. Absent elsewhere. */
	readonly list?: ReferrersList;
	/** What it is about, where it goes along for that reason: all of it goes before it. Absent elsewhere. */
	readonly about?: readonly Digest[];
	/** What it is about, where that goes too and the registry deletes the two together. Absent elsewhere. */
	readonly subject?: Digest;
	/** What it is, where it is no image and no index: `signature`, `list of referrers`, or its artifact type, which is foreign. */
	readonly artifact?: string;
	readonly findings: readonly Finding[];
	/** Who needs it, as far as that was known when the plan was made. */
	readonly evidence: UseEvidence;
	/** Who pulled it; absent where the registry has no source of pulls. */
	readonly pulls?: PullEvidence;
	/** Days of pulls that counted; there where `pulls` is. */
	readonly windowDays?: number;
	/** Whether the operator lifted the block that its use is. */
	readonly isLifted: boolean;
	/** The tag that is removed alone; absent where the digest goes. */
	readonly onlyTag?: string;
};

/** What is to be done in one registry: the digests that go, in order, and those that were held back. */
export type Plan = {
	readonly registry: string;
	/** In the order of deletion: an index before its children. */
	readonly steps: readonly Step[];
	/** Marked digests that stay, each with the finding that blocks it. */
	readonly blocked: readonly Step[];
	/** What holds for every step alike, said once. */
	readonly findings: readonly Finding[];
	/** Safeguard 9: the repositories that would be empty or lose more than a share; the phrase names them. */
	readonly depletions: readonly Depletion[];
	/** What the operator has to type. */
	readonly phrase: string;
	/** Milliseconds since 1970. */
	readonly createdAt: number;
	/** Bytes of manifests, configs and layers that only the steps hold, each counted once. What was not listed may share some of it. */
	readonly bytesAtMost: number;
	/** Bytes of all that the steps hold, each blob counted once: what `--keep-blobs` saves at most. */
	readonly savedBytes?: number;
	/** Whether all that could share it was listed, so that just as much comes back. */
	readonly isExact?: boolean;
	/** Steps whose contents are not known; what they hold is in no count of bytes. */
	readonly unmeasured?: number;
	readonly tagCount: number;
};

/** How a step ended. */
export type Outcome =
	| {readonly kind: 'deleted'}
	/** `--read-only` kept the request back. */
	| {readonly kind: 'would-delete'}
	/** It was not there any more. */
	| {readonly kind: 'absent'}
	/** A safeguard or the registry said no; nothing was done. `remedy` is what the operator can do, where that is not only to review it anew. */
	| {
			readonly kind: 'refused';
			readonly reason: string;
			readonly remedy?: string;
	  }
	/** It was tried and did not succeed, or what it waits for was; it can be tried again. */
	| {readonly kind: 'failed'; readonly reason: string}
	/** The run ended before it. */
	| {readonly kind: 'not-reached'; readonly reason: string};

/** A step and how it ended. */
export type StepOutcome = {
	readonly step: Step;
	readonly outcome: Outcome;
};
