import {isScalar, isSeq, type Node} from 'yaml';
import {durationExamples, parseDuration} from './duration.js';
import {isPattern, type RuleSet} from './rules.js';

/** A value of the file, and how to complain about it. */
export type Place = {
	readonly node: Node | undefined;
	/** `keepNewest of rule 2`. */
	readonly what: string;
	readonly fail: (allowed: string) => never;
};

/** Reads a value; complains where it is none. */
export type Reader<Value> = (place: Place) => Value;

const readScalar = ({node}: Place): unknown =>
	isScalar(node) ? node.value : undefined;

/** `true` or `false`. */
export const readBoolean: Reader<boolean> = place => {
	const value = readScalar(place);
	return typeof value === 'boolean' ? value : place.fail('true or false');
};

/** A whole number from `least` to `most`. */
export const readNumber =
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

/** A text that is not empty. */
export const readText: Reader<string> = place => {
	const value = readScalar(place);
	return typeof value === 'string' && value !== ''
		? value
		: place.fail('a text');
};

/** A text or a list of texts; a list either way. */
export const readTexts: Reader<readonly string[]> = place => {
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

/** `30d`. */
export const readDuration: Reader<
	NonNullable<RuleSet['keepYounger']>
> = place => {
	const value = readScalar(place);
	return (
		(typeof value === 'string' ? parseDuration(value) : undefined) ??
		place.fail(`a duration such as ${durationExamples}`)
	);
};

/** Which time counts. */
export const readAge: Reader<NonNullable<RuleSet['age']>> = place => {
	const value = readScalar(place);
	return value === 'created' || value === 'uploaded'
		? value
		: place.fail('created or uploaded');
};

/** Patterns, as `readTexts`; each can be built. */
export const readPatterns: Reader<readonly string[]> = place => {
	const patterns = readTexts(place);
	for (const pattern of patterns) {
		if (!isPattern(pattern)) {
			place.fail(`a regular expression as JavaScript takes it, not ${pattern}`);
		}
	}

	return patterns;
};

/** One pattern. */
export const readPattern: Reader<string> = place => {
	const pattern = readText(place);
	return isPattern(pattern)
		? pattern
		: place.fail(`a regular expression as JavaScript takes it, not ${pattern}`);
};
