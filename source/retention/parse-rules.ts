import {
	isMap,
	isScalar,
	isNode,
	isSeq,
	LineCounter,
	type Node,
	parseDocument,
	type YAMLMap,
} from 'yaml';
import {UserError} from '../user-error.js';
import {durationExamples, parseDuration} from './duration.js';
import {isSelective, listPatterns, type Rules, type RuleSet} from './rules.js';

/** A value of the file, and how to complain about it. */
type Place = {
	readonly node: Node | undefined;
	/** `keepNewest of rule 2`. */
	readonly what: string;
	readonly fail: (allowed: string) => never;
};

type Reader<Value> = (place: Place) => Value;

const readScalar = ({node}: Place): unknown =>
	isScalar(node) ? node.value : undefined;

const readBoolean: Reader<boolean> = place => {
	const value = readScalar(place);
	return typeof value === 'boolean' ? value : place.fail('true or false');
};

const readNumber =
	(least: number, most: number): Reader<number> =>
	place => {
		const value = readScalar(place);
		return typeof value === 'number' &&
			Number.isSafeInteger(value) &&
			value >= least &&
			value <= most
			? value
			: place.fail(`a whole number from ${least} to ${most}`);
	};

const readText: Reader<string> = place => {
	const value = readScalar(place);
	return typeof value === 'string' && value !== ''
		? value
		: place.fail('a text');
};

const readTexts: Reader<readonly string[]> = place => {
	const {node} = place;
	if (!isSeq(node)) {
		return [readText(place)];
	}

	const texts = node.items.map(item =>
		isScalar(item) && typeof item.value === 'string' && item.value !== ''
			? item.value
			: place.fail('a text or a list of texts'),
	);
	return texts.length === 0
		? place.fail('a text or a list of texts, and not an empty one')
		: texts;
};

const readDuration: Reader<NonNullable<RuleSet['keepYounger']>> = place => {
	const value = readScalar(place);
	return (
		(typeof value === 'string' ? parseDuration(value) : undefined) ??
		place.fail(`a duration such as ${durationExamples}`)
	);
};

/** Whether it can be built; a runtime that can stop it tries it. */
const isPattern = (text: string): boolean => {
	try {
		return new RegExp(text) instanceof RegExp;
	} catch {
		return false;
	}
};

/** Throws `UserError`, exit code 2, where a text is no pattern. */
const checkPattern = (pattern: string, where: string): void => {
	if (!isPattern(pattern)) {
		throw new UserError(`${where}: "${pattern}" is not a regular expression.`, {
			remedy: "Write it as JavaScript's RegExp takes it.",
			exitCode: 2,
		});
	}
};

const readAge: Reader<NonNullable<RuleSet['age']>> = place => {
	const value = readScalar(place);
	return value === 'created' || value === 'uploaded'
		? value
		: place.fail('created or uploaded');
};

type Readers<Target> = {
	readonly [Key in keyof Target]-?: Reader<NonNullable<Target[Key]>>;
};

type MinPulls = NonNullable<RuleSet['minPulls']>;

type Complain = (node: unknown, what: string, allowed: string) => never;

/** The values of a map by readers of its keys; an unknown key names those that there are. */
const readMap = <Target extends Record<string, unknown>>(
	map: YAMLMap,
	{
		readers,
		where,
		complain,
	}: {readers: Readers<Target>; where: string; complain: Complain},
): Partial<Target> => {
	const found: Record<string, unknown> = {};
	for (const {key, value} of map.items) {
		const name = isScalar(key) ? String(key.value) : '';
		const reader = Object.hasOwn(readers, name) ? readers[name] : undefined;
		if (!reader) {
			return complain(
				key,
				`${name === '' ? 'this' : `"${name}"`} is no key of ${where}`,
				`one of ${Object.keys(readers).join(', ')}`,
			);
		}

		const node = isNode(value) ? value : undefined;
		const what = `${name} of ${where}`;
		found[name] = reader({
			node,
			what,
			fail: allowed => complain(node ?? key, what, allowed),
		});
	}

	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- each value comes from the reader of its key
	return found as Partial<Target>;
};

const expectMap = ({node, fail}: Place): YAMLMap =>
	isMap(node) ? node : fail('keys with values');

const createReaders = (complain: Complain) => {
	const minPulls: Readers<MinPulls> = {
		count: readNumber(1, 1_000_000_000),
		within: readDuration,
	};
	const set: Readers<RuleSet> = {
		registries: readTexts,
		repositories: readTexts,
		keepNewest: readNumber(0, 1_000_000_000),
		newestPer: readText,
		keepYounger: readDuration,
		minPulls(place) {
			const {count, within} = readMap<MinPulls>(expectMap(place), {
				readers: minPulls,
				where: 'minPulls',
				complain,
			});
			return count === undefined || within === undefined
				? place.fail('both count and within')
				: {count, within};
		},
		keepTags: readTexts,
		onlyTags: readTexts,
		onlyUntagged: readBoolean,
		neverTouch: readTexts,
		age: readAge,
	};
	const sets: Reader<readonly RuleSet[]> = ({node, fail}) =>
		isSeq(node)
			? node.items.map((item, index) =>
					readMap<RuleSet>(
						expectMap({
							node: isNode(item) ? item : undefined,
							what: `rule ${index + 1}`,
							fail: allowed =>
								complain(item ?? node, `rule ${index + 1}`, allowed),
						}),
						{readers: set, where: `rule ${index + 1}`, complain},
					),
				)
			: fail('a list of rules, each beginning with a dash');
	return {
		version: readNumber(1, 1),
		rules: sets,
		allowUnknownUses: readBoolean,
		allowEmpty: readBoolean,
		maxShare: readNumber(0, 100),
		maxDeletes: readNumber(0, 1_000_000_000),
	};
};

/**
Reads a rules file, YAML or JSON.

Throws `UserError`, exit code 2, with the file, the line and what is allowed: an unknown key, a value that is none, a rule that would make everything a candidate.
@param file - Its name, for sentences.
*/
export const parseRules = (text: string, file: string): Rules => {
	const lines = new LineCounter();
	const document = parseDocument(text, {
		lineCounter: lines,
		uniqueKeys: true,
	});
	const complain: Complain = (node, what, allowed) => {
		const offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
		throw new UserError(`${file}:${lines.linePos(offset).line}: ${what}.`, {
			remedy: `Allowed is ${allowed}.`,
			exitCode: 2,
		});
	};

	const [error] = document.errors;
	if (error) {
		throw new UserError(
			`${file}:${lines.linePos(error.pos[0]).line}: ${error.message
				.split('\n', 1)
				.join('')
				.replace(/ at line .*$/, '')}.`,
			{remedy: 'Write it as YAML or as JSON.', exitCode: 2},
		);
	}

	const readers = createReaders(complain);
	const root = document.contents;
	const {rules = [], ...rest} = isMap(root)
		? readMap<FileContent>(root, {
				readers,
				where: 'a rules file',
				complain,
			})
		: complain(root, 'this is no rules file', 'keys with values');
	checkSets(rules, file);
	return {
		sets: rules,
		allowUnknownUses: rest.allowUnknownUses ?? false,
		allowEmpty: rest.allowEmpty ?? false,
		...(rest.maxShare !== undefined && {maxShare: rest.maxShare}),
		...(rest.maxDeletes !== undefined && {maxDeletes: rest.maxDeletes}),
	};
};

type FileContent = {
	readonly version: number;
	readonly rules: readonly RuleSet[];
	readonly allowUnknownUses: boolean;
	readonly allowEmpty: boolean;
	readonly maxShare: number;
	readonly maxDeletes: number;
};

/** Refuses sets that say nothing of what stays, and patterns that are none. Throws `UserError`. */
export const checkSets = (sets: readonly RuleSet[], where: string): void => {
	if (sets.length === 0) {
		throw new UserError(
			`${where} has no rules; that would make everything a candidate.`,
			{remedy: 'Say what stays: --keep-newest 10, for example.', exitCode: 2},
		);
	}

	for (const [index, set] of sets.entries()) {
		if (!isSelective(set)) {
			throw new UserError(
				`Rule ${index + 1} of ${where} says nothing of what stays; that would make everything a candidate.`,
				{
					remedy:
						'Give it keepNewest, keepYounger, minPulls, keepTags, onlyTags or onlyUntagged.',
					exitCode: 2,
				},
			);
		}

		for (const pattern of listPatterns(set)) {
			checkPattern(pattern, `${where}, rule ${index + 1}`);
		}
	}
};
