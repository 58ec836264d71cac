import {closest} from 'fastest-levenshtein';
import {type ListView, sortWords} from '../plain/arrange-list.js';
import {parseFilter} from '../state/filter.js';
import {wrongUsage} from './wrong-usage.js';

/** What `--sort` and `--filter` say; throws `UserError`, exit code 2, where they mean nothing. */
export const readListView = (
	{
		command,
		sort,
		filter = '',
	}: {
		readonly command: string;
		readonly sort: string | undefined;
		readonly filter: string | undefined;
	},
	now: number,
): ListView => {
	if (command !== 'list' && (sort !== undefined || filter !== '')) {
		throw wrongUsage(
			'--sort and --filter are for list.',
			'Write for example: jetsam list 127.0.0.1:5000 --sort size --filter untagged',
		);
	}

	if (sort !== undefined && !sortWords.includes(sort)) {
		throw wrongUsage(
			`Nothing is sorted by "${sort}".`,
			`Did you mean --sort ${closest(sort, sortWords)}? The words are ${sortWords.join(', ')}.`,
		);
	}

	const {problem} = parseFilter(filter, now);
	if (problem !== undefined) {
		throw wrongUsage(
			`--filter: ${problem}`,
			"Write for example: --filter 'untagged >30d'",
		);
	}

	return {sort, filter};
};
