import {type FileHandle, mkdir, open} from 'node:fs/promises';
import path from 'node:path';
import {UserError} from '../user-error.js';
import type {Journal, JournalLine} from '../world.js';

const explain = (error: unknown, file: string): UserError =>
	new UserError(
		`The journal ${file} could not be written (${error instanceof Error && 'code' in error ? String(error.code) : String(error)}).`,
		{
			remedy:
				'Nothing is deleted without a journal: make room or choose another folder with --state.',
			cause: error,
		},
	);

// A new file's name is durable only when its folder is.
const syncFolder = async (folder: string): Promise<void> => {
	const handle = await open(folder, 'r');
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
};

/**
Begins the journal of a batch: one JSON object a line, `journal/BATCH.jsonl` under the state folder, readable by its owner only.

A line is on disk when `append` resolves. Throws `UserError`.
*/
export const openJournal = async (
	stateFolder: string,
	batch: string,
): Promise<Journal> => {
	const folder = path.join(stateFolder, 'journal');
	const file = path.join(folder, `${batch}.jsonl`);
	let handle: FileHandle;
	try {
		await mkdir(folder, {recursive: true, mode: 0o700});
		handle = await open(file, 'ax', 0o600);
		await syncFolder(folder);
	} catch (error) {
		throw explain(error, file);
	}

	const write = async (line: JournalLine): Promise<void> => {
		try {
			await handle.appendFile(`${JSON.stringify(line)}\n`);
			await handle.datasync();
		} catch (error) {
			throw explain(error, file);
		}
	};

	let last = Promise.resolve();
	return {
		path: file,
		// One after the other, and none after one that failed: it may have left half a line.
		async append(line) {
			last = last.then(async () => write(line));
			return last;
		},
		async close() {
			await handle.close();
		},
	};
};

/** The name of a batch that begins now, unique on this machine: `20261122-121004-a1b2`. */
export const nameBatch = (now: number, random: number): string => {
	const digits = new Date(now).toISOString().replaceAll(/\D/g, '');
	const suffix = Math.floor(random * 0x1_00_00)
		.toString(16)
		.padStart(4, '0');
	return `${digits.slice(0, 8)}-${digits.slice(8, 14)}-${suffix}`;
};
