import {stat} from 'node:fs/promises';
import path from 'node:path';
import {UserError} from '../user-error.js';
import {readTextLines, type SampleLine} from './counter-samples.js';

/** The files that a place means: a file itself, what lies in a folder, or what a glob matches; in the order of their names. */
const findFiles = async (where: string): Promise<readonly string[]> => {
	const found = await stat(where).catch(() => undefined);
	if (found?.isFile()) {
		return [where];
	}

	const {glob} = await import('tinyglobby');
	const files = found?.isDirectory()
		? await glob('**/*', {cwd: where, absolute: true})
		: await glob(where, {absolute: true});
	return files.map(file => path.normalize(file)).toSorted();
};

/** The lines of all files of samples in a place. Throws `UserError` where there are none. */
export async function* readSampleFiles(
	where: string,
	signal: AbortSignal,
): AsyncGenerator<SampleLine, void, undefined> {
	const files = await findFiles(where);
	if (files.length === 0) {
		throw new UserError(`There are no files at ${where}.`, {
			remedy: 'Give a file, a folder or a glob in quotes.',
		});
	}

	for (const file of files) {
		for await (const line of readTextLines(file)) {
			signal.throwIfAborted();
			yield line;
		}
	}
}
