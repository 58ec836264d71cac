import type {ByteWindow} from './byte-window.js';
import {countLines, type PieceTaker} from './piece-taker.js';

const lineFeed = 0x0a;
/** A row of CSV that goes on for longer has a quote too many: its first line is bad, and the rest is read by itself. */
const longestRow = 256 * 1024;

/** Tells that some bytes more have been read; rejects where the reading is to end. */
export type TellProgress = () => Promise<void>;

/** What the loop over a file's lines remembers. */
type Lines = {
	/** Number of the line at the window's start, from 1. */
	line: number;
	/** Where the next line end is looked for, counted from the window's start. */
	searched: number;
	/** Whether the rest of this line is passed over, because it is too long. */
	isSkipping: boolean;
};

/** Takes all whole lines that are in the window. */
const takeWindow = (
	window: ByteWindow,
	{lines, taker, kind}: {lines: Lines; taker: PieceTaker; kind: 'line' | 'row'},
): void => {
	const bytes = window.bytes.subarray(0, window.end);
	let from = window.start + lines.searched;
	for (
		let end = bytes.indexOf(lineFeed, from);
		end !== -1;
		end = bytes.indexOf(lineFeed, from)
	) {
		const {start} = window;
		from = end + 1;
		const {line} = lines;
		if (lines.isSkipping) {
			lines.isSkipping = false;
		} else if (taker.takeBytes(bytes, start, end) === 'read') {
			// No object was made for it.
		} else if (taker.take({bytes, start, end, line}, kind) === 'more') {
			if (end - start < longestRow) {
				continue;
			}

			from = bytes.indexOf(lineFeed, start) + 1;
			taker.addProblem(line, 'A quote in it has no other.');
			window.start = from;
			lines.line++;
			continue;
		}

		window.start = from;
		lines.line += kind === 'row' ? countLines(bytes, start, from) : 1;
	}

	lines.searched = window.end - window.start;
};

/** Reads a file of lines, or of rows of CSV, to its end. Resolves to how it ended. */
export const readLines = async (
	window: ByteWindow,
	{
		taker,
		kind,
		line,
		progress,
	}: {
		readonly taker: PieceTaker;
		readonly kind: 'line' | 'row';
		/** Of the window's start. */
		readonly line: number;
		readonly progress: TellProgress;
	},
): Promise<'whole' | 'cut-off'> => {
	const lines: Lines = {line, searched: 0, isSkipping: false};
	for (;;) {
		takeWindow(window, {lines, taker, kind});
		await progress();
		const filled = await window.fill();
		if (filled === 'full') {
			if (!lines.isSkipping) {
				taker.addProblem(lines.line, 'It is longer than 16 MB.');
			}

			lines.isSkipping = true;
			window.start = window.end;
			lines.searched = 0;
		} else if (filled === 'ended') {
			const {start, end} = window;
			const bytes = window.bytes.subarray(0, end);
			const piece = {bytes, start, end, line: lines.line};
			const ending =
				end === start || lines.isSkipping
					? 'whole'
					: taker.takeLast(piece, kind);
			taker.finish(lines.line);
			return ending;
		}
	}
};
