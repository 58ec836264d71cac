import {closeSync, fchmodSync, fstatSync, openSync, writeSync} from 'node:fs';
import {isatty} from 'node:tty';
import {UserError} from '../user-error.js';

/** The file of `--debug`: one JSON object a line. */
export type DebugLog = {
	/** Whether what is written there is seen at once. */
	readonly isTerminal: boolean;
	/** Appends an entry under the present time. Never throws: a full disk ends the log, not the work. */
	readonly note: (entry: Readonly<Record<string, unknown>>) => void;
};

/**
Opens a file to append to, readable by its owner only. Throws `UserError` with exit code 2.
@param now - Milliseconds since 1970.
*/
export const openDebugLog = (file: string, now: () => number): DebugLog => {
	const handle = openToAppend(file);
	let isOpen = true;
	return {
		isTerminal: isatty(handle),
		note(entry) {
			if (!isOpen) {
				return;
			}

			try {
				// At once, so that what a crash leaves is whole.
				writeSync(
					handle,
					`${JSON.stringify({time: new Date(now()).toISOString(), ...entry})}\n`,
				);
			} catch {
				isOpen = false;
				closeSync(handle);
			}
		},
	};
};

const openToAppend = (file: string): number => {
	try {
		const handle = openSync(file, 'a', 0o600);
		if (fstatSync(handle).isFile()) {
			// It may have been there before, open to others.
			fchmodSync(handle, 0o600);
		}

		return handle;
	} catch (error) {
		const code =
			error instanceof Error && 'code' in error ? String(error.code) : '';
		throw new UserError(
			`The debug log ${file} cannot be written${code && ` (${code})`}.`,
			{remedy: 'Give --debug another file.', exitCode: 2, cause: error},
		);
	}
};
