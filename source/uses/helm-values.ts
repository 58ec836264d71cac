import {isMap, isPair, isScalar, isSeq} from 'yaml';
import type {Collector, ReferencePart} from './collect-references.js';
import {
	findText,
	listValues,
	readText,
	type YamlDocument,
	type YamlText,
} from './yaml-document.js';

/** Whether a map names an image by its parts: a repository with what only an image has beside it. */
export const isPairOfValues = (document: YamlDocument, map: unknown): boolean =>
	findText(document, map, 'repository') !== undefined &&
	['tag', 'digest', 'pullPolicy', 'registry'].some(
		key => listValues(document, map, key).length > 0,
	);

// Helm reads a plain 1.10 as a number and writes 1.1; whoever quotes it gets what is written.
const listTags = (tag: YamlText | undefined): readonly string[] => {
	if (!tag) {
		return [];
	}

	const number = Number(tag.value);
	return tag.isPlain &&
		/^\d+\.\d+$/.test(tag.value) &&
		String(number) !== tag.value
		? [tag.value, String(number)]
		: [tag.value];
};

const joinName = (registry: string | undefined, name: string): string =>
	registry === undefined ? name : `${registry.replace(/\/+$/, '')}/${name}`;

/** Notes the image that a map names by its parts. */
export const addPair = (
	document: YamlDocument,
	map: unknown,
	{collector, place}: {collector: Collector; place: string},
): void => {
	const find = (key: string): YamlText | undefined =>
		findText(document, map, key);
	const name = find('repository') ?? find('image');
	const registry = find('registry');
	const tag = find('tag') ?? find('imageTag');
	const digest = find('digest') ?? find('sha');
	if (!name) {
		return;
	}

	const base = joinName(registry?.value, name.value);
	if (!tag && !digest) {
		collector.addProblem(name.offset, {
			message: `${base} is given no tag here, so it has that of the chart`,
			text: base,
		});
		return;
	}

	const parts: readonly [ReferencePart, ...ReferencePart[]] = [
		{part: 'repository', text: name},
		...(registry ? [{part: 'registry' as const, text: registry}] : []),
		...(tag ? [{part: 'tag' as const, text: tag}] : []),
		...(digest ? [{part: 'digest' as const, text: digest}] : []),
	];
	const ending = digest
		? `@${digest.value.includes(':') ? '' : 'sha256:'}${digest.value}`
		: '';
	const texts = tag
		? listTags(tag).map(value => `${base}:${value}${ending}`)
		: [`${base}${ending}`];
	for (const text of texts) {
		collector.addReference({
			text,
			place,
			parts,
			isFilledIn:
				texts.length > 1 ||
				(digest !== undefined && !digest.value.includes(':')),
		});
	}
};

/** Notes `image: REFERENCE`, with the tag from beside it where it stands there. */
const addImage = (
	document: YamlDocument,
	{map, key, value}: {map: unknown; key: string; value: unknown},
	collector: Collector,
): void => {
	const text = readText(document, value);
	if (!text) {
		return;
	}

	const hasTag = /[:@][^/]*$/.test(text.value);
	const tag =
		findText(document, map, 'tag') ?? findText(document, map, 'imageTag');
	if (key === 'image' && tag && !hasTag) {
		addPair(document, map, {collector, place: key});
	} else {
		collector.addReference({
			text: text.value,
			place: key,
			parts: [{part: 'reference', text}],
		});
	}
};

const isImageKey = (key: string): boolean =>
	key === 'image' || key.endsWith('Image');

/**
The images that values of a Helm chart name: maps with `repository` and `tag` or `digest`, perhaps with `registry`, at any depth, and texts under `image`.
@see https://helm.sh/docs/chart_best_practices/values/
*/
export const readHelmValues = (
	document: YamlDocument,
	collector: Collector,
): void => {
	const waiting: Array<{node: unknown; key: string}> = [
		{node: document.root, key: ''},
	];
	for (let next = waiting.pop(); next; next = waiting.pop()) {
		const {node, key} = next;
		if (isSeq(node)) {
			waiting.push(...node.items.map(item => ({node: item, key})));
		} else if (isMap(node)) {
			const isImage =
				isPairOfValues(document, node) ||
				(isImageKey(key) &&
					findText(document, node, 'repository') !== undefined);
			if (isImage) {
				addPair(document, node, {collector, place: key});
			}

			for (const pair of node.items) {
				const name =
					isPair(pair) && isScalar(pair.key) ? String(pair.key.value) : '';
				if (!isImage && isImageKey(name)) {
					addImage(
						document,
						{map: node, key: name, value: pair.value},
						collector,
					);
				}

				waiting.push({node: pair.value, key: name});
			}
		}
	}
};
