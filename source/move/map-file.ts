import {
	isMap,
	isNode,
	isScalar,
	LineCounter,
	parseDocument,
	stringify,
	type YAMLMap,
} from 'yaml';
import {parseImageReference} from '../evidence/image-reference.js';
import {UserError} from '../user-error.js';
import {
	createImageMap,
	formatName,
	type ImageMap,
	type MapEntry,
	type MappedName,
} from './image-map.js';

/** Throws `UserError` about the line of a node; a `remedy` is one sentence in the imperative. */
type Complain = (node: unknown, what: string, remedy: string) => never;

const head = `# Where each image goes: left as it is named elsewhere, right its name at home.
# A name without a tag or a digest is the repository with all that is in it.
`;

/** Whether a tag stands in the text of a reference, whose parser fills in latest. */
const hasTag = (text: string): boolean => /:[^/@]*(?:@.*)?$/s.test(text);

const parseName = (text: string): MappedName | undefined => {
	const image = parseImageReference(text);
	if (!image) {
		return undefined;
	}

	const {host, repository, tag, digest} = image;
	if (digest !== undefined) {
		return tag === undefined
			? {host, repository, reference: {kind: 'digest', digest}}
			: undefined;
	}

	return {
		host,
		repository,
		reference:
			tag !== undefined && hasTag(text) ? {kind: 'tag', tag} : undefined,
	};
};

const example =
	'docker.io/library/redis:7: registry.example.com/mirror/redis:7';

const readName = (node: unknown, complain: Complain): MappedName => {
	const text =
		isScalar(node) && typeof node.value === 'string' ? node.value : undefined;
	const name = text === undefined ? undefined : parseName(text);
	return (
		name ??
		complain(
			node,
			text === undefined || text === ''
				? 'here is no name of an image'
				: `${text} is no name of an image`,
			`Write the one elsewhere, a colon and the one at home, each with a tag, with a digest or with neither: ${example}`,
		)
	);
};

/** Both sides of an entry; on the right what is left out is as on the left. */
const readEntry = (
	key: unknown,
	value: unknown,
	complain: Complain,
): MapEntry => {
	const from = readName(key, complain);
	const given = readName(isNode(value) ? value : key, complain);
	const to =
		given.reference === undefined
			? {...given, reference: from.reference}
			: given;
	if (to.reference?.kind !== from.reference?.kind) {
		return complain(
			value,
			`${formatName(from)} cannot go to ${formatName(to)}`,
			'Write both sides with a tag, both with a digest, or both with neither.',
		);
	}

	if (
		to.reference?.kind === 'digest' &&
		from.reference?.kind === 'digest' &&
		to.reference.digest !== from.reference.digest
	) {
		return complain(
			value,
			`${formatName(from)} cannot become another digest`,
			'Write the same digest on both sides, or leave it out on the right.',
		);
	}

	return {from, to};
};

const readKeys = (root: YAMLMap, complain: Complain): YAMLMap => {
	let images: YAMLMap | undefined;
	let hasVersion = false;
	for (const {key, value} of root.items) {
		const name = isScalar(key) ? String(key.value) : '';
		if (name === 'version') {
			hasVersion = true;
			if (!isScalar(value) || value.value !== 1) {
				complain(
					value ?? key,
					'this version is not known',
					'Write version: 1.',
				);
			}
		} else if (name === 'images' && isMap(value) && value.items.length > 0) {
			images = value;
		} else {
			complain(
				key,
				name === 'images'
					? 'images has no names in it'
					: `"${name}" is no key of a mapping`,
				'Allowed are version, which is 1, and images, with a line for each image.',
			);
		}
	}

	return images && hasVersion
		? images
		: complain(
				root,
				hasVersion ? 'images is missing' : 'version is missing',
				`Write version: 1, then images:, then a line for each image: ${example}`,
			);
};

/**
Reads a mapping, YAML or JSON, as `spellMap` writes it.

Throws `UserError`, exit code 2, with the file and the line of what is wrong: an unknown key, a name that is none, two images that would go to one name.
@param file - Its name, for sentences.
*/
export const parseMap = (text: string, file: string): ImageMap => {
	const lines = new LineCounter();
	const document = parseDocument(text, {
		lineCounter: lines,
		uniqueKeys: true,
	});
	const fail = (offset: number, what: string, remedy: string): never => {
		throw new UserError(`${file}:${lines.linePos(offset).line}: ${what}.`, {
			remedy,
			exitCode: 2,
		});
	};

	const complain: Complain = (node, what, remedy) =>
		fail(isNode(node) ? (node.range?.[0] ?? 0) : 0, what, remedy);
	const [error] = document.errors;
	if (error) {
		fail(
			error.pos[0],
			error.message
				.split('\n', 1)
				.join('')
				.replace(/ at line .*$/, ''),
			'Write it as YAML or as JSON, each image once.',
		);
	}

	const root = document.contents;
	const images = isMap(root)
		? readKeys(root, complain)
		: complain(
				root,
				'this is no mapping of images',
				'Write one with jetsam rewrite --files DIR --to HOME --out FILE.',
			);
	const keys = new Map<MapEntry, unknown>();
	for (const {key, value} of images.items) {
		keys.set(readEntry(key, value, complain), key);
	}

	const map = createImageMap([...keys.keys()]);
	return 'message' in map
		? complain(
				keys.get(map.entry),
				map.message,
				'Give each image a name of its own at home.',
			)
		: map;
};

/** A mapping as a file to be kept and edited: YAML, a line for each image, in their order. */
export const spellMap = ({entries}: ImageMap): string =>
	head +
	stringify(
		{
			version: 1,
			images: Object.fromEntries(
				entries.map(({from, to}) => [formatName(from), formatName(to)]),
			),
		},
		{lineWidth: 0},
	);
