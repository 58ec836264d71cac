import {Buffer} from 'node:buffer';
import {createReadStream} from 'node:fs';
import {readdir, readFile, rm, stat, statfs} from 'node:fs/promises';
import path from 'node:path';
import {UserError} from '../user-error.js';
import type {BatchRecord, Batches} from '../batch.js';
import {isAbandoned} from './batch-lock.js';
import {type DurableFiles, realFiles} from './durable-file.js';
import {
	journalFile,
	journalFolder,
	lockFile,
	reopenJournal,
} from './journal.js';
import {readJournalText} from './read-journal.js';
import {createTrash, encodeName} from './trash.js';

/** A batch is named by the operator, and its name becomes a path. */
const isBatchName = (text: string): boolean =>
	/^[\da-z][\w-]{0,63}$/i.test(text);

const noSuchBatch = (batch: string): UserError =>
	new UserError(`There is no batch ${batch}.`, {
		remedy: 'jetsam batches lists those there are.',
		exitCode: 2,
	});

/** What earlier runs left under the state folder. */
export const openBatches = (
	stateFolder: string,
	files: DurableFiles = realFiles,
): Batches => {
	const listNames = async (ending: string): Promise<string[]> => {
		const names = await readdir(journalFolder(stateFolder)).catch(() => []);
		return names
			.filter(name => name.endsWith(ending))
			.map(name => name.slice(0, -ending.length))
			.filter(name => isBatchName(name))
			.toSorted()
			.toReversed();
	};

	const read = async (batch: string): Promise<BatchRecord> => {
		if (!isBatchName(batch)) {
			throw noSuchBatch(batch);
		}

		const file = journalFile(stateFolder, batch);
		return readJournalText(await readText(file, batch), {batch, path: file});
	};

	const trashFolder = (batch: string): string =>
		path.join(stateFolder, 'trash', encodeName(batch));

	return {
		async list() {
			const names = await listNames('.jsonl');
			const began = await Promise.all(
				names.map(async batch => hasLine(journalFile(stateFolder, batch))),
			);
			return names.filter((_, index) => began[index]);
		},
		read,
		async findUnended() {
			for (const batch of await listNames('.lock')) {
				if (await isAbandoned(lockFile(stateFolder, batch))) {
					const record = await read(batch).catch(() => undefined);
					if (record && record.endedAt === undefined) {
						return record;
					}
				}
			}

			return undefined;
		},
		async reopenJournal(batch) {
			await read(batch);
			return reopenJournal(stateFolder, batch, files);
		},
		openTrash: batch => createTrash(stateFolder, batch, files),
		measureTrash: async batch => measureFolder(trashFolder(batch)),
		async removeTrash(batch) {
			await read(batch);
			await rm(trashFolder(batch), {recursive: true, force: true});
		},
	};
};

/** Whether the first line of a journal is whole: a batch that ended before it deleted nothing, and is none. A file that cannot be read is named by whoever reads it. */
const hasLine = async (file: string): Promise<boolean> => {
	try {
		for await (const chunk of createReadStream(file)) {
			if (Buffer.isBuffer(chunk) && chunk.includes('\n')) {
				return true;
			}
		}

		return false;
	} catch {
		return true;
	}
};

const readText = async (file: string, batch: string): Promise<string> => {
	try {
		return await readFile(file, 'utf8');
	} catch (error) {
		const code =
			error instanceof Error && 'code' in error
				? String(error.code)
				: String(error);
		throw code === 'ENOENT'
			? noSuchBatch(batch)
			: new UserError(`The journal ${file} cannot be read (${code}).`, {
					remedy: 'Look at its permissions.',
					cause: error,
				});
	}
};

const measureFolder = async (folder: string): Promise<number> => {
	const names = await readdir(folder, {recursive: true}).catch(() => []);
	let sum = 0;
	for (const name of names) {
		const found = await stat(path.join(folder, name)).catch(() => undefined);
		sum += found?.isFile() ? found.size : 0;
	}

	return sum;
};

/** As the kernel numbers them; what lies in memory is gone when the machine stops. */
const memoryFileSystems: ReadonlySet<number> = new Set([
	0x01_02_19_94, 0x85_84_58_f6,
]);

/** One sentence where what is kept under the state folder may be gone soon, because the folder is a temporary one. */
export const warnOfTemporary = async (
	stateFolder: string,
	temporaryFolders: readonly string[],
): Promise<string | undefined> => {
	const isBelow = temporaryFolders.some(folder => {
		const way = path.relative(path.resolve(folder), path.resolve(stateFolder));
		return !way.startsWith('..') && !path.isAbsolute(way);
	});
	return isBelow || (await liesInMemory(path.resolve(stateFolder)))
		? 'The state folder is a temporary one: emptied, nothing can be undone (--state).'
		: undefined;
};

const liesInMemory = async (folder: string): Promise<boolean> => {
	for (let at = folder; ; at = path.dirname(at)) {
		const found = await statfs(at).catch(() => undefined);
		if (found) {
			return memoryFileSystems.has(found.type);
		}

		if (at === path.dirname(at)) {
			return false;
		}
	}
};
