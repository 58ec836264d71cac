import {isMap, isScalar} from 'yaml';
import type {Collector, ReferencePart} from './collect-references.js';
import type {FileGap} from './file-reading.js';
import {
	findText,
	listItems,
	listValues,
	readText,
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

/** Where `newName` can be written behind `name`; `undefined` where these stand in no form that one would write. */
const findGap = (
	{text: file}: YamlDocument,
	entry: unknown,
): FileGap | undefined => {
	const map = isMap(entry) ? entry : undefined;
	const pair = map?.items.find(
		({key}) => isScalar(key) && key.value === 'name',
	);
	const isEmpty =
		map?.items.some(({key}) => isScalar(key) && key.value === 'newName') ??
		false;
	if (isEmpty || !isScalar(pair?.key) || !isScalar(pair.value)) {
		return undefined;
	}

	const {key, value} = pair;
	const [start, end] = [key.range?.[0] ?? 0, value.range?.[1] ?? 0];
	if (/[\r\n]/.test(file.slice(start, end))) {
		return undefined;
	}

	if (map?.flow) {
		return key.type === 'QUOTE_DOUBLE'
			? {offset: end, around: [', "newName": "', '"']}
			: {offset: end, around: [', newName: ', '']};
	}

	const lineEnd = /\r?\n|$/.exec(file.slice(end));
	const column = start - (file.lastIndexOf('\n', start - 1) + 1);
	const ending = file.includes('\r\n') ? '\r\n' : '\n';
	return {
		offset: end + (lineEnd?.index ?? 0),
		around: [`${ending}${' '.repeat(column)}newName: `, ''],
	};
};

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
			nameGap: newName ? undefined : findGap(document, entry),
		});
	} else if (newName) {
		collector.addProblem(newName.offset, {
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
	const finds: string[] = [];
	const holders = [
		document.root,
		...listValues(document, document.root, 'spec'),
	];
	for (const holder of holders) {
		for (const images of listValues(document, holder, 'images')) {
			for (const entry of listItems(document, images)) {
				readEntry(document, entry, collector);
				finds.push(findText(document, entry, 'name')?.value ?? '');
			}
		}
	}

	collector.setOverlay({
		finds: finds.filter(Boolean),
		isEverywhere: listValues(document, document.root, 'spec').some(
			spec => listValues(document, spec, 'images').length > 0,
		),
		resources: ['resources', 'bases', 'components'].flatMap(key =>
			listValues(document, document.root, key)
				.flatMap(list => listItems(document, list))
				.flatMap(item => readText(document, item)?.value ?? []),
		),
	});
};
