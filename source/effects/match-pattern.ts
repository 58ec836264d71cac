import {type Context, createContext, Script} from 'node:vm';
import type {MatchPattern} from '../retention/match-tags.js';
import {UserError} from '../user-error.js';

/** Milliseconds that a pattern may take for all tags of a repository. */
const longest = 1000;

const script = new Script(`{
	const expression = new RegExp(pattern);
	for (const text of texts) {
		const match = expression.exec(text);
		found.push(match === null ? undefined : (match[1] ?? ''));
	}
}`);

/** Where all patterns are tried; to make one costs more than most patterns. */
let place: Context | undefined;

/** Tries a pattern where it can be stopped: some take longer than the universe for one unlucky tag. Throws `UserError`, exit code 2. */
export const matchPattern: MatchPattern = (pattern, texts) => {
	if (texts.length === 0) {
		return [];
	}

	place ??= createContext({});
	const found: Array<string | undefined> = [];
	try {
		Object.assign(place, {pattern, texts, found});
		script.runInContext(place, {timeout: longest});
		return found;
	} catch (error) {
		if (
			error instanceof Error &&
			'code' in error &&
			error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
		) {
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
