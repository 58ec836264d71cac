import {askProgram} from './ask-program.js';
import type {Environment} from './launch-program.js';

/** Milliseconds that git may take to look at a work tree. */
const longestWait = 20_000;

/**
How many files below a folder have changes that are not committed, those that git does not know counted; `undefined` where that is no work tree of git, or where git cannot tell.

The watcher that the repository's settings may name is not run for it. More than an answer can be is `Infinity`. Throws the signal's reason only.
*/
export const countUncommitted = async (
	folder: string,
	{
		environment,
		signal,
	}: {readonly environment: Environment; readonly signal: AbortSignal},
): Promise<number | undefined> => {
	const {end, output} = await askProgram({
		command: 'git',
		arguments: [
			'--no-optional-locks',
			'-c',
			'core.fsmonitor=false',
			'-C',
			folder,
			'status',
			'--porcelain',
			'-z',
			'--no-renames',
			'--ignore-submodules=all',
			'--',
			'.',
		],
		environment,
		timeout: longestWait,
		signal,
	});
	if (end.kind === 'stopped') {
		return Number.POSITIVE_INFINITY;
	}

	return end.kind === 'well'
		? output.split('\0').filter(entry => entry !== '').length
		: undefined;
};
