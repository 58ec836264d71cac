import {type FileHandle, mkdir, open} from 'node:fs/promises';
import path from 'node:path';
import {decodeText, isJsonObject, parseJson} from '../oci/json.js';
import {UserError} from '../user-error.js';
import type {Journal} from '../world.js';
import {takeLock} from './batch-lock.js';
import {realFiles, syncFolder} from './durable-file.js';

const explain = (error: unknown, file: string): UserError =>
	error instanceof UserError
		? error
		: new UserError(
				`The journal ${file} could not be written (${error instanceof Error && 'code' in error ? String(error.code) : String(error)}).`,
				{
					remedy:
						'Nothing is deleted without a journal: make room or choose another folder with --state.',
					cause: error,
				},
			);

/** Where the journals lie. */
export const journalFolder = (stateFolder: string): string =>
	path.join(stateFolder, 'journal');

/** Where the journal of a batch lies. */
export const journalFile = (stateFolder: string, batch: string): string =>
	path.join(journalFolder(stateFolder), `${batch}.jsonl`);

/** The lock of a batch: there as long as a program is at it. */
export const lockFile = (stateFolder: string, batch: string): string =>
	path.join(journalFolder(stateFolder), `${batch}.lock`);

/**
Begins the journal of a batch: one JSON object a line, `journal/BATCH.jsonl` under the state folder, readable by its owner only.

A line is on disk when `append` resolves. Throws `UserError`.
*/
export const openJournal = async (
	stateFolder: string,
	batch: string,
): Promise<Journal> => openLocked(stateFolder, batch, 'ax');

/** Goes on with the journal of an earlier batch. Throws `UserError`, with exit code 3 where another program is at it. */
export const reopenJournal = async (
	stateFolder: string,
	batch: string,
): Promise<Journal> => openLocked(stateFolder, batch, 'r+');

const openLocked = async (
	stateFolder: string,
	batch: string,
	flags: 'ax' | 'r+',
): Promise<Journal> => {
	const file = journalFile(stateFolder, batch);
	let handle: FileHandle | undefined;
	let giveBack: (() => Promise<void>) | undefined;
	try {
		await mkdir(journalFolder(stateFolder), {recursive: true, mode: 0o700});
		giveBack = await takeLock(lockFile(stateFolder, batch), batch);
		handle = await open(file, flags, 0o600);
		await syncFolder(journalFolder(stateFolder), realFiles);
		const end = flags === 'ax' ? 0 : await endLastLine(handle);
		return writeTo({handle, end, file, batch, giveBack});
	} catch (error) {
		await handle?.close();
		await giveBack?.();
		throw explain(error, file);
	}
};

const lineFeed = 10;

/** Where the next line begins. A last line that a crash cut off is cut away, so that the next one does not become part of it; one that lacks only its end gets it. */
const endLastLine = async (handle: FileHandle): Promise<number> => {
	const bytes = await handle.readFile();
	const end = bytes.lastIndexOf(lineFeed) + 1;
	if (end === bytes.length) {
		return end;
	}

	if (isJsonObject(parseJson(decodeText(bytes.subarray(end))))) {
		await handle.write('\n', bytes.length);
		await handle.sync();
		return bytes.length + 1;
	}

	await handle.truncate(end);
	await handle.sync();
	return end;
};

const writeTo = ({
	handle,
	end,
	file,
	batch,
	giveBack,
}: {
	handle: FileHandle;
	end: number;
	file: string;
	batch: string;
	giveBack: () => Promise<void>;
}): Journal => {
	let position = end;
	let gathered: string[] = [];
	const write = async (): Promise<void> => {
		const text = gathered.join('');
		gathered = [];
		if (text === '') {
			return;
		}

		try {
			const bytes = new TextEncoder().encode(text);
			let written = 0;
			while (written < bytes.length) {
				const {bytesWritten} = await handle.write(
					bytes,
					written,
					bytes.length - written,
					position + written,
				);
				written += bytesWritten;
			}

			position += written;
			await handle.datasync();
		} catch (error) {
			throw explain(error, file);
		}
	};

	let last = Promise.resolve();
	return {
		batch,
		path: file,
		// One after the other, and none after one that failed: it may have left half a line. What comes while one is being written goes together.
		async append(line) {
			gathered.push(`${JSON.stringify(line)}\n`);
			last = last.then(write);
			return last;
		},
		async close() {
			await handle.close();
			await giveBack();
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
