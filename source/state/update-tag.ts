import type {Update} from './command.js';
import {selectDigestPlace} from './select.js';
import {findRegistry, findRepository, type State} from './state.js';
import {openScreen} from './trail.js';
import {startReview} from './update-review.js';

/** Asks which tag of the digest is to go while the digest stays; where it has only one, reviews that. */
export const askForTag = (state: State): Update => {
	const tags = selectTags(state);
	if (tags.length === 1) {
		return reviewTag(state, tags[0] ?? '');
	}

	return [
		openScreen(state, {
			kind: 'menu',
			purpose: 'tag',
			items: tags.map(tag => ({name: tag, label: tag})),
			chosen: '',
			index: 0,
		}),
		[],
	];
};

const selectTags = (state: State): readonly string[] => {
	const place = selectDigestPlace(state);
	return place
		? (findRepository(state, place.host, place.repository).records.get(
				place.digest,
			)?.tags ?? [])
		: [];
};

/** Why no tag can be removed here, in one sentence. */
export const whyNoTag = (state: State): string | undefined => {
	const place = selectDigestPlace(state);
	const capabilities = findRegistry(state, place?.host ?? '')?.capabilities;
	if (!place) {
		return 'There is no digest under the cursor.';
	}

	return selectTags(state).length === 0
		? 'No tag to remove: this digest has none.'
		: capabilities
			? capabilities.whyNoTagRemoval
			: 'The registry is not open, so it is not known whether it can remove a tag.';
};

/** Opens the review of the removal of one tag of the digest. */
export const reviewTag = (state: State, tag: string): Update => {
	const place = selectDigestPlace(state);
	if (!place) {
		return [state, []];
	}

	const {host: registry, repository, digest} = place;
	// Nothing that is marked is part of it; the list names this review.
	return startReview(state, [], {registry, repository, digest, tag});
};
