import type {AbsenceProof, TimeSpan} from '../../evidence/pull.js';
import type {ReadRecord} from '../pull-record.js';
import type {RecordSink} from './record-sink.js';

/** How a file is cut up into the pieces that a format reads. */
export type FileShape =
	/** Each line is a piece; empty ones are none. */
	| {readonly kind: 'lines'}
	/** Each element of a JSON array is a piece, however many lines it takes: the array is the whole file or, where `list` names it, that property of an object, `records` of `{"records": [`. */
	| {readonly kind: 'elements'; readonly list: string | undefined}
	/** The whole file is one piece; only for what is small. */
	| {readonly kind: 'whole'}
	/** Rows of CSV, which may hold line ends between quotes, below one that names the columns; `open` gets those names. Each row is a piece, as it is written. */
	| {readonly kind: 'rows'}
	/** It is something else that lies beside the logs, and is passed over. */
	| {readonly kind: 'left-out'};

/**
What a format made of a stretch of bytes: `read` all of it, `slow` nothing (the text goes to `read`), or `more` where it is no whole piece yet (of CSV, whose quotes may hold line ends).
*/
export type BytesOutcome = 'read' | 'slow' | 'more';

/** Reads the pieces of one file, in order. */
export type PieceReader = {
	/** One piece, without the end of its line. It never throws; what it cannot read is `bad`. None for what is to be passed over in silence. */
	readonly read: (piece: string) => readonly ReadRecord[];
	/** What was held back until the file ended. */
	readonly end?: () => readonly ReadRecord[];
	/**
	A faster way to read lines and rows that are written as usual: the bytes of `view` from `start` to `end`, without the end of the line. Whatever is unusual is left to `read`, and both must come to the same.
	*/
	readonly readBytes?: (
		view: DataView,
		start: number,
		end: number,
		sink: RecordSink,
	) => BytesOutcome;
};

/** One format of log files. */
export type LogFormat = {
	/** As in `--pulls KIND:WHERE`. */
	readonly kind: string;
	/** Raised when the same file would be read to something else; what was kept of files is dropped then. */
	readonly version: number;
	readonly proves: AbsenceProof;
	/** How a file is cut up, by its whole path, with slashes, and by its first characters (64 KiB at most; unpacked, without a byte order mark). Without it `guessShape` tells. */
	readonly shapeOf?: (path: string, head: string) => FileShape;
	/** Begins a file; what it remembers from one piece to the next ends with the file. The columns are those of a shape `rows`, else none. */
	readonly open: (
		path: string,
		columns: readonly string[],
	) => PieceReader | {readonly problem: string};
	/** Whether records with the same id have the same time, always; finding them again is quicker then. */
	readonly idsHoldTime?: true;
	/** The time that a file covers as its whole path says, milliseconds since 1970; `undefined` where it says none. Files that tell no time cover what the operator declares. */
	readonly spanOf?: (path: string) => TimeSpan | undefined;
};

/**
The usual shape of a file by how it begins: a JSON array is `elements`, an object that has one of `lists` for a property with an array is `elements` of that list, anything else is `lines`.
@param lists - Properties that hold the records of a whole document: `records`, `items`.
*/
export const guessShape = (
	head: string,
	lists: readonly string[],
): FileShape => {
	const start = head.trimStart();
	if (start.startsWith('[')) {
		return {kind: 'elements', list: undefined};
	}

	const list = start.startsWith('{') ? findList(start, lists) : undefined;
	return list === undefined ? {kind: 'lines'} : {kind: 'elements', list};
};

/** The first property at the top of an object that is one of `lists` and an array. */
const findList = (
	text: string,
	lists: readonly string[],
): string | undefined => {
	let depth = 0;
	for (const {0: token, groups} of text.matchAll(
		/"(?<string>(?:[^"\\]|\\.)*)"(?:\s*(?<colon>:)\s*(?<array>\[)?)?|[\[\]\{\}]/gv,
	)) {
		const {string, colon, array} = groups ?? {};
		if (string === undefined) {
			depth += token === '{' || token === '[' ? 1 : -1;
			if (depth === 0) {
				return undefined;
			}
		} else {
			if (colon && array && depth === 1 && lists.includes(string)) {
				return string;
			}

			depth += array ? 1 : 0;
		}
	}

	return undefined;
};
