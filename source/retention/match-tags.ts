import type {DigestRecord} from '../oci/record.js';
import type {RuleSet} from './rules.js';

/**
Tries a pattern on many texts: for each what its first group found, an empty text where it has none or it found nothing, `undefined` where the pattern does not match.

Throws `UserError`, with the pattern's name, where it takes over a second. It is given from outside, because only a runtime can stop a pattern.
*/
export type MatchPattern = (
	pattern: string,
	texts: readonly string[],
) => ReadonlyArray<string | undefined>;

/** What the patterns of a set find in the tags of each record, by the record's place. */
export type TagMatches = {
	/** The first tag that a pattern keeps, with the pattern. */
	readonly keptBy: (
		place: number,
	) => {readonly tag: string; readonly pattern: string} | undefined;
	/** The first tag that no pattern of `onlyTags` matches; `undefined` where all do. */
	readonly notConsidered: (place: number) => string | undefined;
	/** What the tags are counted by; one empty text where no pattern says. */
	readonly groupsOf: (place: number) => readonly string[];
};

const oneGroup: readonly string[] = [''];

/** Tries the patterns of a set, each once on each tag. */
export const matchTags = (
	records: readonly DigestRecord[],
	{keepTags = [], onlyTags = [], newestPer}: RuleSet,
	match: MatchPattern,
): TagMatches => {
	const hasPatterns =
		keepTags.length + onlyTags.length > 0 || newestPer !== undefined;
	const starts = new Int32Array(records.length + 1);
	const tags: string[] = [];
	for (const [place, record] of records.entries()) {
		starts[place] = tags.length;
		if (hasPatterns) {
			for (const tag of record.tags) {
				tags.push(tag);
			}
		}
	}

	starts[records.length] = tags.length;
	const kept = keepTags.map(pattern => ({
		pattern,
		found: match(pattern, tags),
	}));
	const considered = onlyTags.map(pattern => match(pattern, tags));
	const groups = newestPer === undefined ? undefined : match(newestPer, tags);
	return {
		keptBy(place) {
			for (let at = starts[place]!; at < starts[place + 1]!; at++) {
				for (const {pattern, found} of kept) {
					if (found[at] !== undefined) {
						return {tag: tags[at]!, pattern};
					}
				}
			}

			return undefined;
		},
		notConsidered(place) {
			for (let at = starts[place]!; at < starts[place + 1]!; at++) {
				if (considered.every(found => found[at] === undefined)) {
					return tags[at];
				}
			}

			return undefined;
		},
		groupsOf(place) {
			if (!groups) {
				return oneGroup;
			}

			const found = new Set(
				groups
					.slice(starts[place], starts[place + 1])
					.filter(group => group !== undefined),
			);
			return found.size === 0 ? oneGroup : [...found];
		},
	};
};
