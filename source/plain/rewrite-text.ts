import {type ImageMap, formatName} from '../move/image-map.js';
import type {LeftAlone, Rewrite} from '../move/plan-rewrite.js';
import {createUnifiedDiff} from '../move/unified-diff.js';
import {formatCount} from '../text/quantities.js';
import {makeSafe} from '../text/safe-text.js';

/** What a diff calls a file, by its path as it is shown. */
type DiffNames = ReadonlyMap<string, string>;

/** Where something was left alone, and why. */
const describeLeft = ({path, line, message}: LeftAlone): string =>
	makeSafe(`${path}${line === undefined ? '' : `:${line}`}: ${message}`);

/** The change of all files as one unified diff, as it is: foreign. */
export const createRewriteDiff = (
	{files}: Rewrite,
	diffNames: DiffNames,
): string =>
	files
		.map(file => createUnifiedDiff(diffNames.get(file.path) ?? file.path, file))
		.join('');

/** A line for each reference that was written anew. */
export const listRewritten = ({files}: Rewrite): string =>
	files
		.flatMap(({path, references}) =>
			references.map(
				({line, from, to}) =>
					`${makeSafe(`${path}:${line}: ${from} → ${to}`)}\n`,
			),
		)
		.join('');

/** What came of it, in sentences: what was or would be changed, then what was left alone. */
export const summarizeRewrite = (
	{files, left}: Rewrite,
	isWritten: boolean,
): string => {
	const count = files.flatMap(({references}) => references).length;
	const changed =
		count === 0
			? 'No image that the files name has another place to go to.'
			: `${formatCount(count, 'reference')} in ${formatCount(files.length, 'file')} ${
					isWritten
						? `${count === 1 ? 'was' : 'were'} rewritten.`
						: 'would be rewritten; --write does it.'
				}`;
	return [
		changed,
		...(left.length === 0
			? []
			: [
					`${formatCount(left.length, 'place')} ${left.length === 1 ? 'was' : 'were'} left alone, to be looked at by hand:`,
					...left.map(entry => `  ${describeLeft(entry)}`),
				]),
		'',
	].join('\n');
};

/** A rewrite as a JSON document. */
export const describeRewrite = (
	rewrite: Rewrite,
	{
		map,
		now,
		isWritten,
		uncommitted,
		diffNames,
	}: {
		readonly map: ImageMap;
		/** Milliseconds since 1970. */
		readonly now: number;
		readonly isWritten: boolean;
		/** Files with changes that are not committed, those without an answer left out. */
		readonly uncommitted: Readonly<Record<string, number>>;
		readonly diffNames: DiffNames;
	},
) => ({
	schemaVersion: 1,
	time: new Date(now).toISOString(),
	written: isWritten,
	uncommitted,
	map: Object.fromEntries(
		map.entries.map(({from, to}) => [formatName(from), formatName(to)]),
	),
	files: rewrite.files.map(file => ({
		path: file.path,
		references: file.references,
		diff: createUnifiedDiff(diffNames.get(file.path) ?? file.path, file),
	})),
	left: rewrite.left.map(({path, line, message}) => ({
		path,
		line: line ?? null,
		message,
	})),
});
