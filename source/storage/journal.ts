import type {FileHandle} from 'node:fs/promises';
import path from 'node:path';
import {decodeText, isJsonObject, parseJson} from '../oci/json.js';
import {UserError} from '../user-error.js';
import type {Journal} from '../world.js';
import {takeLock} from './batch-lock.js';
import {
	describeWayOut,
	type DurableFiles,
	makeFolder,
	realFiles,
	syncFolder,
} from './durable-file.js';

const explain = (error: unknown, file: string): UserError =>
	error instanceof UserError
		? error
		: new UserError(
				`The journal ${file} could not be written (${error instanceof Error && 'code' in error ? String(error.code) : String(error)}).`,
				{
					remedy: `Nothing is deleted without a journal: ${describeWayOut(error)} or choose another folder with --state.`,
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
	files: DurableFiles = realFiles,
): Promise<Journal> => openLocked({stateFolder, batch, files}, 'ax');

/** Goes on with the journal of an earlier batch. Throws `UserError`, with exit code 3 where another program is at it. */
export const reopenJournal = async (
	stateFolder: string,
	batch: string,
	files: DurableFiles = realFiles,
): Promise<Journal> => openLocked({stateFolder, batch, files}, 'r+');

const openLocked = async (
	{
		stateFolder,
		batch,
		files,
	}: {stateFolder: string; batch: string; files: DurableFiles},
	flags: 'ax' | 'r+',
): Promise<Journal> => {
	const file = journalFile(stateFolder, batch);
	let handle: FileHandle | undefined;
	let giveBack: (() => Promise<void>) | undefined;
	// Whatever was to be durable is so before: a disk that fails now must not hide what was done, and a lock that stays is one whose program has ended.
	const close = async (): Promise<void> => {
		await handle?.close().catch(() => undefined);
		await giveBack?.().catch(() => undefined);
	};

	try {
		const folder = await makeFolder(stateFolder, ['journal'], files);
		giveBack = await takeLock(lockFile(stateFolder, batch), batch, files);
		handle = await files.open(file, flags, 0o600);
		await syncFolder(folder, files);
		const end = flags === 'ax' ? 0 : await endLastLine(handle);
		return writeTo({handle, end, file, batch, close});
	} catch (error) {
		await close();
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
	close,
}: {
	handle: FileHandle;
	end: number;
	file: string;
	batch: string;
	close: () => Promise<void>;
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
		close,
	};
};

/** The name of a batch that begins now, unique on this machine: `20261122-121004512-a1b2`. Names sort as the batches began, to the millisecond: what is undone without a name is the last one. */
export const nameBatch = (now: number, random: number): string => {
	const digits = new Date(now).toISOString().replaceAll(/\D/g, '');
	const suffix = Math.floor(random * 0x1_00_00)
		.toString(16)
		.padStart(4, '0');
	return `${digits.slice(0, 8)}-${digits.slice(8, 17)}-${suffix}`;
};
