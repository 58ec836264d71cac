import type {RuleSet} from './rules.js';

/**
Tries a pattern on many texts: for each what its first group found, an empty text where it has none or it found nothing, `undefined` where the pattern does not match.

Throws `UserError`, with the pattern's name, where it takes over a second. It is given from outside, because only a runtime can stop a pattern.
*/
export type MatchPattern = (
	pattern: string,
	texts: readonly string[],
) => ReadonlyArray<string | undefined>;

/** The tags of many digests in one list. */
export type TagList = {
	readonly tags: readonly string[];
	/** Where the tags of each digest start, by its place; one entry more than there are digests. */
	readonly starts: Int32Array;
};

/** What the patterns of a set find in the tags of each digest, by its place. */
export type TagMatches = {
	/** The first tag that a pattern keeps, with the pattern. */
	readonly keptBy: (
		place: number,
	) => {readonly tag: string; readonly pattern: string} | undefined;
	/** The first tag that no pattern of `onlyTags` matches; `undefined` where all do. */
	readonly notConsidered: (place: number) => string | undefined;
	/** What a tag is counted by, by its place among the tags; `undefined` where no pattern says. */
	readonly groupAt: (at: number) => string | undefined;
};

type Found = ReturnType<MatchPattern>;

/** Tries the patterns of a set, each once on each tag. */
export const matchTags = (
	{tags, starts}: TagList,
	{keepTags = [], onlyTags = [], newestPer}: RuleSet,
	match: MatchPattern,
): TagMatches => {
	const kept = keepTags.map(pattern => match(pattern, tags));
	const considered = onlyTags.map(pattern => match(pattern, tags));
	const groups = newestPer === undefined ? undefined : match(newestPer, tags);
	/** Which of the patterns is the first to match a tag; -1 where none does. */
	const findFirst = (all: readonly Found[], at: number): number => {
		for (const [index, element] of all.entries()) {
			if (element[at] !== undefined) {
				return index;
			}
		}

		return -1;
	};

	return {
		keptBy(place) {
			if (kept.length === 0) {
				return undefined;
			}

			for (let at = starts[place]!; at < starts[place + 1]!; at++) {
				const first = findFirst(kept, at);
				if (first !== -1) {
					return {tag: tags[at]!, pattern: keepTags[first]!};
				}
			}

			return undefined;
		},
		notConsidered(place) {
			for (let at = starts[place]!; at < starts[place + 1]!; at++) {
				if (findFirst(considered, at) === -1) {
					return tags[at];
				}
			}

			return undefined;
		},
		groupAt: at => groups?.[at],
	};
};
