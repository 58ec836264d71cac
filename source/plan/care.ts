import {matchesWildcard} from '../oci/wildcard.js';
import type {Care} from '../world.js';

/** The care for a registry of which the settings say nothing. */
export const usualCare: Care = {
	isProtected: false,
	isReadOnly: false,
	neverTouch: [],
	maxShare: 50,
};

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
