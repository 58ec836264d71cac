import type {ByteWindow} from './byte-window.js';
import type {RecordCounter} from './count-records.js';
import {splitCsvRow} from './csv-row.js';
import type {FileSummary} from './file-summary.js';
import {guessShape, type LogFormat, type PieceReader} from './log-format.js';
import {type ByteSource, DamagedPackingError} from './open-bytes.js';
import {addProblem, PieceTaker, type Problems} from './piece-taker.js';
import {readElements} from './read-elements.js';
import {readLines, type TellProgress} from './read-lines.js';
import type {RecordEntries} from './record-entries.js';

const headSize = 64 * 1024;
const lineFeed = 0x0a;

type Reading = {
	readonly window: ByteWindow;
	readonly path: string;
	readonly format: LogFormat;
	readonly counter: RecordCounter;
	readonly problems: Problems;
	readonly progress: TellProgress;
};

type Ending = FileSummary['ending'] | 'left-out';

/** Reads until there is a head to tell the shape by, and takes the byte order mark off. */
const readHead = async (window: ByteWindow): Promise<string> => {
	while (window.end < headSize && (await window.fill()) === 'more') {
		// Until there is enough of it, or no more.
	}

	const head = window.bytes.toString('utf8', 0, Math.min(window.end, headSize));
	if (head.startsWith('\uFEFF')) {
		window.start = 3;
		return head.slice(1);
	}

	return head;
};

/** Takes the first row off and resolves to the names in it. */
const readColumns = async (window: ByteWindow): Promise<readonly string[]> => {
	const bytes = window.bytes.subarray(0, window.end);
	const found = bytes.indexOf(lineFeed, window.start);
	const end = found === -1 ? window.end : found;
	const row = bytes.toString('utf8', window.start, end).trimEnd();
	window.start = found === -1 ? end : end + 1;
	return splitCsvRow(row) ?? [];
};

const readWhole = async (
	{window, progress}: Reading,
	taker: PieceTaker,
): Promise<FileSummary['ending']> => {
	let filled = await window.fill();
	while (filled === 'more') {
		await progress();
		filled = await window.fill();
	}

	const {bytes, start, end} = window;
	if (filled === 'full') {
		taker.addProblem(1, 'The file is longer than 16 MB.');
	} else {
		taker.takeText({bytes, start, end, line: 1});
	}

	taker.finish(1);
	return filled === 'full' ? 'cut-off' : 'whole';
};

const readPieces = async (reading: Reading): Promise<Ending> => {
	const {window, path, format, problems, progress} = reading;
	const head = await readHead(window);
	const shape = format.shapeOf?.(path, head) ?? guessShape(head, []);
	if (shape.kind === 'left-out' || window.end === window.start) {
		return 'left-out';
	}

	const columns = shape.kind === 'rows' ? await readColumns(window) : [];
	const reader: PieceReader | {problem: string} = format.open(path, columns);
	if ('problem' in reader) {
		addProblem(problems, 1, reader.problem);
		return 'whole';
	}

	const taker = new PieceTaker(reader, reading);
	switch (shape.kind) {
		case 'lines': {
			return readLines(window, {taker, kind: 'line', line: 1, progress});
		}

		case 'rows': {
			return readLines(window, {taker, kind: 'row', line: 2, progress});
		}

		case 'elements': {
			const {list} = shape;
			return readElements(window, {taker, list, line: 1, progress});
		}

		case 'whole': {
			return readWhole(reading, taker);
		}
	}
};

const readAsFarAsWhole = async (reading: Reading): Promise<Ending> => {
	try {
		return await readPieces(reading);
	} catch (error) {
		if (!(error instanceof DamagedPackingError)) {
			throw error;
		}

		addProblem(
			reading.problems,
			1,
			'The gzip file is damaged or cut off; what stands before that was read.',
		);
		return 'cut-off';
	}
};

/**
Reads one file of a log in constant memory and counts its records. Rejects as `node:fs` does where it cannot be read.
@param options.path - The whole path, with slashes.
@param options.entries - Gets the records as well, to be kept.
*/
export const readLogFile = async (
	source: ByteSource,
	{
		entries,
		...options
	}: Omit<Reading, 'problems'> & {
		readonly entries: RecordEntries | undefined;
	},
): Promise<FileSummary> => {
	const {counter, window} = options;
	counter.begin(entries);
	window.open(source);
	const problems: Problems = {count: 0, first: undefined};
	const ending = await readAsFarAsWhole({...options, problems});
	entries?.flush();
	return {
		hosts: counter.listHosts(),
		skipped: problems.count,
		firstProblem: problems.first,
		ending: ending === 'left-out' ? 'whole' : ending,
	};
};
