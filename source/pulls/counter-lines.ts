import {
	type CounterSample,
	readCounterDocument,
} from '../evidence/counter-sample.js';
import {isJsonObject, parseJson} from '../oci/json.js';

/** One line of what holds samples. */
export type CounterLine = {
	readonly file: string;
	/** From 1. */
	readonly line: number;
	readonly text: string;
};

/** What lines of samples hold. */
export type ReadCounterLines = {
	readonly samples: readonly CounterSample[];
	/** Documents that are none of Docker Hub's counters and no damage. */
	readonly others: number;
	readonly skipped: number;
	/** The first that could not be read, with its place; foreign. */
	readonly firstProblem: string | undefined;
};

/** Characters of a document that takes more than one line; a page of 10,000 hits has about a tenth of that. */
const longestDocument = 128 * 1024 * 1024;

/** A book of what was read so far. */
type Book = {
	readonly samples: CounterSample[];
	others: number;
	skipped: number;
	firstProblem: string | undefined;
};

const note = (book: Book, document: unknown, place: string): void => {
	const read = readCounterDocument(document);
	switch (read.kind) {
		case 'sample': {
			book.samples.push(read.sample);
			break;
		}

		case 'other': {
			book.others++;
			break;
		}

		case 'bad': {
			book.skipped++;
			book.firstProblem ??= `${place}: ${read.problem}`;
			break;
		}
	}
};

/**
The documents that a value holds: itself, the elements of an array, the hits of a `_search` answer, and what elasticdump wraps into `_source`.
*/
export const unwrapDocuments = (value: unknown): readonly unknown[] => {
	if (Array.isArray(value)) {
		return value.flatMap(element => unwrapDocuments(element));
	}

	if (!isJsonObject(value)) {
		return [value];
	}

	const {hits, _source: source} = value;
	if (isJsonObject(hits) && Array.isArray(hits['hits'])) {
		return unwrapDocuments(hits['hits']);
	}

	return source === undefined ? [value] : [source];
};

/** The value of a line: JSON, or a topic with JSON behind it, as `mosquitto_sub -v` prints it; `undefined` for neither. */
const parseLine = (text: string): unknown =>
	parseJson(text) ??
	parseJson(/^[^\s"{[]\S* (?<json>{.*)$/s.exec(text)?.groups?.['json'] ?? '');

const noteLine = (book: Book, {file, line, text}: CounterLine): void => {
	if (text.trim() === '') {
		return;
	}

	const value = parseLine(text.trim());
	if (value === undefined) {
		book.skipped++;
		book.firstProblem ??= `${file} line ${line}: It is no JSON.`;
		return;
	}

	for (const document of unwrapDocuments(value)) {
		note(book, document, `${file} line ${line}`);
	}
};

/** The lines of a file whose first one is no whole document, but may begin one; they are read together when the file has ended. */
const noteTogether = (book: Book, lines: readonly CounterLine[]): void => {
	const [first] = lines;
	if (first === undefined) {
		return;
	}

	const value =
		lines.length > 1
			? parseJson(lines.map(({text}) => text).join('\n'))
			: undefined;
	if (value === undefined) {
		for (const line of lines) {
			noteLine(book, line);
		}

		return;
	}

	for (const [index, document] of unwrapDocuments(value).entries()) {
		note(book, document, `${first.file} document ${index + 1}`);
	}
};

const mayBegin = ({line, text}: CounterLine): boolean =>
	line === 1 && /^\uFEFF?\s*[[{]/.test(text) && parseJson(text) === undefined;

/**
The samples in lines: JSON lines of documents, elasticdump's lines, `mosquitto_sub -v`, or one `_search` answer that takes a whole file.

What cannot be read is counted and stops nothing.
*/
export const readCounterLines = async (
	lines: AsyncIterable<CounterLine>,
): Promise<ReadCounterLines> => {
	const book: Book = {
		samples: [],
		others: 0,
		skipped: 0,
		firstProblem: undefined,
	};
	let together: CounterLine[] = [];
	let size = 0;
	const flush = (): void => {
		noteTogether(book, together);
		together = [];
		size = 0;
	};

	for await (const line of lines) {
		if (together.length > 0 && together[0]!.file !== line.file) {
			flush();
		}

		if (together.length > 0 || mayBegin(line)) {
			together.push(line);
			size += line.text.length;
			if (size > longestDocument) {
				flush();
			}
		} else {
			noteLine(book, line);
		}
	}

	flush();
	return book;
};
