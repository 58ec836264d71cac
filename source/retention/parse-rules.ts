import {
	isMap,
	isScalar,
	isNode,
	isSeq,
	LineCounter,
	parseDocument,
	type YAMLMap,
} from 'yaml';
import {UserError} from '../user-error.js';
import {
	type Place,
	readAge,
	readBoolean,
	readDuration,
	type Reader,
	readNumber,
	readPattern,
	readPatterns,
	readTexts,
} from './read-values.js';
import {
	isPattern,
	isSelective,
	listPatterns,
	type Rules,
	type RuleSet,
	selectiveKeys,
} from './rules.js';

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
			fail: allowed =>
				complain(
					node ?? key,
					isScalar(node) ? `${what} is ${JSON.stringify(node.value)}` : what,
					allowed,
				),
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
		newestPer: readPattern,
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
		keepTags: readPatterns,
		onlyTags: readPatterns,
		onlyUntagged: readBoolean,
		neverTouch: readTexts,
		age: readAge,
	};
	const readSet = (item: unknown, where: string): RuleSet => {
		const ruleSet = isMap(item)
			? readMap<RuleSet>(item, {readers: set, where, complain})
			: complain(item, where, 'keys with values');
		return isSelective(ruleSet)
			? ruleSet
			: complain(
					item,
					`${where} says nothing of what stays; that would make everything a candidate`,
					`a rule with at least one of ${selectiveKeys.join(', ')}`,
				);
	};

	const sets: Reader<readonly RuleSet[]> = ({node, fail}) =>
		isSeq(node)
			? node.items.map((item, index) => readSet(item, `rule ${index + 1}`))
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

/** Refuses sets that say nothing of what stays, and patterns that are none, wherever they come from. Throws `UserError`, exit code 2. */
export const checkSets = (sets: readonly RuleSet[], where: string): void => {
	if (sets.length === 0) {
		throw new UserError(
			`${where} has no rules; that would make everything a candidate.`,
			{remedy: 'Say what stays: --keep-newest 10, for example.', exitCode: 2},
		);
	}

	for (const set of sets) {
		if (!isSelective(set)) {
			throw new UserError(
				`${where} says nothing of what stays; that would make everything a candidate.`,
				{
					remedy: 'Say what stays: --keep-newest 10, for example.',
					exitCode: 2,
				},
			);
		}

		for (const pattern of listPatterns(set)) {
			if (!isPattern(pattern)) {
				throw new UserError(
					`${where}: ${pattern} is no regular expression as JavaScript takes it.`,
					{remedy: 'Write for example: ^release-', exitCode: 2},
				);
			}
		}
	}
};
