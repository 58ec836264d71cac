import {mkdir, open, readFile, rename, rm} from 'node:fs/promises';
import path from 'node:path';
import {parseDigest} from '../oci/digest.js';
import {isJsonObject, parseJson} from '../oci/json.js';
import {isRepositoryName} from '../oci/reference.js';
import type {Mark} from '../world.js';

const readMark = (value: unknown): Mark[] => {
	if (!isJsonObject(value)) {
		return [];
	}

	const {registry, repository} = value;
	const digest = parseDigest(value['digest']);
	return typeof registry === 'string' && isRepositoryName(repository) && digest
		? [{registry, repository, digest}]
		: [];
};

/** The marks that an earlier run left in a file; none where there is no such file or nothing in it can be read. */
export const readMarks = async (file: string): Promise<readonly Mark[]> => {
	const text = await readFile(file, 'utf8').catch(() => '');
	const document = parseJson(text);
	const marks = isJsonObject(document) ? document['marks'] : undefined;
	return Array.isArray(marks) ? marks.flatMap(entry => readMark(entry)) : [];
};

const marksInPart = 2000;

/** Writes the marks through a temporary file, so that a crash leaves the old ones or the new ones; removes the file when there are none. */
export const writeMarks = async (
	file: string,
	marks: readonly Mark[],
): Promise<void> => {
	if (marks.length === 0) {
		await rm(file, {force: true});
		return;
	}

	await mkdir(path.dirname(file), {recursive: true, mode: 0o700});
	const temporary = `${file}.new`;
	const handle = await open(temporary, 'w', 0o600);
	try {
		// In parts, between which keys have their turn: 100,000 marks are 13 MB.
		await handle.writeFile('{"marks":[');
		for (let from = 0; from < marks.length; from += marksInPart) {
			const part = JSON.stringify(marks.slice(from, from + marksInPart));
			await handle.writeFile((from === 0 ? '' : ',') + part.slice(1, -1));
		}

		await handle.writeFile(']}\n');
		await handle.sync();
	} finally {
		await handle.close();
	}

	await rename(temporary, file);
};
