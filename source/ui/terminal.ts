import {Buffer} from 'node:buffer';
import process from 'node:process';

const enterAlternateScreen = '\u001B[?1049h\u001B[2J\u001B[H';
const leaveAlternateScreen = '\u001B[?1049l';
const hideCursor = '\u001B[?25l';
const showCursor = '\u001B[?25h';
const beginPasteMarks = '\u001B[?2004h';
const endPasteMarks = '\u001B[?2004l';

/**
What makes a terminal put a text on its clipboard, where it allows that (OSC 52).
@see https://invisible-island.net/xterm/ctlseqs/ctlseqs.html
*/
export const copySequence = (text: string): string =>
	`\u001B]52;c;${Buffer.from(text).toString('base64')}\u0007`;

/** The screen that the explorer draws on. */
export type Terminal = {
	readonly size: () => {readonly columns: number; readonly rows: number};
	/** Calls back after each resize, also one that was taken back before anybody saw it. */
	readonly onResize: (listener: () => void) => void;
	/** Takes the screen again after it was given back. */
	readonly take: () => void;
	/** Gives the screen back as it was. May be called more than once and in any state. */
	readonly restore: () => void;
};

/**
Takes the terminal: the alternate screen, a hidden cursor, marks around pastes. It is given back when the process ends, however it ends.
@param stdout - A terminal.
*/
export const takeTerminal = (stdout: NodeJS.WriteStream): Terminal => {
	let isTaken = false;
	const take = (): void => {
		isTaken = true;
		stdout.write(enterAlternateScreen + hideCursor + beginPasteMarks);
	};

	const restore = (): void => {
		if (isTaken) {
			isTaken = false;
			stdout.write(endPasteMarks + showCursor + leaveAlternateScreen);
		}
	};

	take();
	process.on('exit', restore);
	return {
		size: () => ({columns: stdout.columns || 80, rows: stdout.rows || 24}),
		onResize(listener) {
			process.on('SIGWINCH', listener);
		},
		take,
		restore,
	};
};

/**
Sets what Ink and its colours read from the environment when they are loaded, so it must be called before that: Ink draws nothing at all while `CI` is set, even on a real
terminal, and its colours do not know NO_COLOR.
@see https://no-color.org
*/
export const prepareEnvironment = (environment: NodeJS.ProcessEnv): void => {
	if (environment['CI'] !== undefined) {
		environment['CI'] = 'false';
	}

	if (environment['CONTINUOUS_INTEGRATION'] !== undefined) {
		environment['CONTINUOUS_INTEGRATION'] = 'false';
	}

	if (environment['NO_COLOR']) {
		environment['FORCE_COLOR'] = '0';
	}
};
