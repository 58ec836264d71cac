import type {PullGap, TimeSpan} from '../../evidence/pull.js';
import {formatCount} from '../../text/quantities.js';
import type {FileSummary} from './file-summary.js';

/** Files whose bad lines are told one by one. */
const mostFiles = 20;

/** A file of a log that was read, as far as one registry goes. */
export type ReadFile = {
	readonly path: string;
	/** What it covers as its name says. */
	readonly span: TimeSpan | undefined;
	readonly summary: FileSummary;
};

/** The first problem of a file with its place, `logs/a.json:12: It is no JSON.` */
export const placeProblem = ({
	path,
	summary: {firstProblem},
}: ReadFile): string | undefined =>
	firstProblem
		? `${path}:${firstProblem.line}: ${firstProblem.problem}`
		: undefined;

const describeSkipped = (file: ReadFile): PullGap => ({
	name: `unreadable lines of ${file.path}`,
	message: `${formatCount(file.summary.skipped, 'record')} of ${file.path} could not be read; the first is ${placeProblem(file) ?? ''}`,
	span: file.span,
	canBeAccepted: true,
});

const describeCut = (file: ReadFile): PullGap => ({
	name: `rest of ${file.path}`,
	message: `${file.path} breaks off. Fetch it again.`,
	span: file.span,
	canBeAccepted: false,
});

/**
What is missing of files that were read: those that break off, and the lines that could not be read, because any of them may have been a pull.
@param files - Those that may be about the registry.
@param end - Files whose time begins here may break off: they are still written, and nothing behind their newest record is covered.
*/
export const listFileGaps = (
	files: readonly ReadFile[],
	end: number | undefined,
): readonly PullGap[] => {
	const isOpen = ({span}: ReadFile): boolean =>
		span !== undefined && span.from === end;
	const cut = files.filter(
		file => file.summary.ending === 'cut-off' && !isOpen(file),
	);
	// The last line of a file that is still written is no gap.
	const skipped = files.filter(
		file => file.summary.skipped > (file.summary.ending === 'cut-off' ? 1 : 0),
	);
	const lines = skipped.map(file => describeSkipped(file));
	const count = skipped.reduce((sum, file) => sum + file.summary.skipped, 0);
	return [
		...cut.map(file => describeCut(file)),
		...(lines.length > mostFiles
			? [
					{
						name: `${count} unreadable lines of ${lines.length} files`,
						message: `${formatCount(count, 'record')} of ${formatCount(lines.length, 'file')} could not be read; the first is ${skipped.map(file => placeProblem(file)).at(0) ?? ''}`,
						span: undefined,
						canBeAccepted: true,
					},
				]
			: lines),
	];
};

/** A file or folder that could not be read. */
export const describeRefused = (
	{path, code}: {readonly path: string; readonly code: string},
	span: TimeSpan | undefined,
): PullGap => ({
	name: `unread ${path}`,
	message: `${path} could not be read (${code}).`,
	span,
	canBeAccepted: false,
});
