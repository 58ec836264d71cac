import {
	durationExamples,
	formatDuration,
	parseDuration,
} from '../retention/duration.js';
import {isSelective, type RuleSet} from '../retention/rules.js';

/** What is typed or chosen on a line of the form. */
export type RuleField =
	| 'newest'
	| 'newestPer'
	| 'younger'
	| 'age'
	| 'pulls'
	| 'within'
	| 'keepTags'
	| 'neverTouch'
	| 'onlyTags'
	| 'untagged'
	| 'repositories'
	| 'unknownUses';

/** The fields in the order in which they stand. The last is not about one set of rules but about all of them. */
export const ruleFields: readonly RuleField[] = [
	'newest',
	'newestPer',
	'younger',
	'age',
	'pulls',
	'within',
	'keepTags',
	'neverTouch',
	'onlyTags',
	'untagged',
	'repositories',
	'unknownUses',
];

/** A set of rules as it is being typed; nothing of it is lost where a value is no good. */
export type RuleForm = Readonly<
	Record<Exclude<RuleField, 'unknownUses'>, string>
> & {
	/** The hosts that the set is for; empty where it is for all. */
	readonly registries: readonly string[];
};

/** What can be chosen on lines that nothing is typed into; the first holds where nothing was chosen. */
export const ruleChoices: Partial<
	Readonly<Record<RuleField, readonly [string, ...string[]]>>
> = {
	age: ['upload time', 'build time'],
	untagged: ['no', 'yes'],
	unknownUses: ['keeps everything', 'counts as unused'],
};

/** A form for these repositories of a registry on which nothing was typed yet. */
export const createForm = (
	registries: readonly string[],
	repositories: string,
): RuleForm => ({
	registries,
	newest: '',
	newestPer: '',
	younger: '',
	age: 'upload time',
	pulls: '',
	within: '',
	keepTags: '',
	neverTouch: '',
	onlyTags: '',
	untagged: 'no',
	repositories,
});

// A space parts one pattern from the next, and is never in a tag.
const spellPatterns = (patterns: readonly string[] = []): string =>
	patterns.map(pattern => pattern.replaceAll(' ', String.raw`\x20`)).join(' ');

/** A set as it stands on the form. */
export const spellForm = (set: RuleSet): RuleForm => ({
	registries: set.registries ?? [],
	newest: set.keepNewest === undefined ? '' : String(set.keepNewest),
	newestPer: spellPatterns(set.newestPer === undefined ? [] : [set.newestPer]),
	younger: set.keepYounger ? formatDuration(set.keepYounger) : '',
	age: set.age === 'created' ? 'build time' : 'upload time',
	pulls: set.minPulls ? String(set.minPulls.count) : '',
	within: set.minPulls ? formatDuration(set.minPulls.within) : '',
	keepTags: spellPatterns(set.keepTags),
	neverTouch: (set.neverTouch ?? []).join(' '),
	onlyTags: spellPatterns(set.onlyTags),
	untagged: set.onlyUntagged ? 'yes' : 'no',
	repositories: (set.repositories ?? ['*']).join(' '),
});

/** What a form comes to. */
export type ReadForm =
	/** Nothing on it says anything about what stays. */
	| {readonly kind: 'blank'}
	| {readonly kind: 'set'; readonly set: RuleSet}
	/** One sentence for each field whose value is none. */
	| {
			readonly kind: 'bad';
			readonly problems: ReadonlyMap<RuleField, string>;
	  };

type Problems = Map<RuleField, string>;

const split = (text: string): readonly string[] =>
	text.split(/\s+/).filter(part => part !== '');

const readCount = (
	form: RuleForm,
	field: 'newest' | 'pulls',
	problems: Problems,
): number | undefined => {
	const text = form[field].trim();
	const least = field === 'pulls' ? 1 : 0;
	if (text === '') {
		return undefined;
	}

	if (/^\d{1,9}$/.test(text) && Number(text) >= least) {
		return Number(text);
	}

	problems.set(field, `Write a whole number from ${least}, such as 10.`);
	return undefined;
};

const readDuration = (
	form: RuleForm,
	field: 'younger' | 'within',
	problems: Problems,
) => {
	const text = form[field].trim();
	const duration = parseDuration(text);
	if (text !== '' && !duration) {
		problems.set(field, `Write ${durationExamples}.`);
	}

	return duration;
};

const isPattern = (text: string): boolean => {
	try {
		return new RegExp(text) instanceof RegExp;
	} catch {
		return false;
	}
};

const readPatterns = (
	form: RuleForm,
	field: 'newestPer' | 'keepTags' | 'onlyTags',
	problems: Problems,
): readonly string[] | undefined => {
	const patterns = split(form[field]);
	const bad = patterns.find(pattern => !isPattern(pattern));
	if (bad !== undefined) {
		problems.set(field, `${bad} is no regular expression.`);
	}

	return patterns.length === 0 ? undefined : patterns;
};

const readMinPulls = (
	form: RuleForm,
	problems: Problems,
): RuleSet['minPulls'] => {
	const count = readCount(form, 'pulls', problems);
	const within = readDuration(form, 'within', problems);
	if (problems.has('pulls') || problems.has('within')) {
		return undefined;
	}

	if ((count === undefined) !== (within === undefined)) {
		problems.set(
			count === undefined ? 'pulls' : 'within',
			count === undefined
				? 'Write how many times, such as 1.'
				: 'Write within how long, such as 90d.',
		);
	}

	return count === undefined || within === undefined
		? undefined
		: {count, within};
};

const readPer = (form: RuleForm, problems: Problems): string | undefined => {
	const patterns = readPatterns(form, 'newestPer', problems);
	if (patterns && patterns.length > 1) {
		problems.set('newestPer', 'Write one pattern, without white space.');
	} else if (patterns && form.newest.trim() === '') {
		problems.set('newest', 'Write how many of each group stay.');
	}

	return patterns?.[0];
};

const readSet = (form: RuleForm, problems: Problems): RuleSet => {
	const {registries, repositories, neverTouch, age, untagged} = form;
	const places = split(repositories);
	if (places.length === 0) {
		problems.set('repositories', 'Write their names; * stands for anything.');
	}

	const keepNewest = readCount(form, 'newest', problems);
	const newestPer = readPer(form, problems);
	const keepYounger = readDuration(form, 'younger', problems);
	const minPulls = readMinPulls(form, problems);
	const keepTags = readPatterns(form, 'keepTags', problems);
	const onlyTags = readPatterns(form, 'onlyTags', problems);
	const kept = split(neverTouch);
	return {
		...(registries.length > 0 && {registries}),
		...(places.join(' ') !== '*' && {repositories: places}),
		...(keepNewest !== undefined && {keepNewest}),
		...(newestPer !== undefined && {newestPer}),
		...(keepYounger && {keepYounger}),
		...(age === 'build time' && {age: 'created'}),
		...(minPulls && {minPulls}),
		...(keepTags && {keepTags}),
		...(kept.length > 0 && {neverTouch: kept}),
		...(onlyTags && {onlyTags}),
		...(untagged === 'yes' && {onlyUntagged: true}),
	};
};

const isBlank = (form: RuleForm): boolean => {
	const {registries, repositories} = form;
	const blank = createForm(registries, repositories);
	return ruleFields.every(
		field =>
			field === 'unknownUses' || form[field].trim() === blank[field].trim(),
	);
};

/** What a form says, or one sentence for each value that is none. */
export const readForm = (form: RuleForm): ReadForm => {
	if (isBlank(form)) {
		return {kind: 'blank'};
	}

	const problems: Problems = new Map();
	const set = readSet(form, problems);
	if (problems.size === 0 && !isSelective(set)) {
		problems.set(
			'newest',
			'Say what stays, too: without that everything would go.',
		);
	}

	return problems.size > 0 ? {kind: 'bad', problems} : {kind: 'set', set};
};
