import {matchesWildcard} from '../oci/wildcard.js';
import type {Care} from '../world.js';

/** The care for a registry of which the settings say nothing. */
export const usualCare: Care = {
	isProtected: false,
	isReadOnly: false,
	neverTouch: [],
	maxShare: 50,
};

/** Safeguard 9: how careful to be where the operator said beforehand what may be taken without a phrase of its own. All of a share is all of the repository. */
export const careByRules = (
	care: Care,
	{
		maxShare,
		allowEmpty = false,
	}: {
		/** Percent. */
		readonly maxShare?: number | undefined;
		readonly allowEmpty?: boolean;
	},
): Care => ({
	...care,
	maxShare: maxShare ?? care.maxShare,
	mayEmpty: allowEmpty || maxShare === 100,
});

/** Whether a pattern of the settings keeps a digest: one that names its repository, one of its tags, or both as `repository:tag`; `*` stands for anything. */
export const isNeverTouched = (
	patterns: readonly string[],
	repository: string,
	tags: readonly string[],
): boolean => {
	if (patterns.length === 0) {
		return false;
	}

	const names = [
		repository,
		...tags,
		...tags.map(tag => `${repository}:${tag}`),
	];
	return patterns.some(pattern =>
		names.some(name => matchesWildcard(pattern, name)),
	);
};

/** The same for many digests of a repository: what a pattern says of all of them is found out once. */
export const findNeverTouched = (
	patterns: readonly string[],
	repository: string,
): ((tags: readonly string[]) => boolean) => {
	if (patterns.some(pattern => matchesWildcard(pattern, repository))) {
		return () => true;
	}

	const start = `${repository}:`;
	const wild = patterns.filter(pattern => pattern.includes('*'));
	const exact = new Set(
		patterns
			.filter(pattern => !pattern.includes('*'))
			// A tag has no colon.
			.map(pattern =>
				pattern.startsWith(start) ? pattern.slice(start.length) : pattern,
			),
	);
	const isNamed = (tag: string): boolean => {
		for (const name of exact) {
			if (name === tag) {
				return true;
			}
		}

		return wild.some(
			pattern =>
				matchesWildcard(pattern, tag) ||
				matchesWildcard(pattern, `${start}${tag}`),
		);
	};

	return tags => {
		for (const tag of tags) {
			if (isNamed(tag)) {
				return true;
			}
		}

		return false;
	};
};
