import type {PullEvidence} from '../evidence/pull.js';
import type {Need, UseAbsence} from '../evidence/use.js';
import type {Digest} from '../oci/digest.js';
import type {Rank} from './keep-newest.js';
import type {AgeKind} from './rules.js';

/** What decided that a digest stays. */
export type Keep =
	/** Foreign in part. */
	| {readonly rule: 'reading-has-gaps'; readonly sentence: string}
	| {readonly rule: 'locked'; readonly sentence: string}
	/** No set of rules is for its repository. */
	| {readonly rule: 'no-rules'}
	/** A child, a signature and their kind go and stay with what needs them. */
	| {readonly rule: 'goes-with-others'; readonly what: string}
	| {readonly rule: 'never-touch'}
	| {readonly rule: 'in-use'; readonly needs: readonly Need[]}
	| {readonly rule: 'use-unknown'; readonly why: string}
	| {readonly rule: 'tagged'}
	| {readonly rule: 'tag-not-considered'; readonly tag: string | undefined}
	| {
			readonly rule: 'tag-kept';
			readonly tag: string;
			readonly pattern: string;
	  }
	| ({
			readonly rule: 'newest';
			readonly age: AgeKind;
			readonly group: string;
	  } & Rank)
	| {
			readonly rule: 'younger';
			readonly age: AgeKind;
			/** Milliseconds since 1970. */
			readonly time: number;
			readonly limit: string;
	  }
	| {readonly rule: 'age-unknown'; readonly age: AgeKind | undefined}
	| {
			readonly rule: 'pulled';
			readonly evidence: PullEvidence;
			/** Pulls, checks and pushes. */
			readonly accesses: number;
			readonly days: number;
	  }
	| {readonly rule: 'pulls-unknown'; readonly why: string};

/** What the rules make of a digest. */
export type Verdict =
	| ({readonly kind: 'keep'} & Keep)
	| {
			readonly kind: 'candidate';
			readonly age: AgeKind | undefined;
			/** Milliseconds since 1970; `NaN` where it is not known. */
			readonly time: number;
			readonly uses: UseAbsence;
			/** There where a rule asks for pulls. */
			readonly pulls: PullEvidence | undefined;
			readonly days: number;
	  };

/** The verdicts on the digests of a repository that stand for themselves. */
export type Verdicts = Pick<ReadonlyMap<Digest, Verdict>, 'get' | 'size'> &
	Iterable<readonly [Digest, Verdict]>;
