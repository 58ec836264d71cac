import {existsSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {UserError} from '../user-error.js';
import {realFiles, writeWhole} from './durable-file.js';

/** The text of a file that the operator names; throws `UserError` with this exit code where it cannot be read. */
export const readNamedFile = async (
	file: string,
	exitCode: 2 | 3,
): Promise<string> => {
	try {
		return await readFile(file, 'utf8');
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? error.code : '';
		throw new UserError(
			`${file} cannot be read${code === 'ENOENT' ? ': there is no such file' : ` (${String(code)})`}.`,
			{remedy: 'Check its name and its rights.', exitCode},
		);
	}
};

/** Writes a text to a file that must not be there yet; throws `UserError` where it is, or cannot be written. */
export const writeNewFile = async (
	file: string,
	text: string,
): Promise<void> => {
	if (existsSync(file)) {
		throw new UserError(`There is a ${file} already; it was left as it is.`, {
			remedy: 'Choose another name.',
		});
	}

	await writeNamedFile(file, text);
};

/** Writes a text to a file that the operator names, the whole of it or nothing; throws `UserError` where it cannot be written. */
export const writeNamedFile = async (
	file: string,
	text: string,
): Promise<void> => {
	try {
		await writeWhole(
			path.resolve(file),
			{bytes: new TextEncoder().encode(text), algorithm: 'sha256'},
			realFiles,
		);
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? error.code : '';
		throw new UserError(`${file} cannot be written (${String(code)}).`, {
			remedy: 'Check the folder, its rights and the space on its disk.',
			exitCode: 2,
		});
	}
};
