import {open} from 'node:fs/promises';
import {parseWhere} from '../oci/reference.js';
import {UserError} from '../user-error.js';
import type {ReferenceLine} from '../world.js';

/** More than a million references; what is larger is no such file. */
const mostBytes = 256 * 1024 * 1024;

/**
The references in a file, one on each line, `HOST/REPOSITORY@DIGEST` or `HOST/REPOSITORY:TAG`. Empty lines and what follows a `#` count for nothing.

Throws `UserError` with exit code 2 where the file cannot be read.
*/
export const readReferences = async (
	file: string,
): Promise<readonly ReferenceLine[]> => {
	const text = await readText(file);
	return text
		.replace(/^\u{FEFF}/u, '')
		.split(/\r?\n/)
		.map((line, index) => ({
			number: index + 1,
			text: line.replace(/(?:^|\s)#.*$/, '').trim(),
		}))
		.filter(line => line.text !== '')
		.map(line => ({...line, where: parseWhere(line.text)}));
};

const readText = async (file: string): Promise<string> => {
	try {
		const handle = await open(file);
		try {
			const {size} = await handle.stat();
			if (size > mostBytes) {
				throw new UserError(`${file} is too large for a list of references.`, {
					remedy: 'Give a text file with one reference on each line.',
					exitCode: 2,
				});
			}

			return await handle.readFile('utf8');
		} finally {
			await handle.close();
		}
	} catch (error) {
		if (error instanceof UserError) {
			throw error;
		}

		const reason =
			error instanceof Error && 'code' in error
				? String(error.code)
				: String(error);
		throw new UserError(`${file} cannot be read (${reason}).`, {
			remedy: 'Give a text file with one reference on each line.',
			exitCode: 2,
		});
	}
};
