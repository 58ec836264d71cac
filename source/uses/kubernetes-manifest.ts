import {isMap, isPair, isScalar, isSeq} from 'yaml';
import {addWhole, type Collector} from './collect-references.js';
import {addPair, isPairOfValues} from './helm-values.js';
import {templateCharacter} from './mask-templates.js';
import {
	findText,
	listItems,
	listValues,
	readText,
	resolveNode,
	type YamlDocument,
	type YamlText,
} from './yaml-document.js';

/** Lists of containers, in Pods and in what other kinds make of them (Tekton, Argo). */
const containerLists = new Set([
	'containers',
	'initContainers',
	'ephemeralContainers',
	'sidecars',
	'steps',
]);

/** Single containers of such kinds. */
const singleContainers = new Set(['container', 'script', 'stepTemplate']);

const nameOf = (document: YamlDocument, map: unknown): string =>
	findText(document, map, 'name')?.value ?? '';

const readContainer = (
	document: YamlDocument,
	container: unknown,
	collector: Collector,
): void => {
	for (const image of listValues(document, container, 'image')) {
		const text = readText(document, image);
		if (text) {
			addWhole(collector, text, nameOf(document, container));
		}
	}
};

// https://kubernetes.io/docs/concepts/storage/volumes/#image
const readVolume = (
	document: YamlDocument,
	volume: unknown,
	collector: Collector,
): void => {
	for (const image of listValues(document, volume, 'image')) {
		const text = findText(document, image, 'reference');
		if (text) {
			addWhole(collector, text, nameOf(document, volume));
		}
	}
};

/** Whether an `image` outside a container is one: a logo has neither a registry nor a tag. */
const looksLikeReference = ({value}: YamlText): boolean =>
	/[/:@]/.test(value) ||
	value.includes('$') ||
	value.includes('{{') ||
	value.includes(templateCharacter);

const readPair = (
	document: YamlDocument,
	{key, value, map}: {key: string; value: unknown; map: unknown},
	collector: Collector,
): void => {
	if (containerLists.has(key)) {
		for (const container of listItems(document, value)) {
			readContainer(document, container, collector);
		}
	} else if (singleContainers.has(key)) {
		readContainer(document, value, collector);
	} else if (key === 'volumes') {
		for (const volume of listItems(document, value)) {
			readVolume(document, volume, collector);
		}
	} else if (key === 'image' && !isPairOfValues(document, map)) {
		const text = readText(document, value);
		if (text && looksLikeReference(text)) {
			addWhole(collector, text, nameOf(document, map));
		}
	}
};

/** Goes over everything below a node, and not through aliases, so that no file can make it go on for ever. */
const walk = (
	document: YamlDocument,
	node: unknown,
	collector: Collector,
): void => {
	const waiting: unknown[] = [node];
	while (waiting.length > 0) {
		const next = waiting.pop();
		if (isSeq(next)) {
			waiting.push(...next.items);
		} else if (isMap(next)) {
			if (isPairOfValues(document, next)) {
				addPair(document, next, {collector, place: nameOf(document, next)});
			}

			for (const pair of next.items) {
				if (isPair(pair) && isScalar(pair.key)) {
					const key = String(pair.key.value);
					readPair(document, {key, value: pair.value, map: next}, collector);
				}

				waiting.push(pair.value);
			}
		}
	}
};

/**
The images that a Kubernetes manifest of any kind names: containers and image volumes wherever there is a Pod in it, also in a List and in kinds that jetsam does not know; and images of the forms
that operators use, `image: REFERENCE` and `repository` beside `tag`.
*/
export const readManifest = (
	document: YamlDocument,
	collector: Collector,
): void => {
	walk(document, resolveNode(document, document.root), collector);
};
