import type {RepositoryPulls} from '../evidence/match-pulls.js';
import type {UseEvidence} from '../evidence/use.js';
import type {Digest} from '../oci/digest.js';
import {graphOf} from '../oci/graph.js';
import type {RepositoryReading} from '../world.js';
import {type AppliedSet, applySet} from './apply-set.js';
import {chooseAgeKind} from './find-age.js';
import {createPullJudge} from './keep-pulled.js';
import type {MatchPattern} from './match-tags.js';
import {createColumns, type DigestColumns} from './read-columns.js';
import type {AgeKind, RuleSet} from './rules.js';
import type {Verdicts} from './verdict.js';
import {type Decision, VerdictList} from './verdict-list.js';

/** What is known besides the repository itself. */
export type RuleFacts = {
	/** The sets that are for the repository. */
	readonly sets: readonly RuleSet[];
	readonly usesOf: (digest: Digest) => UseEvidence;
	/** Whether *unknown* is as good as *no*, because there is no source of uses at all and the operator says so. */
	readonly allowUnknownUses: boolean;
	/** Who pulled what within so many days; `undefined` where there is no source of pulls. */
	readonly pullsWithin: ((days: number) => RepositoryPulls) | undefined;
	readonly match: MatchPattern;
	/** Milliseconds since 1970. */
	readonly now: number;
};

/**
What the rules make of each digest of a repository. Pure.

Only digests that stand for themselves are judged: a child goes and stays with its indexes, a signature with what it is about. A keep of any set beats all; what is not known keeps.
*/
export const evaluate = (
	reading: RepositoryReading,
	facts: RuleFacts,
): Verdicts => {
	const parts = evaluateInParts(reading, facts);
	for (;;) {
		const part = parts.next();
		if (part.done) {
			return part.value;
		}
	}
};

/** Digests that are looked at between two pauses. */
const partSize = 1000;

/** The same with a pause after some of the digests each, so that whoever draws a screen meanwhile can take keys. */
export function* evaluateInParts(
	reading: RepositoryReading,
	facts: RuleFacts,
): Generator<undefined, VerdictList, undefined> {
	const {sets, now} = facts;
	const age = chooseAgeKind(reading.records.values(), askAge(sets));
	const graph = graphOf(reading.records);
	const {days, judge: judgePulls} = createPullJudge(facts);
	const {read, columns} = createColumns(reading, facts, {
		age,
		graph,
		judgePulls,
	});
	for (const record of reading.records.values()) {
		read(record);
		if (columns.records.length % partSize === 0) {
			yield;
		}
	}

	const {records, decisions, times} = columns;
	const match = matchOnce(facts.match);
	const applied = sets.map(set => applySet(columns, set, {age, match, now}));
	yield;
	const judge = createJudge(columns, facts, {age, days, applied});
	for (let place = 0; place < records.length; place++) {
		decisions[place] ??= judge(place);
		if (place % partSize === 0) {
			yield;
		}
	}

	return new VerdictList({records, decisions, times});
}

/** Tries each pattern once on the same tags, however many rules have it. */
const matchOnce = (match: MatchPattern): MatchPattern => {
	const known = new Map<string, ReturnType<MatchPattern>>();
	return (pattern, tags) => {
		const found = known.get(pattern) ?? match(pattern, tags);
		known.set(pattern, found);
		return found;
	};
};

const askAge = (sets: readonly RuleSet[]): AgeKind | undefined =>
	sets.some(({age}) => age === 'created') ? 'created' : undefined;

/** Asks the sets and the pulls about a digest that nothing keeps yet, by its place. */
const createJudge = (
	{uses: allUses, pulls}: DigestColumns,
	facts: RuleFacts,
	{
		age,
		days,
		applied,
	}: {
		readonly age: AgeKind | undefined;
		readonly days: number;
		readonly applied: readonly AppliedSet[];
	},
): ((place: number) => Decision) => {
	const share = shareCandidates(age, days);
	return place => {
		for (const keepOf of applied) {
			const keep = keepOf(place);
			if (keep) {
				return keep;
			}
		}

		const {keep, evidence} = pulls[place]!;
		if (keep) {
			return keep;
		}

		const uses = allUses[place]!;
		return uses.state === 'unknown' && !facts.allowUnknownUses
			? {kind: 'keep', rule: 'use-unknown', why: uses.why}
			: share(uses, evidence);
	};
};

type Candidate = Extract<Decision, {readonly kind: 'candidate'}>;

/** One decision for all neighbours of which the same is known. */
const shareCandidates = (age: AgeKind | undefined, days: number) => {
	let last: Candidate | undefined;
	return (uses: Candidate['uses'], pulls: Candidate['pulls']): Candidate => {
		if (last?.uses !== uses || last.pulls !== pulls) {
			last = {kind: 'candidate', age, uses, pulls, days};
		}

		return last;
	};
};
