import process from 'node:process';
import {render} from 'ink';
import React from 'react';
import type {Store} from '../state/store.js';
import {App} from './app.js';
import {paintFrames} from './paint-frames.js';

/** What is drawn. */
export type Drawing = {
	/** Draws the last frame once more: the terminal may have lost some of it. */
	readonly repaint: () => void;
	readonly end: () => void;
};

/**
Draws the store until it is told to end.
@param crash - Takes an error that was thrown while drawing, after which nothing is drawn any more.
*/
export const startDrawing = (
	store: Store,
	crash: (error: unknown) => void,
): Drawing => {
	const {stdout, repaint} = paintFrames(process.stdout);
	const instance = render(<App store={store} />, {
		stdout,
		// Ctrl-C is a key here: it may first have to let a step end.
		exitOnCtrlC: false,
		patchConsole: false,
		maxFps: 60,
	});
	instance.waitUntilExit().catch(crash);
	return {
		repaint,
		end() {
			instance.unmount();
		},
	};
};
