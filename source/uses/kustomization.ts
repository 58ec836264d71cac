import type {Collector, ReferencePart} from './collect-references.js';
import {
	findText,
	listItems,
	listValues,
	type YamlDocument,
	type YamlText,
} from './yaml-document.js';

const fileNames = new Set([
	'kustomization.yaml',
	'kustomization.yml',
	'Kustomization',
]);

/** Whether a document sets images for kustomize, also for the one of Flux. */
export const isKustomization = (
	document: YamlDocument,
	name: string,
): boolean => {
	const kind = findText(document, document.root, 'kind')?.value;
	return kind === undefined
		? fileNames.has(name)
		: kind === 'Kustomization' ||
				(kind === 'Component' &&
					(
						findText(document, document.root, 'apiVersion')?.value ?? ''
					).startsWith('kustomize.config.k8s.io/'));
};

const parts = (
	name: YamlText,
	tag: YamlText | undefined,
	digest: YamlText | undefined,
): readonly [ReferencePart, ...ReferencePart[]] => [
	{part: 'repository', text: name},
	...(tag ? [{part: 'tag' as const, text: tag}] : []),
	...(digest ? [{part: 'digest' as const, text: digest}] : []),
];

const readEntry = (
	document: YamlDocument,
	entry: unknown,
	collector: Collector,
): void => {
	const find = (key: string): YamlText | undefined =>
		findText(document, entry, key);
	const newName = find('newName');
	const name = newName ?? find('name');
	const tag = find('newTag');
	const digest = find('digest');
	if (!name) {
		return;
	}

	if (tag !== undefined || digest !== undefined) {
		collector.addReference({
			text: `${name.value}${tag ? `:${tag.value}` : ''}${digest ? `@${digest.value}` : ''}`,
			place: find('name')?.value ?? '',
			parts: parts(name, tag, digest),
			isFilledIn: false,
		});
	} else if (newName) {
		collector.addProblem(newName.range.offset, {
			message: `${newName.value} is given no tag here, so it has that of another file`,
			text: newName.value,
		});
	}
};

/**
The images that a kustomization puts in the place of others.
@see https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/
*/
export const readKustomization = (
	document: YamlDocument,
	collector: Collector,
): void => {
	const holders = [
		document.root,
		...listValues(document, document.root, 'spec'),
	];
	for (const holder of holders) {
		for (const images of listValues(document, holder, 'images')) {
			for (const entry of listItems(document, images)) {
				readEntry(document, entry, collector);
			}
		}
	}
};
