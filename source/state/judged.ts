import type {Digest} from '../oci/digest.js';
import type {DigestRecords} from '../oci/record.js';
import type {RuleSet} from '../retention/rules.js';
import type {Deleting} from '../plan/deleting.js';
import type {Keep, Verdicts} from '../retention/verdict.js';

/** What repositories are judged by. */
export type RulesRequest = {
	/** Grows with each change; what was judged by an earlier one is late. */
	readonly revision: number;
	readonly host: string;
	readonly repository: string | undefined;
	readonly prefix: string;
	/** Each says itself which repositories it is for. */
	readonly sets: readonly RuleSet[];
	readonly allowsUnknownUses: boolean;
	/** What the settings keep in any case. */
	readonly neverTouch: readonly string[];
	readonly deleting: Deleting;
};

/** A repository that is to be judged, as it has been read. */
export type RuleReading = {
	readonly repository: string;
	readonly records: DigestRecords;
	readonly gaps: readonly string[];
};

/** What keeps a digest: one of the rules, or a safeguard that blocks a candidate. */
export type KeptBy = Keep['rule'] | 'blocked';

/** What the rules made of one repository. */
export type JudgedRepository = {
	readonly revision: number;
	readonly host: string;
	readonly repository: string;
	/** What was judged. */
	readonly records: DigestRecords;
	readonly verdicts: Verdicts;
	/** Candidates that no mark may touch, with the sentence why. Foreign in part. */
	readonly blocked: ReadonlyMap<Digest, string>;
	/** Milliseconds since 1970. */
	readonly now: number;
	/** Those that may go. */
	readonly candidates: readonly Digest[];
	/** Bytes at most that they free. */
	readonly bytes: number;
	/** Digests that stand for themselves. */
	readonly counted: number;
	/** How many digests stay by what. */
	readonly kept: ReadonlyMap<KeptBy, KeptCount>;
};

/** How many digests something keeps. */
export type KeptCount = {
	readonly count: number;
	/** Why it is not known, of the first of them. Foreign in part; `undefined` where it is known. */
	readonly why: string | undefined;
};
