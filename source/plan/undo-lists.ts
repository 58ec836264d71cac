import type {BatchStep, RepositoryPlace, WrittenList} from '../batch.js';
import type {Digest} from '../oci/digest.js';
import type {UndoItem} from './undo.js';

type PlacedList = RepositoryPlace & WrittenList;

const isSameTag = (one: PlacedList, other: PlacedList): boolean =>
	one.registry === other.registry &&
	one.repository === other.repository &&
	one.tag === other.tag;

/**
The lists of referrers that a batch has written anew, each as it was before the first of its steps. What the others have put under the tag is ours to replace.

Two items have the same tag only where others wrote the list in between.
*/
export const listUndoLists = (
	steps: readonly BatchStep[],
): readonly UndoItem[] => {
	const lists = steps.flatMap(({registry, repository, lists: mine = []}) =>
		mine.map((list): PlacedList => ({registry, repository, ...list})),
	);
	const firsts = new Map<string, PlacedList>();
	for (const list of lists) {
		const isFirst = !lists.some(
			other => isSameTag(list, other) && other.replacement === list.digest,
		);
		if (isFirst) {
			const {registry, repository, tag, digest} = list;
			firsts.set([registry, repository, tag, digest].join(' '), list);
		}
	}

	return [...firsts.values()].map(
		({registry, repository, digest, mediaType, tag}) => ({
			registry,
			repository,
			digest,
			mediaType,
			tags: [tag],
			wentAlong: false,
			replacedBy: followReplacements(
				digest,
				lists.filter(list =>
					isSameTag(list, {...list, registry, repository, tag}),
				),
			),
		}),
	);
};

/** What was put in a list's place, one after the other. */
const followReplacements = (
	digest: Digest,
	lists: readonly PlacedList[],
): readonly Digest[] => {
	const found = new Set([digest]);
	// A Set hands out what is added meanwhile.
	for (const one of found) {
		for (const {digest: earlier, replacement} of lists) {
			if (earlier === one) {
				found.add(replacement);
			}
		}
	}

	found.delete(digest);
	return [...found];
};
