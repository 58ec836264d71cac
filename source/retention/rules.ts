import {matchesWildcard} from '../oci/wildcard.js';
import {countDays, type Duration} from './duration.js';

/** Which time of a digest counts: the registry's, or the builder's where the registry keeps none and the operator says so. */
export type AgeKind = 'uploaded' | 'created';

/** Rules for some repositories. Everything that keeps adds up, and beats what makes a candidate. */
export type RuleSet = {
	/** Hosts that it is for; all where left out. */
	readonly registries?: readonly string[];
	/** Repositories that it is for, where `*` stands for anything; all where left out. */
	readonly repositories?: readonly string[];
	/** Keeps so many of the newest, tagged and untagged apart. */
	readonly keepNewest?: number;
	/** Counts the newest by what the first group of this pattern finds in a tag: `release-(.*)`. */
	readonly newestPer?: string;
	readonly keepYounger?: Duration;
	/** Keeps what was pulled, checked or pushed at least so many times. */
	readonly minPulls?: {readonly count: number; readonly within: Duration};
	/** Keeps a digest of which a tag matches one of these patterns. */
	readonly keepTags?: readonly string[];
	/** Keeps a digest of which a tag matches none of these patterns, or that has no tag. */
	readonly onlyTags?: readonly string[];
	/** Keeps all that has a tag. */
	readonly onlyUntagged?: boolean;
	/** As `neverTouch` in the settings. */
	readonly neverTouch?: readonly string[];
	readonly age?: AgeKind;
};

/** What the operator asks for. */
export type Rules = {
	readonly sets: readonly RuleSet[];
	/** Whether *unknown* is as good as *no* where there is no source of uses at all. */
	readonly allowUnknownUses: boolean;
	/** Safeguard 9: whether a repository may be left empty without a phrase. */
	readonly allowEmpty: boolean;
	/** Safeguard 9: percent. */
	readonly maxShare?: number;
	readonly maxDeletes?: number;
};

/** The keys that say which digests stay. */
export const selectiveKeys = [
	'keepNewest',
	'keepYounger',
	'minPulls',
	'keepTags',
	'onlyTags',
	'onlyUntagged',
] as const satisfies ReadonlyArray<keyof RuleSet>;

/** Whether a set says anything about which digests stay: one that does not would make everything a candidate. */
export const isSelective = (set: RuleSet): boolean =>
	selectiveKeys.some(key => {
		const value = set[key];
		return Array.isArray(value)
			? value.length > 0
			: value !== undefined && value !== false;
	});

/** The days of pulls that the rules ask for at the longest; `undefined` where they ask for none. */
export const findAskedDays = (
	{sets}: Pick<Rules, 'sets'>,
	now: number,
): number | undefined => {
	const spans = sets.flatMap(({minPulls}) =>
		minPulls ? [countDays(minPulls.within, now)] : [],
	);
	return spans.length === 0 ? undefined : Math.max(...spans);
};

/** Whether a pattern can be built; a runtime that can stop it tries it. */
export const isPattern = (text: string): boolean => {
	try {
		return new RegExp(text) instanceof RegExp;
	} catch {
		return false;
	}
};

/** The patterns of a set, each of which is to be tried before anything is read. */
export const listPatterns = ({
	newestPer,
	keepTags = [],
	onlyTags = [],
}: RuleSet): readonly string[] => [
	...(newestPer === undefined ? [] : [newestPer]),
	...keepTags,
	...onlyTags,
];

/** The sets that are for a repository. */
export const chooseSets = (
	{sets}: Rules,
	{registry, repository}: {registry: string; repository: string},
): readonly RuleSet[] =>
	sets.filter(
		({registries, repositories}) =>
			(registries === undefined || registries.includes(registry)) &&
			(repositories === undefined ||
				repositories.some(pattern => matchesWildcard(pattern, repository))),
	);
