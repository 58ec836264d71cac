import process from 'node:process';
import {render} from 'ink';
import React from 'react';
import type {Store} from '../state/store.js';
import {App} from './app.js';
import {keepScrollback} from './keep-scrollback.js';

/**
Draws the store until it is told to end.
@param crash - Takes an error that was thrown while drawing, after which nothing is drawn any more.
*/
export const startDrawing = (
	store: Store,
	crash: (error: unknown) => void,
): {readonly end: () => void} => {
	const instance = render(<App store={store} />, {
		stdout: keepScrollback(process.stdout),
		// Ctrl-C is a key here: it may first have to let a step end.
		exitOnCtrlC: false,
		patchConsole: false,
		maxFps: 60,
	});
	instance.waitUntilExit().catch(crash);
	return {
		end() {
			instance.unmount();
		},
	};
};
