import {type Context, createContext, Script} from 'node:vm';
import type {MatchPattern} from '../retention/match-tags.js';
import {UserError} from '../user-error.js';

/** Milliseconds that a pattern may take for all tags of a repository. */
const longest = 1000;
/** Milliseconds that it may take for some of them where keys wait meanwhile. */
const longestBetweenKeys = 150;

// What the place holds is looked at once, for each look from inside costs more than to try a pattern. Where a pattern has no group, nothing is asked of one.
const script = new Script(`((expression, list, into) => {
	const hasGroup = new RegExp(expression.source + '|').exec('').length > 1;
	for (let index = 0; index < list.length; index++) {
		if (!hasGroup) {
			into.push(expression.test(list[index]) ? '' : undefined);
			continue;
		}

		const match = expression.exec(list[index]);
		into.push(match === null ? undefined : (match[1] ?? ''));
	}
})(new RegExp(pattern), texts, found)`);

/** Whether a pattern was stopped. The error comes from another realm, whose errors are no instances of ours. */
const isStopped = (error: unknown): boolean =>
	typeof error === 'object' &&
	error !== null &&
	'code' in error &&
	error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';

/** Where all patterns are tried; to make one costs more than most patterns. */
let place: Context | undefined;

/** Tries a pattern where it can be stopped: some take longer than the universe for one unlucky tag. Throws `UserError`, exit code 2. */
export const matchPattern: MatchPattern = (pattern, texts) =>
	matchWithin(longest, pattern, texts);

/** The same, stopped after so short a time that nobody notices; for few texts at a time. */
export const matchShortly: MatchPattern = (pattern, texts) =>
	matchWithin(longestBetweenKeys, pattern, texts);

const matchWithin = (
	most: number,
	...[pattern, texts]: Parameters<MatchPattern>
): ReturnType<MatchPattern> => {
	if (texts.length === 0) {
		return [];
	}

	place ??= createContext({});
	const found: Array<string | undefined> = [];
	try {
		Object.assign(place, {pattern, texts, found});
		script.runInContext(place, {timeout: most});
		return found;
	} catch (error) {
		if (isStopped(error)) {
			throw new UserError(
				`The pattern ${pattern} takes over a second on the tags of one repository, so it was stopped.`,
				{
					remedy:
						'Write it without a repetition inside a repetition, such as (a+)+.',
					exitCode: 2,
				},
			);
		}

		throw error;
	} finally {
		Object.assign(place, {texts: undefined, found: undefined});
	}
};
