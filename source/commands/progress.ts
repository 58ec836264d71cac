import {drawProgress} from '../text/progress-bar.js';
import {makeSafe} from '../text/safe-text.js';
import type {Output} from './list.js';

/** How far a command is. It goes to the error stream, so that the result can be piped. */
export type Progress = {
	/** One more of them is done. */
	readonly advance: () => void;
	/** Tells something besides; foreign text is made safe. */
	readonly tell: (text: string) => void;
	/** Takes the bar away. Nothing is to follow. */
	readonly end: () => void;
};

const barCells = 24;
/** Lines that tell how far it is where no bar can be drawn, at most. */
const mostLines = 10;

/** To the first column of the line, and its rest away. */
const restartLine = '\r\u001B[K';

/**
Tells how far a command is: a bar in one line of a terminal, else a line at each tenth.
@param what - What is counted, such as `repositories read`.
*/
export const createProgress = (
	{printError, errorColumns}: Output,
	{total, what}: {readonly total: number; readonly what: string},
): Progress => {
	let done = 0;
	let drawn = '';
	const say = (): string =>
		`${done.toLocaleString('en')} of ${total.toLocaleString('en')} ${what}`;
	const draw = (): void => {
		const text = `${drawProgress({done, total}, barCells)} ${say()}`.slice(
			0,
			// A full line would go on in the next.
			Math.max(0, (errorColumns ?? 0) - 1),
		);
		if (errorColumns !== undefined && total > 0 && text !== drawn) {
			drawn = text;
			printError(`${restartLine}${text}`);
		}
	};

	const clear = (): void => {
		if (drawn !== '') {
			drawn = '';
			printError(restartLine);
		}
	};

	draw();
	return {
		advance() {
			const before = Math.floor((mostLines * done) / total);
			done++;
			const isNext = Math.floor((mostLines * done) / total) > before;
			// At the end the result says it.
			if (errorColumns === undefined && isNext && done < total) {
				printError(`${say()}\n`);
			}

			draw();
		},
		tell(text) {
			clear();
			printError(`${makeSafe(text)}\n`);
			draw();
		},
		end: clear,
	};
};
