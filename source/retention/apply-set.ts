import type {Digest} from '../oci/digest.js';
import type {DigestRecord} from '../oci/record.js';
import {formatDuration, momentBefore} from './duration.js';
import {type Dated, type Rank, rankNewest} from './keep-newest.js';
import {type MatchPattern, matchTags, type TagMatches} from './match-tags.js';
import type {AgeKind, RuleSet} from './rules.js';
import type {Keep} from './verdict.js';

/** A digest that stands for itself, with the time that counts. */
export type Counted = {
	readonly record: DigestRecord;
	/** Milliseconds since 1970; `NaN` where it is not known. */
	readonly time: number;
};

/** A set of rules over the counted digests of one repository. */
export type AppliedSet = {
	/** Why the set keeps a digest, by its place among the counted ones; `undefined` where it does not. */
	readonly keepOf: (entry: Counted, place: number) => Keep | undefined;
};

/** Counts and matches what the rules of a set ask for, once for the repository. */
export const applySet = (
	counted: readonly Counted[],
	{
		set,
		age,
		match,
		now,
	}: {
		readonly set: RuleSet;
		readonly age: AgeKind | undefined;
		readonly match: MatchPattern;
		readonly now: number;
	},
): AppliedSet => {
	const tags = matchTags(
		counted.map(({record}) => record),
		set,
		match,
	);
	const ranks = rankGroups(counted, set, tags);
	const {keepYounger, keepNewest} = set;
	const youngest = keepYounger && momentBefore(keepYounger, now);
	const needsAge = keepYounger !== undefined || keepNewest !== undefined;
	return {
		keepOf({record, time}, place) {
			const byTags = findTagKeep(record, set, {tags, place});
			if (byTags) {
				return byTags;
			}

			if (needsAge && Number.isNaN(time)) {
				return {rule: 'age-unknown', age};
			}

			const newest = ranks.get(record.digest);
			if (newest && age) {
				return {rule: 'newest', age, ...newest};
			}

			return keepYounger && youngest !== undefined && age && time > youngest
				? {rule: 'younger', age, time, limit: formatDuration(keepYounger)}
				: undefined;
		},
	};
};

const findTagKeep = (
	{tags: [first]}: DigestRecord,
	{onlyUntagged, onlyTags = []}: RuleSet,
	{tags, place}: {tags: TagMatches; place: number},
): Keep | undefined => {
	if (onlyUntagged && first !== undefined) {
		return {rule: 'tagged'};
	}

	if (onlyTags.length > 0) {
		const tag = tags.notConsidered(place);
		if (first === undefined || tag !== undefined) {
			return {rule: 'tag-not-considered', tag};
		}
	}

	const kept = tags.keptBy(place);
	return kept && {rule: 'tag-kept', ...kept};
};

type GroupRank = Rank & {readonly group: string};

/** Safeguard 10: all digests that stand for themselves count, whatever other rules say of them; tagged and untagged apart. What has no time takes no place. */
const rankGroups = (
	counted: readonly Counted[],
	{keepNewest}: RuleSet,
	tags: TagMatches,
): ReadonlyMap<Digest, GroupRank> => {
	const ranks = new Map<Digest, GroupRank>();
	if (keepNewest === undefined) {
		return ranks;
	}

	const untagged: Dated[] = [];
	const tagged = new Map<string, Dated[]>();
	for (const [place, {record, time}] of counted.entries()) {
		if (Number.isNaN(time)) {
			continue;
		}

		const dated = {digest: record.digest, time};
		if (record.tags.length === 0) {
			untagged.push(dated);
			continue;
		}

		for (const name of tags.groupsOf(place)) {
			const group = tagged.get(name);
			if (group) {
				group.push(dated);
			} else {
				tagged.set(name, [dated]);
			}
		}
	}

	for (const [group, members] of [['', untagged] as const, ...tagged]) {
		for (const [digest, rank] of rankNewest(members, keepNewest)) {
			const known = ranks.get(digest);
			if (known === undefined || rank.rank < known.rank) {
				ranks.set(digest, {...rank, group});
			}
		}
	}

	return ranks;
};
