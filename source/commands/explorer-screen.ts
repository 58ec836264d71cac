import process from 'node:process';
import type {Store} from '../state/store.js';
import type {Drawing} from '../ui/start.js';
import type {Terminal} from '../ui/terminal.js';

/** What is drawn on the terminal. */
export type ExplorerScreen = {
	/** Takes it away for good. May be called more than once and in any state. */
	readonly end: () => void;
	/** Takes it away and stops the process until the shell continues it. */
	readonly suspend: () => void;
};

/** Milliseconds after which a process that still runs cannot have been stopped. */
const stopTakes = 100;

/**
What is drawn, until it ends; Ctrl-Z takes it away until the shell brings it back.
@param crash - Takes an error that ended the drawing.
*/
export const createScreen = (
	store: Store,
	{
		terminal,
		startDrawing,
		crash,
	}: {
		terminal: Terminal;
		startDrawing: (store: Store, crash: (error: unknown) => void) => Drawing;
		crash: (error: unknown) => void;
	},
): ExplorerScreen => {
	let drawing = startDrawing(store, crash);
	let hasEnded = false;
	let isTakenAway = false;
	const takeAway = (): void => {
		isTakenAway = true;
		try {
			drawing.end();
		} finally {
			terminal.restore();
		}
	};

	const end = (): void => {
		hasEnded = true;
		takeAway();
	};

	const bringBack = (): void => {
		if (hasEnded) {
			return;
		}

		// In the background this stops the process again, before anything is written over the shell.
		process.stdin.setRawMode(true);
		terminal.take();
		drawing = startDrawing(store, crash);
		isTakenAway = false;
		store.dispatch({kind: 'terminal-resized', ...terminal.size()});
	};

	terminal.onResize(() => {
		if (!isTakenAway) {
			drawing.repaint();
			store.dispatch({kind: 'terminal-resized', ...terminal.size()});
		}
	});

	// Before Ink's own, which would draw its last frame where the shell is by then.
	process.prependListener('exit', end);
	return {
		end,
		suspend() {
			takeAway();
			waitUntilContinued(bringBack);
			// The whole job, as the terminal itself would: npx waits for jetsam, and the shell for npx.
			process.kill(0, 'SIGTSTP');
		},
	};
};

/** Calls back once when the process is continued, or when it turns out that nobody stopped it: where no shell controls jobs, SIGTSTP does nothing. */
const waitUntilContinued = (callback: () => void): void => {
	// It also keeps the process, which has nothing else to wait for.
	const timer = setTimeout(() => {
		process.off('SIGCONT', go);
		callback();
	}, stopTakes);
	const go = (): void => {
		clearTimeout(timer);
		// A signal that came with it, as from `kill %1`, is heard first.
		setImmediate(callback);
	};

	process.once('SIGCONT', go);
};
