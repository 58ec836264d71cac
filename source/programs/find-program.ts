import {constants} from 'node:fs';
import {access} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import type {Environment} from './launch-program.js';

const isExecutable = async (file: string): Promise<boolean> => {
	try {
		await access(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
};

// How a program is called on the disk where its name does not say that it is one.
const endings = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];

/** Whether a program is on the `PATH`; it is not run. */
export const hasProgram = async (
	command: string,
	environment: Environment,
): Promise<boolean> => {
	const folders = (environment['PATH'] ?? '')
		.split(path.delimiter)
		.filter(folder => folder !== '');
	const found = await Promise.all(
		folders.flatMap(folder =>
			endings.map(async ending =>
				isExecutable(path.join(folder, `${command}${ending}`)),
			),
		),
	);
	return found.includes(true);
};
