import {
	type Document,
	isAlias,
	isNode,
	isPair,
	isScalar,
	type Scalar,
	visit,
} from 'yaml';

/** Keys whose values are images or parts of them. */
const imageKey =
	/^(?:image|reference|repository|registry|tag|imageTag|newName|newTag|digest|sha)$|Image$|Registry$/;

/** The keys above a node, the nearest last. */
const listKeys = (ancestors: readonly unknown[]): readonly string[] =>
	ancestors.flatMap(ancestor =>
		isPair(ancestor)
			? [isScalar(ancestor.key) ? String(ancestor.key.value) : '']
			: [],
	);

/** Whether what stands there is an image, or stands there only to be named elsewhere, as `x-image` of a compose file does. */
const isForImages = (ancestors: readonly unknown[]): boolean => {
	const keys = listKeys(ancestors);
	return (
		imageKey.test(keys.at(-1) ?? '') || keys.some(key => key.startsWith('x-'))
	);
};

/** The anchored texts of a document that stand somewhere for something else than an image, themselves or by an alias. */
export const findShared = (
	document: Document,
	text: string,
): ReadonlySet<Scalar> => {
	const shared = new Set<Scalar>();
	if (!text.includes('&') || !text.includes('*')) {
		return shared;
	}

	// An alias means the last anchor of its name before it.
	const anchors = new Map<string, unknown>();
	const misplaced = new Set<unknown>();
	visit(document, (_key, node, ancestors) => {
		if (isAlias(node)) {
			const target = anchors.get(node.source);
			if (
				isScalar(target) &&
				(misplaced.has(target) || !isForImages(ancestors))
			) {
				shared.add(target);
			}
		} else if (isNode(node) && node.anchor !== undefined) {
			anchors.set(node.anchor, node);
			if (!isForImages(ancestors)) {
				misplaced.add(node);
			}
		}
	});
	return shared;
};
