import type {
	FileReading,
	FileReference,
} from '../../source/uses/file-reading.js';

/** `line place text`, and with `~` before the text where the file does not hold it so. */
export const describeReference = ({
	line,
	place,
	text,
	isLiteral,
}: FileReference): string =>
	[line, place, isLiteral ? text : `~${text}`]
		.filter(part => part !== '')
		.join(' ');

/** References in the order of their lines, then problems. */
export const describeReading = ({
	references,
	problems,
}: FileReading): string[] => [
	...references
		.toSorted((one, other) => one.line - other.line)
		.map(reference => describeReference(reference)),
	...problems.map(
		({line, message, text}) =>
			`${line}: ${message}${text === undefined ? ' (any)' : ''}`,
	),
];

/** What stands in the file at the ranges of its literal references; it has to be the reference's own text. */
export const listSlices = (text: string, {references}: FileReading): string[] =>
	references
		.filter(({isLiteral, pieces}) => isLiteral && pieces.length === 1)
		.flatMap(({pieces}) =>
			pieces.map(({offset = 0, text: piece}) =>
				text.slice(offset, offset + piece.length),
			),
		);
