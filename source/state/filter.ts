import {parseAge, parseBytes} from '../text/quantities.js';

/** How often something was pulled, as far as that is known. */
export type PullCount = {
	readonly state: 'pulled' | 'unpulled' | 'unknown';
	/** How often in the window, at the least. */
	readonly least: number;
	/** At the most; `undefined` where that is not known. */
	readonly most: number | undefined;
	/** Milliseconds since 1970 of the last pull that is known. */
	readonly last: number | undefined;
};

/** What a filter can look at in a row, whatever the list. */
export type Filterable = {
	/** Lower-case texts that a plain word is looked for in. */
	readonly words: readonly string[];
	readonly tags: readonly string[];
	/** Bytes; `undefined` while unknown. */
	readonly size: number | undefined;
	/** Milliseconds since 1970; `undefined` where unknown. */
	readonly time: number | undefined;
	/** Absent where there is no source of pulls, or no word of the filter asks. */
	readonly pulls?: PullCount;
	/** Words that say what a row is, such as `untagged` or `index`. */
	readonly traits: ReadonlySet<string>;
};

/** A filter that was typed, ready to be applied. */
export type Filter = {
	readonly matches: (row: Filterable) => boolean;
	/** What is wrong with what was typed, in one sentence; the filter then ignores that word. */
	readonly problem: string | undefined;
};

type Test = (row: Filterable) => boolean;

/** The words that ask for a trait rather than for text. */
export const traitWords: ReadonlySet<string> = new Set([
	'untagged',
	'tagged',
	'index',
	'artifact',
	'marked',
	'unreadable',
	'child',
	'used',
	'unused',
	'unknown',
]);

const parseComparison = (word: string, now: number): Test | string => {
	const {field, sign, amount} =
		/^(?:(?<field>size|age):)?(?<sign>[<>])(?<amount>.+)$/.exec(word)?.groups ??
		{};
	const isMore = sign === '>';
	const bytes = field === 'age' ? undefined : parseBytes(amount ?? '');
	if (bytes !== undefined) {
		return ({size}) =>
			size !== undefined && (isMore ? size > bytes : size < bytes);
	}

	const age = field === 'size' ? undefined : parseAge(amount ?? '');
	return age === undefined
		? `"${word}" is no size such as >100MB and no age such as >30d.`
		: ({time}) =>
				time !== undefined && (isMore ? now - time > age : now - time < age);
};

/** The words that ask whether something was pulled. */
const pullWords: ReadonlyMap<string, PullCount['state']> = new Map([
	['pulled', 'pulled'],
	['unpulled', 'unpulled'],
	['pulls:unknown', 'unknown'],
]);

/** Whether a filter looks at pulls. */
export const asksForPulls = (text: string): boolean =>
	/(?:^|[\s!])(?:unpulled|pulls?|pulled)(?=[\s<>:]|$)/i.test(text);

/** `pulled`, `unpulled` and `pulls:unknown`; `pulls>10` counts, `pulled>30d` is about the last one. `undefined` where a word is none of these. */
const parsePulls = (word: string, now: number): Test | string | undefined => {
	const state = pullWords.get(word);
	if (state !== undefined) {
		return ({pulls}) => pulls?.state === state;
	}

	const {field, sign, amount} =
		/^(?<field>pulls|pulled)(?<sign>[<>])(?<amount>.*)$/.exec(word)?.groups ??
		{};
	if (amount === undefined) {
		return undefined;
	}

	return field === 'pulls'
		? parsePullCount(word, amount, sign === '>')
		: parsePullAge(word, amount, {isMore: sign === '>', now});
};

const parsePullCount = (
	word: string,
	amount: string,
	isMore: boolean,
): Test | string => {
	const count = Number(amount);
	return amount === '' || !Number.isInteger(count)
		? `"${word}" is no count of pulls such as pulls>10 or pulls<3.`
		: ({pulls}) =>
				isMore
					? (pulls?.least ?? 0) > count
					: (pulls?.most ?? Infinity) < count;
};

const parsePullAge = (
	word: string,
	amount: string,
	{isMore, now}: {isMore: boolean; now: number},
): Test | string => {
	const age = parseAge(amount);
	return age === undefined
		? `"${word}" is no age of a last pull such as pulled<30d or pulled>90d.`
		: ({pulls}) =>
				pulls?.last !== undefined &&
				(isMore ? now - pulls.last > age : now - pulls.last < age);
};

const parseTag = (pattern: string): Test | string => {
	if (!pattern.startsWith('~')) {
		return ({tags}) => tags.some(tag => tag.toLowerCase().includes(pattern));
	}

	try {
		const expression = new RegExp(pattern.slice(1), 'i');
		return ({tags}) => tags.some(tag => expression.test(tag));
	} catch {
		return `"${pattern.slice(1)}" is no regular expression.`;
	}
};

const parseWord = (word: string, now: number): Test | string => {
	if (traitWords.has(word)) {
		return ({traits}) => traits.has(word);
	}

	if (word.startsWith('tag:')) {
		return parseTag(word.slice('tag:'.length));
	}

	const pulls = parsePulls(word, now);
	if (pulls !== undefined) {
		return pulls;
	}

	return /^(?:size:|age:)?[<>]/.test(word)
		? parseComparison(word, now)
		: ({words}) => words.some(text => text.includes(word));
};

/**
The filter that a text spells. Its words must all hold; `!` before a word turns it round.

A word is looked for in names, tags, digests and platforms; `untagged`, `tagged`, `index`, `artifact`, `marked`, `unreadable`, `child`, `used`, `unused` and `unknown` say what a digest is; `tag:v1` and `tag:~^v\d` look at tags
only; `>100MB`, `<5kB`, `>30d` and `<2h` compare sizes and ages; `pulled`, `unpulled`, `pulls:unknown`, `pulls>10` and `pulled<30d` ask about pulls in the window and the last one. What is unknown matches no comparison.
@param now - Milliseconds since 1970, which ages are counted from.
*/
export const parseFilter = (text: string, now: number): Filter => {
	const tests: Test[] = [];
	let problem: string | undefined;
	for (const word of text.toLowerCase().split(/\s+/).filter(Boolean)) {
		const isTurned = word.length > 1 && word.startsWith('!');
		const test = parseWord(isTurned ? word.slice(1) : word, now);
		if (typeof test === 'string') {
			problem ??= test;
		} else {
			tests.push(isTurned ? row => !test(row) : test);
		}
	}

	return {matches: row => tests.every(test => test(row)), problem};
};
