import type {ReadRecord} from '../pull-record.js';
import type {RecordCounter} from './count-records.js';
import type {BytesOutcome, PieceReader} from './log-format.js';

/** What could not be read of a file. */
export type Problems = {
	count: number;
	first: {readonly line: number; readonly problem: string} | undefined;
};

/** Counts something that could not be read, and keeps the place of the first. */
export const addProblem = (
	problems: Problems,
	line: number,
	problem: string,
): void => {
	problems.count++;
	problems.first ??= {line, problem};
};

/** Stretch of bytes that is one piece, with the line on which it begins, from 1. */
export type Piece = {
	readonly bytes: Uint8Array;
	readonly start: number;
	readonly end: number;
	readonly line: number;
};

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;
const nulPattern = /^\0+|\0+$/g;

const hasEvenQuotes = ({bytes, start, end}: Piece): boolean => {
	let count = 0;
	for (let index = start; index < end; index++) {
		count += bytes[index] === quote ? 1 : 0;
	}

	return count % 2 === 0;
};

/**
Gives pieces of a file to its reader and counts what comes of them. What is bad is counted with the place of the first.
*/
export class PieceTaker {
	readonly problems: Problems;
	readonly #reader: PieceReader;
	readonly #readBytes: PieceReader['readBytes'];
	#view: DataView = new DataView(new ArrayBuffer(0));
	readonly #counter: RecordCounter;
	// A byte order mark that stands in a piece is a part of it.
	// eslint-disable-next-line @typescript-eslint/naming-convention -- it is the platform's
	readonly #decoder = new TextDecoder('utf-8', {ignoreBOM: true});

	constructor(
		reader: PieceReader,
		{counter, problems}: {counter: RecordCounter; problems: Problems},
	) {
		this.#reader = reader;
		this.#readBytes = reader.readBytes;
		this.#counter = counter;
		this.problems = problems;
	}

	/** Takes a line or a row in the quick way, where there is one. */
	takeBytes(bytes: Uint8Array, start: number, end: number): BytesOutcome {
		const last = bytes[end - 1] === carriageReturn ? end - 1 : end;
		if (last <= start) {
			return 'read';
		}

		if (
			this.#view.buffer !== bytes.buffer ||
			this.#view.byteOffset !== bytes.byteOffset
		) {
			// Of all that there is of it, whichever part this is.
			this.#view = new DataView(bytes.buffer, bytes.byteOffset);
		}

		return this.#readBytes?.(this.#view, start, last, this.#counter) ?? 'slow';
	}

	/** Takes one line or row; `more` where it is a row that goes on behind a line end. */
	take(piece: Piece, kind: 'line' | 'row'): 'taken' | 'more' {
		const {bytes, start, end} = piece;
		const outcome = this.takeBytes(bytes, start, end);
		if (outcome === 'read') {
			return 'taken';
		}

		if (kind === 'row' && (outcome === 'more' || !hasEvenQuotes(piece))) {
			return 'more';
		}

		const isReturned = bytes[end - 1] === carriageReturn;
		this.takeText({...piece, end: isReturned ? end - 1 : end});
		return 'taken';
	}

	/** Takes a piece by its text, without the quick way. */
	takeText({bytes, start, end, line}: Piece): void {
		const text = this.#decoder.decode(bytes.subarray(start, end));
		const whole = text.includes('\0') ? text.replaceAll(nulPattern, '') : text;
		if (whole.length < text.length) {
			this.addProblem(
				line,
				'It holds NUL bytes, as a file does whose writing broke off.',
			);
		}

		if (whole.trim() !== '') {
			this.#countAll(this.#reader.read(whole), line);
		}
	}

	/** Takes what is left when a file ends without a line end. Resolves to whether it was whole. */
	takeLast(piece: Piece, kind: 'line' | 'row'): 'whole' | 'cut-off' {
		const before = this.problems.count;
		const taken = this.take(piece, kind);
		if (taken === 'taken' && this.problems.count === before) {
			return 'whole';
		}

		if (taken === 'more') {
			this.addProblem(piece.line, '');
		}

		this.#rename(before, piece.line, 'It is cut off: the file ends in it.');
		return 'cut-off';
	}

	/** Takes what the reader held back. */
	finish(line: number): void {
		this.#countAll(this.#reader.end?.() ?? [], line);
	}

	addProblem(line: number, problem: string): void {
		addProblem(this.problems, line, problem);
	}

	#rename(before: number, line: number, problem: string): void {
		if (before === 0) {
			this.problems.first = {line, problem};
		}
	}

	#countAll(records: readonly ReadRecord[], line: number): void {
		for (const record of records) {
			if (record.kind === 'bad') {
				this.addProblem(line, record.problem);
			} else {
				this.#counter.addRecord(record);
			}
		}
	}
}

/** How many line ends a stretch has. */
export const countLines = (
	bytes: Uint8Array,
	start: number,
	end: number,
): number => {
	let count = 0;
	for (
		let index = bytes.indexOf(lineFeed, start);
		index !== -1 && index < end;
		index = bytes.indexOf(lineFeed, index + 1)
	) {
		count++;
	}

	return count;
};
