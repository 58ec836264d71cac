import type {PullEvidence} from '../../source/evidence/pull.js';
import type {Digest} from '../../source/oci/digest.js';
import {graphOf, isTopLevel} from '../../source/oci/graph.js';
import {nameArtifact} from '../../source/oci/name-artifact.js';
import type {DigestRecord} from '../../source/oci/record.js';
import {isNeverTouched} from '../../source/plan/care.js';
import {
	countDays,
	formatDuration,
	momentBefore,
} from '../../source/retention/duration.js';
import type {RuleFacts} from '../../source/retention/evaluate.js';
import {chooseAgeKind, findTime} from '../../source/retention/find-age.js';
import type {AgeKind, RuleSet} from '../../source/retention/rules.js';
import type {Keep, Verdict} from '../../source/retention/verdict.js';
import type {RepositoryReading} from '../../source/world.js';

/** A repository under rules, looked at in the slowest and plainest way: everything anew for each digest. */
type Case = {
	readonly reading: RepositoryReading;
	readonly facts: RuleFacts;
	readonly age: AgeKind | undefined;
	/** The digests that stand for themselves. */
	readonly counted: readonly DigestRecord[];
};

const timeOf = ({age, facts}: Case, record: DigestRecord): number =>
	findTime(record, age, facts.now);

const groupsOf = (
	{tags}: DigestRecord,
	{newestPer}: RuleSet,
): readonly string[] => {
	const found =
		newestPer === undefined
			? []
			: tags.flatMap(tag => {
					const match = new RegExp(newestPer).exec(tag);
					return match === null ? [] : [match[1] ?? ''];
				});
	return found.length === 0 ? [''] : [...new Set(found)];
};

/** Where a digest stands among those that are counted with it, by the group in which it stands highest. */
const findRank = (
	made: Case,
	record: DigestRecord,
	set: RuleSet,
): {rank: number; of: number; group: string} | undefined => {
	const own = timeOf(made, record);
	const isTagged = record.tags.length > 0;
	const ranks = groupsOf(record, set).map(group => {
		const others = made.counted.filter(
			other =>
				other.tags.length > 0 === isTagged &&
				(!isTagged || groupsOf(other, set).includes(group)) &&
				!Number.isNaN(timeOf(made, other)),
		);
		const before = others.filter(other => {
			const time = timeOf(made, other);
			return time > own || (time === own && other.digest < record.digest);
		});
		return {rank: before.length + 1, of: others.length, group};
	});
	return ranks
		.filter(({rank}) => rank <= (set.keepNewest ?? 0))
		.toSorted(
			(one, other) =>
				one.rank - other.rank ||
				other.of - one.of ||
				(one.group < other.group ? -1 : 1),
		)[0];
};

const keepByTags = (
	{tags}: DigestRecord,
	{onlyUntagged, onlyTags = [], keepTags = []}: RuleSet,
): Keep | undefined => {
	if (onlyUntagged && tags.length > 0) {
		return {rule: 'tagged'};
	}

	const others = tags.filter(tag =>
		onlyTags.every(pattern => !new RegExp(pattern).test(tag)),
	);
	if (onlyTags.length > 0 && (tags.length === 0 || others.length > 0)) {
		return {rule: 'tag-not-considered', tag: others[0]};
	}

	for (const tag of tags) {
		for (const pattern of keepTags) {
			if (new RegExp(pattern).test(tag)) {
				return {rule: 'tag-kept', tag, pattern};
			}
		}
	}

	return undefined;
};

const keepBySet = (
	made: Case,
	record: DigestRecord,
	set: RuleSet,
): Keep | undefined => {
	const byTags = keepByTags(record, set);
	if (byTags) {
		return byTags;
	}

	const {age, facts} = made;
	const {keepNewest, keepYounger} = set;
	const time = timeOf(made, record);
	if (keepNewest === undefined && keepYounger === undefined) {
		return undefined;
	}

	if (Number.isNaN(time) || age === undefined) {
		return {rule: 'age-unknown', age};
	}

	const rank = findRank(made, record, set);
	if (rank) {
		return {rule: 'newest', age, ...rank};
	}

	return keepYounger && time > momentBefore(keepYounger, facts.now)
		? {rule: 'younger', age, time, limit: formatDuration(keepYounger)}
		: undefined;
};

/** By the shortest span first; the evidence is that of the longest. */
const judgePulled = (
	{facts: {sets, pullsWithin, now}}: Case,
	digest: Digest,
): {
	keep: Keep | undefined;
	evidence: PullEvidence | undefined;
	days: number;
} => {
	const asked = sets
		.flatMap(({minPulls}) => minPulls ?? [])
		.map(({count, within}) => ({count, days: countDays(within, now)}))
		.toSorted((one, other) => one.days - other.days);
	const longest = asked.at(-1)?.days ?? 0;
	let evidence: PullEvidence | undefined;
	const unknown: Keep[] = [];
	for (const {count, days} of asked) {
		const pulls = pullsWithin?.(days);
		evidence = pulls?.evidenceOf(digest);
		if (!pulls || !evidence) {
			unknown.push({
				rule: 'pulls-unknown',
				why: 'there is no source of pulls',
			});
			continue;
		}

		const own = evidence.state === 'yes' ? Math.max(1, evidence.count) : 0;
		const {checks, pushes} = pulls.historyOf(digest);
		const accesses =
			evidence.lastAccess === undefined ? own : own + checks + pushes;
		if (accesses >= count) {
			const keep: Keep = {rule: 'pulled', evidence, accesses, days};
			return {keep, evidence, days: longest};
		}

		const rest = evidence.state === 'yes' ? evidence.besides : evidence;
		if (rest.state === 'unknown') {
			unknown.push({rule: 'pulls-unknown', why: rest.why});
		}
	}

	return {keep: unknown[0], evidence, days: longest};
};

const judgeCounted = (made: Case, record: DigestRecord): Verdict => {
	const {reading, facts, age} = made;
	const {sets, usesOf, allowUnknownUses} = facts;
	const {digest, state, problem, locked, tags} = record;
	const [gap] = reading.gaps;
	if (gap !== undefined || state !== 'loaded') {
		const sentence = gap ?? problem ?? '';
		return {kind: 'keep', rule: 'reading-has-gaps', sentence};
	}

	if (locked !== undefined) {
		return {kind: 'keep', rule: 'locked', sentence: locked};
	}

	if (sets.length === 0) {
		return {kind: 'keep', rule: 'no-rules'};
	}

	const never = sets.flatMap(({neverTouch = []}) => neverTouch);
	if (isNeverTouched(never, reading.repository, tags)) {
		return {kind: 'keep', rule: 'never-touch'};
	}

	const uses = usesOf(digest);
	if (uses.state === 'yes') {
		return {kind: 'keep', rule: 'in-use', needs: uses.needs};
	}

	const [keep] = sets.flatMap(set => keepBySet(made, record, set) ?? []);
	const pulled = judgePulled(made, digest);
	const first = keep ?? pulled.keep;
	if (first) {
		return {kind: 'keep', ...first};
	}

	return uses.state === 'unknown' && !allowUnknownUses
		? {kind: 'keep', rule: 'use-unknown', why: uses.why}
		: {
				kind: 'candidate',
				age,
				time: timeOf(made, record),
				uses,
				pulls: pulled.evidence,
				days: pulled.days,
			};
};

/** What the rules make of each digest: what `evaluate` must say too, however it goes about it. */
export const judgePlainly = (
	reading: RepositoryReading,
	facts: RuleFacts,
): ReadonlyMap<Digest, Verdict> => {
	const records = [...reading.records.values()];
	const graph = graphOf(reading.records);
	const made: Case = {
		reading,
		facts,
		age: chooseAgeKind(
			records,
			facts.sets.some(({age}) => age === 'created') ? 'created' : undefined,
		),
		counted: records.filter(
			record => isTopLevel(record, graph) && nameArtifact(record) === undefined,
		),
	};
	return new Map(
		records.map((record): [Digest, Verdict] => {
			const what = isTopLevel(record, graph)
				? nameArtifact(record)?.kind
				: 'child';
			return [
				record.digest,
				what === undefined
					? judgeCounted(made, record)
					: {kind: 'keep', rule: 'goes-with-others', what},
			];
		}),
	);
};
