import {formatDuration, momentBefore} from './duration.js';
import {type Counted, type Rank, rankNewest} from './keep-newest.js';
import {type MatchPattern, matchTags, type TagMatches} from './match-tags.js';
import type {DigestColumns} from './read-columns.js';
import type {AgeKind, RuleSet} from './rules.js';
import type {Decision} from './verdict-list.js';

/** Why a set of rules keeps a digest, by its place; `undefined` where it does not. */
export type AppliedSet = (place: number) => Decision | undefined;

export type SetFacts = {
	readonly age: AgeKind | undefined;
	readonly match: MatchPattern;
	/** Milliseconds since 1970. */
	readonly now: number;
};

/** Counts and matches what the rules of a set ask for, once for the repository. */
export const applySet = (
	columns: DigestColumns,
	set: RuleSet,
	{age, match, now}: SetFacts,
): AppliedSet => {
	const tags = matchTags(columns, set, match);
	const byTags = createTagJudge(columns, set, tags);
	const ranks = rankGroups(columns, set, tags);
	const {times} = columns;
	const {keepYounger, keepNewest} = set;
	const youngest = keepYounger
		? momentBefore(keepYounger, now)
		: Number.POSITIVE_INFINITY;
	const needsAge = keepYounger !== undefined || keepNewest !== undefined;
	const ageUnknown: Decision = {kind: 'keep', rule: 'age-unknown', age};
	const younger: Decision | undefined =
		keepYounger && age
			? {
					kind: 'keep',
					rule: 'younger',
					age,
					limit: formatDuration(keepYounger),
				}
			: undefined;
	return place => {
		const kept = byTags(place);
		if (kept) {
			return kept;
		}

		if (!needsAge) {
			return undefined;
		}

		const time = times[place]!;
		if (Number.isNaN(time)) {
			return ageUnknown;
		}

		const newest = ranks.get(place);
		return newest && age
			? {kind: 'keep', rule: 'newest', age, ...newest}
			: time > youngest
				? younger
				: undefined;
	};
};

const createTagJudge = (
	{isTagged}: DigestColumns,
	{onlyUntagged = false, onlyTags = []}: RuleSet,
	tags: TagMatches,
): AppliedSet => {
	const tagged: Decision = {kind: 'keep', rule: 'tagged'};
	const untagged: Decision = {
		kind: 'keep',
		rule: 'tag-not-considered',
		tag: undefined,
	};
	return place => {
		if (onlyUntagged && isTagged[place] === 1) {
			return tagged;
		}

		if (onlyTags.length > 0) {
			if (isTagged[place] === 0) {
				return untagged;
			}

			const tag = tags.notConsidered(place);
			if (tag !== undefined) {
				return {kind: 'keep', rule: 'tag-not-considered', tag};
			}
		}

		const kept = tags.keptBy(place);
		return kept && {kind: 'keep', rule: 'tag-kept', ...kept};
	};
};

/** Digests that are counted together. */
type Group = {readonly name: string; readonly places: number[]};

/** Puts digests into groups, each once into each. */
const createGroups = () => {
	const others: Group = {name: '', places: []};
	const groups = new Map<string, Group>([['', others]]);
	return {
		groups,
		add(place: number, name = ''): void {
			let group = groups.get(name);
			if (!group) {
				group = {name, places: []};
				groups.set(name, group);
			}

			if (group.places.at(-1) !== place) {
				group.places.push(place);
			}
		},
	};
};

/** Safeguard 10: all digests that stand for themselves count, whatever other rules say of them; tagged and untagged apart. What has no time takes no place. */
const groupDigests = (
	{times, isTagged, starts}: DigestColumns,
	tags: TagMatches,
): readonly Group[] => {
	const untagged: Group = {name: '', places: []};
	const {groups, add} = createGroups();
	for (const [place, time] of times.entries()) {
		if (Number.isNaN(time)) {
			continue;
		}

		if (isTagged[place] === 0) {
			untagged.places.push(place);
			continue;
		}

		let isGrouped = false;
		for (let at = starts[place]!; at < starts[place + 1]!; at++) {
			const name = tags.groupAt(at);
			if (name !== undefined) {
				isGrouped = true;
				add(place, name);
			}
		}

		if (!isGrouped) {
			add(place);
		}
	}

	return [untagged, ...groups.values()];
};

type GroupRank = Rank & {readonly group: string};

/** A digest of several groups has its highest rank, in the largest of the groups that give it. */
const isHigher = (one: GroupRank, other: GroupRank | undefined): boolean =>
	other === undefined ||
	one.rank < other.rank ||
	(one.rank === other.rank &&
		(one.of > other.of || (one.of === other.of && one.group < other.group)));

/** The newest of each group, by their places. */
const rankGroups = (
	columns: DigestColumns,
	{keepNewest = 0}: RuleSet,
	tags: TagMatches,
): ReadonlyMap<number, GroupRank> => {
	const ranks = new Map<number, GroupRank>();
	if (keepNewest === 0) {
		return ranks;
	}

	const {times, records} = columns;
	const counted: Counted = {
		timeAt: place => times[place]!,
		digestAt: place => records[place]!.digest,
	};
	for (const {name, places} of groupDigests(columns, tags)) {
		for (const [place, rank] of rankNewest(places, keepNewest, counted)) {
			const ranked = {...rank, group: name};
			if (isHigher(ranked, ranks.get(place))) {
				ranks.set(place, ranked);
			}
		}
	}

	return ranks;
};
