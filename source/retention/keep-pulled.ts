import type {RepositoryPulls} from '../evidence/match-pulls.js';
import type {PullEvidence} from '../evidence/pull.js';
import type {Digest} from '../oci/digest.js';
import type {DigestRecord} from '../oci/record.js';
import {countDays} from './duration.js';
import type {RuleFacts} from './evaluate.js';
import type {Verdict} from './verdict.js';

type PullKeep = Extract<Verdict, {readonly rule: 'pulled' | 'pulls-unknown'}>;

/** What the rules that ask for pulls make of a digest. */
export type PullOutcome = {
	readonly keep: PullKeep | undefined;
	/** Of the longest span that is asked for; `undefined` where none is, or there is no source. */
	readonly evidence: PullEvidence | undefined;
};

/** The pulls that the rules ask for, of the longest span last. */
type AskedPulls = {
	readonly days: number;
	readonly count: number;
	readonly pulls: RepositoryPulls | undefined;
};

const listAskedPulls = ({
	sets,
	pullsWithin,
	now,
}: RuleFacts): readonly AskedPulls[] =>
	sets
		.flatMap(({minPulls}) =>
			minPulls === undefined
				? []
				: [{days: countDays(minPulls.within, now), count: minPulls.count}],
		)
		.toSorted((one, other) => one.days - other.days)
		.map(asked => ({...asked, pulls: pullsWithin?.(asked.days)}));

/** S4: a digest that was accessed often enough stays, and so does one of which this is not known. */
export const createPullJudge = (
	facts: RuleFacts,
): {
	/** The longest span that is asked for; 0 where none is. */
	readonly days: number;
	readonly judge: (record: DigestRecord) => PullOutcome;
} => {
	const asked = listAskedPulls(facts);
	const days = asked.at(-1)?.days ?? 0;
	const [only, ...others] = asked;
	if (!only) {
		const nothing = {keep: undefined, evidence: undefined};
		return {days, judge: () => nothing};
	}

	// Nobody pulled most of them, and there is one evidence for all of those.
	let last: PullOutcome | undefined;
	return {
		days,
		judge(record) {
			const evidence = only.pulls?.evidenceOn(record);
			if (
				last?.evidence !== undefined &&
				last.evidence === evidence &&
				others.length === 0
			) {
				return last;
			}

			const outcome = judgeAll(record, asked);
			last = evidence?.lastAccess === undefined ? outcome : undefined;
			return outcome;
		},
	};
};

const noSource: PullKeep = {
	kind: 'keep',
	rule: 'pulls-unknown',
	why: 'there is no source of pulls',
};

const judgeAll = (
	record: DigestRecord,
	asked: readonly AskedPulls[],
): PullOutcome => {
	let unknown: PullKeep | undefined;
	let evidence: PullEvidence | undefined;
	for (const {days, count, pulls} of asked) {
		evidence = pulls?.evidenceOn(record);
		if (!pulls || !evidence) {
			unknown ??= noSource;
			continue;
		}

		const accesses = countAccesses(record.digest, evidence, pulls);
		if (accesses >= count) {
			const keep = {
				kind: 'keep',
				rule: 'pulled',
				evidence,
				accesses,
				days,
			} as const;
			return {keep, evidence};
		}

		const rest = evidence.state === 'yes' ? evidence.besides : evidence;
		if (rest.state === 'unknown') {
			unknown ??= {kind: 'keep', rule: 'pulls-unknown', why: rest.why};
		}
	}

	return {keep: unknown, evidence};
};

/** Pulls of the member of the family with most of them, with the checks and pushes that stand beside them: for rules all of it is access. */
const countAccesses = (
	digest: Digest,
	evidence: PullEvidence,
	pulls: RepositoryPulls,
): number => {
	const count = evidence.state === 'yes' ? Math.max(1, evidence.count) : 0;
	if (evidence.lastAccess === undefined) {
		return count;
	}

	const {checks, pushes} = pulls.historyOf(digest);
	return count + checks + pushes;
};
