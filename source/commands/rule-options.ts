import {durationExamples, parseDuration} from '../retention/duration.js';
import type {Rules, RuleSet} from '../retention/rules.js';
import {wrongUsage} from './wrong-usage.js';

/** What the command line says of rules. */
export type RuleOptions = {
	/** The rules of the options; empty where none is given. */
	readonly set: RuleSet;
	/** The rules file. */
	readonly file: string | undefined;
	readonly allowUnknownUses: boolean;
	/** Digests that one plan may delete. */
	readonly maxDeletes: number | undefined;
	/** Percent. */
	readonly maxShare: number | undefined;
	/** The file that the plan is written to. */
	readonly out: string | undefined;
};

type Values = Readonly<
	Record<string, string | boolean | readonly string[] | undefined>
>;

const readText = (values: Values, name: string): string | undefined => {
	const value = values[name];
	return typeof value === 'string' ? value : undefined;
};

const readTexts = (
	values: Values,
	name: string,
): readonly string[] | undefined => {
	const value = values[name];
	return Array.isArray(value) ? value.map(String) : undefined;
};

const readCount = (
	values: Values,
	name: string,
	{least = 0, most = 1_000_000_000} = {},
): number | undefined => {
	const text = readText(values, name);
	if (text === undefined) {
		return undefined;
	}

	const count = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
	if (!(count >= least && count <= most)) {
		throw wrongUsage(
			`--${name} ${text} is no whole number from ${least} to ${most}.`,
			`Write for example: --${name} ${Math.max(least, 10)}`,
		);
	}

	return count;
};

const readDuration = (values: Values, name: string) => {
	const text = readText(values, name);
	const duration = text === undefined ? undefined : parseDuration(text);
	if (text !== undefined && !duration) {
		throw wrongUsage(
			`--${name} ${text} is no duration.`,
			`Write ${durationExamples}; a hundred years are the most.`,
		);
	}

	return duration;
};

const readMinPulls = (values: Values): RuleSet['minPulls'] => {
	const count = readCount(values, 'min-pulls', {least: 1});
	const within = readDuration(values, 'within');
	if ((count === undefined) !== (within === undefined)) {
		throw wrongUsage(
			'--min-pulls and --within belong together.',
			'Write for example: --min-pulls 3 --within 30d',
		);
	}

	return count === undefined || within === undefined
		? undefined
		: {count, within};
};

const readAge = (values: Values): RuleSet['age'] => {
	const age = readText(values, 'age');
	if (age !== undefined && age !== 'created' && age !== 'uploaded') {
		throw wrongUsage(
			`--age ${age} is no kind of age.`,
			'Write --age created, or leave it out.',
		);
	}

	return age;
};

const leaveOut = <Fields extends Record<string, unknown>>(
	fields: Fields,
): Fields =>
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- only what is undefined is left out
	Object.fromEntries(
		Object.entries(fields).filter(([, value]) => value !== undefined),
	) as Fields;

/** The rules that options spell; throws `UserError`, exit code 2. */
export const readRuleOptions = (values: Values): RuleOptions => ({
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- what is undefined is left out
	set: leaveOut({
		keepNewest: readCount(values, 'keep-newest'),
		newestPer: readText(values, 'newest-per'),
		keepYounger: readDuration(values, 'keep-younger'),
		minPulls: readMinPulls(values),
		keepTags: readTexts(values, 'keep-tags'),
		onlyTags: readTexts(values, 'only-tags'),
		onlyUntagged: values['only-untagged'] === true ? true : undefined,
		age: readAge(values),
	}) as RuleSet,
	file: readText(values, 'rules'),
	allowUnknownUses: values['allow-unknown-uses'] === true,
	maxDeletes: readCount(values, 'max-deletes'),
	maxShare: readCount(values, 'max-share', {most: 100}),
	out: readText(values, 'out'),
});

/** The rules of the file and of the options together: what either keeps stays. */
export const joinRules = (
	{set, allowUnknownUses, maxDeletes, maxShare}: RuleOptions,
	file: Rules | undefined,
): Rules => {
	const deletes = maxDeletes ?? file?.maxDeletes;
	const share = maxShare ?? file?.maxShare;
	return {
		sets: [
			...(file?.sets ?? []),
			...(Object.keys(set).length > 0 ? [set] : []),
		],
		allowUnknownUses: allowUnknownUses || (file?.allowUnknownUses ?? false),
		allowEmpty: file?.allowEmpty ?? false,
		...(share !== undefined && {maxShare: share}),
		...(deletes !== undefined && {maxDeletes: deletes}),
	};
};
