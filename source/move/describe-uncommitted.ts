import {formatCount} from '../text/quantities.js';

/** A sentence for each folder with changes that are not committed, which a look at the change afterwards would mix it with. */
export const describeUncommitted = (
	counts: Readonly<Record<string, number>>,
): readonly string[] =>
	Object.entries(counts)
		.filter(([, count]) => count > 0)
		.map(
			([folder, count]) =>
				`${folder} has ${Number.isFinite(count) ? formatCount(count, 'file') : 'many files'} with changes that are not committed; commit them first to tell them from these.`,
		);
