import {
	Composer,
	type CST,
	isAlias,
	isMap,
	isPair,
	isScalar,
	isSeq,
	type Node,
	Parser,
	type Document,
	type Scalar,
	type YAMLMap,
} from 'yaml';
import {findShared} from './find-shared.js';
import {maskTemplates, templateCharacter} from './mask-templates.js';

/** One document of a YAML file, with everything that its nodes are looked up by. */
export type YamlDocument = {
	readonly root: Node | undefined;
	readonly document: Document;
	/** The file's text, also where what was parsed had its templates masked. */
	readonly text: string;
	/** Anchored texts that stand for something else than an image too. */
	readonly shared: ReadonlySet<Scalar>;
};

/** What could not be parsed. */
export type YamlError = {
	/** UTF-16 code units from the beginning of the file. */
	readonly offset: number;
	/** The parser's own words, one line. */
	readonly message: string;
};

/** A text in a document, and where it stands. */
export type YamlText = {
	readonly value: string;
	/** UTF-16 code units from the beginning of the file's text; quotes excluded. */
	readonly offset: number;
	readonly length: number;
	/** Whether the file holds the value as it is, without escapes, folding or templates. */
	readonly isLiteral: boolean;
	/** Whether it is a plain scalar, which may be read as a number. */
	readonly isPlain: boolean;
	/** Whether an alias of it stands where no image is named, or an anchor makes another value of it. */
	readonly isShared: boolean;
};

// Deeper than any manifest, and shallow enough for the composer, which goes down with every level and brings the process down where the stack ends.
const deepest = 200;

/** Whether any part of a document is below more levels than `deepest`. */
const isTooDeep = (token: CST.Token): boolean => {
	const waiting: Array<{token: CST.Token; depth: number}> = [{token, depth: 0}];
	for (let next = waiting.pop(); next; next = waiting.pop()) {
		const {depth} = next;
		if (depth > deepest) {
			return true;
		}

		if (next.token.type === 'document' && next.token.value) {
			waiting.push({token: next.token.value, depth});
		}

		for (const item of 'items' in next.token ? next.token.items : []) {
			for (const inner of [item.key, item.value]) {
				if (inner) {
					waiting.push({token: inner, depth: depth + 1});
				}
			}
		}
	}

	return false;
};

type Parsed = {
	readonly documents: readonly YamlDocument[];
	readonly error: YamlError | undefined;
};

const parse = (text: string, source: string): Parsed => {
	const tokens = [...new Parser().parse(source)];
	const deep = tokens.find(token => isTooDeep(token));
	if (deep) {
		return {
			documents: [],
			error: {offset: 0, message: 'it is nested too deeply'},
		};
	}

	// Every scalar stays the text that it is: a tag 1.10 is no number.
	const composer = new Composer({
		schema: 'failsafe',
		uniqueKeys: false,
		logLevel: 'silent',
	});
	const documents: readonly Document[] = [...composer.compose(tokens)];
	const error = documents.flatMap(({errors}) => errors)[0];
	return {
		documents: documents.map(document => ({
			root: document.contents ?? undefined,
			document,
			text,
			shared: findShared(document, text),
		})),
		error: error && {
			offset: error.pos[0],
			message: error.message.split('\n', 1).join(''),
		},
	};
};

/**
The documents of a YAML text; JSON is YAML too.

Where it does not parse and holds templates, what the templates leave is parsed. What could be parsed beside an error is there as well.
*/
export const parseYaml = (text: string): Parsed => {
	const plain = parse(text, text);
	return plain.error && text.includes('{{')
		? parse(text, maskTemplates(text))
		: plain;
};

/** The node behind an alias, or the node itself. */
export const resolveNode = (
	{document}: YamlDocument,
	node: unknown,
): unknown => (isAlias(node) ? node.resolve(document) : node);

const absentTexts = new Set(['', '~', 'null', 'Null', 'NULL']);

const measure = (
	{text}: YamlDocument,
	scalar: Scalar,
): Pick<YamlText, 'offset' | 'length'> & {source: string} => {
	const [start, end] = scalar.range ?? [0, 0];
	const quote =
		scalar.type === 'QUOTE_DOUBLE' || scalar.type === 'QUOTE_SINGLE' ? 1 : 0;
	return {
		offset: start + quote,
		length: Math.max(end - start - 2 * quote, 0),
		source: text.slice(start + quote, end - quote),
	};
};

/** The text of a scalar; `undefined` for anything else, and for what is empty or null. A map between the braces of a template counts as its text. */
export const readText = (
	document: YamlDocument,
	given: unknown,
): YamlText | undefined => {
	const node = resolveNode(document, given);
	if (isMap(node) && node.range) {
		const [start, end] = node.range;
		const value = document.text.slice(start, end);
		return value.startsWith('{{')
			? {
					value,
					offset: start,
					length: end - start,
					isLiteral: false,
					isPlain: false,
					isShared: false,
				}
			: undefined;
	}

	if (!isScalar(node) || typeof node.value !== 'string') {
		return undefined;
	}

	const {source, ...range} = measure(document, node);
	const isPlain = node.type === 'PLAIN';
	if (isPlain ? absentTexts.has(node.value) : node.value === '') {
		return undefined;
	}

	// Where templates were masked the file's own text is told.
	const value = node.value.includes(templateCharacter) ? source : node.value;
	return {
		value,
		...range,
		isLiteral: value === source,
		isPlain,
		isShared: node.anchor !== undefined && document.shared.has(node),
	};
};

const keyOf = (key: unknown): string | undefined =>
	isScalar(key) && typeof key.value === 'string' ? key.value : undefined;

/** A key and its value, also those that `<<` merges in. A key that stands there twice comes twice. */
export const listPairs = (
	document: YamlDocument,
	map: YAMLMap,
	seen: ReadonlySet<unknown> = new Set(),
): ReadonlyArray<{readonly key: string; readonly value: unknown}> =>
	map.items.flatMap(pair => {
		const key = isPair(pair) ? keyOf(pair.key) : undefined;
		if (key !== '<<') {
			return key === undefined ? [] : [{key, value: pair.value}];
		}

		const merged = resolveNode(document, pair.value);
		return (isSeq(merged) ? merged.items : [merged])
			.map(item => resolveNode(document, item))
			.filter(item => isMap(item))
			.filter(item => !seen.has(item))
			.flatMap(item => listPairs(document, item, new Set([...seen, map])));
	});

/** All values of a key in a map. */
export const listValues = (
	document: YamlDocument,
	map: unknown,
	key: string,
): readonly unknown[] => {
	const node = resolveNode(document, map);
	return isMap(node)
		? listPairs(document, node)
				.filter(pair => pair.key === key)
				.map(({value}) => resolveNode(document, value))
		: [];
};

/** The first text of a key in a map. */
export const findText = (
	document: YamlDocument,
	map: unknown,
	key: string,
): YamlText | undefined =>
	listValues(document, map, key)
		.map(value => readText(document, value))
		.find(text => text !== undefined);

/** The items of a list, aliases followed. */
export const listItems = (
	document: YamlDocument,
	list: unknown,
): readonly unknown[] => {
	const node = resolveNode(document, list);
	return isSeq(node) ? node.items.map(item => resolveNode(document, item)) : [];
};
