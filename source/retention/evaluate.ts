import type {RepositoryPulls} from '../evidence/match-pulls.js';
import type {PullEvidence} from '../evidence/pull.js';
import type {UseEvidence} from '../evidence/use.js';
import type {Digest} from '../oci/digest.js';
import {graphOf, isTopLevel} from '../oci/graph.js';
import {nameArtifact} from '../oci/name-artifact.js';
import type {DigestRecord} from '../oci/record.js';
import {isNeverTouched} from '../plan/care.js';
import type {RepositoryReading} from '../world.js';
import {countDays} from './duration.js';
import {chooseAgeKind, findTime} from './find-age.js';
import {applySet, type AppliedSet, type Counted} from './apply-set.js';
import type {MatchPattern} from './match-tags.js';
import type {AgeKind, RuleSet} from './rules.js';
import type {Keep, Verdict, Verdicts} from './verdict.js';

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

/** Why a digest is not judged by itself. */
const findKeeper = (record: DigestRecord): string | undefined => {
	const artifact = nameArtifact(record);
	return artifact?.kind;
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
): Generator<undefined, Verdicts, undefined> {
	const {sets, now, match} = facts;
	const verdicts = new Map<Digest, Verdict>();
	const counted: Counted[] = [];
	const age = chooseAgeKind(reading.records.values(), askAge(sets));
	const graph = graphOf(reading.records);
	for (const record of reading.records.values()) {
		const what = isTopLevel(record, graph) ? findKeeper(record) : 'child';
		if (what === undefined) {
			counted.push({record, time: findTime(record, age, now)});
		} else {
			verdicts.set(record.digest, {
				kind: 'keep',
				rule: 'goes-with-others',
				what,
			});
		}

		if ((counted.length + verdicts.size) % partSize === 0) {
			yield;
		}
	}

	const applied = sets.map(set => applySet(counted, {set, age, match, now}));
	yield;
	const judge = createJudge(reading, facts, {age, applied});
	for (const [place, entry] of counted.entries()) {
		verdicts.set(entry.record.digest, judge(entry, place));
		if (place % partSize === 0) {
			yield;
		}
	}

	return verdicts;
}

const askAge = (sets: readonly RuleSet[]): AgeKind | undefined =>
	sets.some(({age}) => age === 'created') ? 'created' : undefined;

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

const createJudge = (
	{repository, gaps}: RepositoryReading,
	facts: RuleFacts,
	{
		age,
		applied,
	}: {
		readonly age: AgeKind | undefined;
		readonly applied: readonly AppliedSet[];
	},
): ((entry: Counted, place: number) => Verdict) => {
	const [gap] = gaps;
	const asked = listAskedPulls(facts);
	const neverTouch = facts.sets.flatMap(set => set.neverTouch ?? []);
	return (entry, place) => {
		const {record, time} = entry;
		const {digest} = record;
		const fixed = findFixedKeep(record, {gap, sets: facts.sets});
		if (fixed) {
			return {kind: 'keep', ...fixed};
		}

		if (isNeverTouched(neverTouch, repository, record.tags)) {
			return {kind: 'keep', rule: 'never-touch'};
		}

		// Evidence is asked for once: to match it costs more than all the rest.
		const uses = facts.usesOf(digest);
		if (uses.state === 'yes') {
			return {kind: 'keep', rule: 'in-use', needs: uses.needs};
		}

		for (const set of applied) {
			const keep = set.keepOf(entry, place);
			if (keep) {
				return {kind: 'keep', ...keep};
			}
		}

		const pulled = findPullKeep(digest, asked);
		if (pulled.keep) {
			return {kind: 'keep', ...pulled.keep};
		}

		return uses.state === 'unknown' && !facts.allowUnknownUses
			? {kind: 'keep', rule: 'use-unknown', why: uses.why}
			: {
					kind: 'candidate',
					age,
					time,
					uses,
					pulls: pulled.evidence,
					days: asked.at(-1)?.days ?? 0,
				};
	};
};

/** What keeps a digest whatever the rules say. */
const findFixedKeep = (
	{locked, problem, state}: DigestRecord,
	{gap, sets}: {gap: string | undefined; sets: readonly RuleSet[]},
): Keep | undefined => {
	const sentence = gap ?? (state === 'loaded' ? undefined : (problem ?? ''));
	if (sentence !== undefined) {
		return {rule: 'reading-has-gaps', sentence};
	}

	if (locked !== undefined) {
		return {rule: 'locked', sentence: locked};
	}

	return sets.length === 0 ? {rule: 'no-rules'} : undefined;
};

/** S4: a digest that was accessed often enough stays, and so does one of which this is not known. The evidence is that of the longest span. */
const findPullKeep = (
	digest: Digest,
	asked: readonly AskedPulls[],
): {
	readonly keep: Keep | undefined;
	readonly evidence: PullEvidence | undefined;
} => {
	let unknown: Keep | undefined;
	let evidence: PullEvidence | undefined;
	for (const {days, count, pulls} of asked) {
		evidence = pulls?.evidenceOf(digest);
		if (!pulls || !evidence) {
			unknown ??= {rule: 'pulls-unknown', why: 'there is no source of pulls'};
			continue;
		}

		const accesses = countAccesses(digest, evidence, pulls);
		if (accesses >= count) {
			return {keep: {rule: 'pulled', evidence, accesses, days}, evidence};
		}

		const rest = evidence.state === 'yes' ? evidence.besides : evidence;
		if (rest.state === 'unknown') {
			unknown ??= {rule: 'pulls-unknown', why: rest.why};
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
