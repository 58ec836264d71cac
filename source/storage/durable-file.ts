import {createHash, randomBytes} from 'node:crypto';
import fileSystem from 'node:fs/promises';
import path from 'node:path';

/** What is asked of the file system where something has to be durable: a port, so that a test can let a disk be full. */
export type DurableFiles = Pick<
	typeof fileSystem,
	'mkdir' | 'open' | 'rename' | 'rm' | 'link' | 'unlink'
>;

/** The file system of this machine. */
export const realFiles: DurableFiles = fileSystem;

/** Makes the names in a folder durable. */
export const syncFolder = async (
	folder: string,
	files: DurableFiles,
): Promise<void> => {
	const handle = await files.open(folder, 'r');
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
};

/** Makes a folder below `root`, readable by its owner only, and every name on the way to it durable: down from `root`, or from above it where that was not there either. */
export const makeFolder = async (
	root: string,
	names: readonly string[],
	files: DurableFiles,
): Promise<string> => {
	const top = path.resolve(root);
	const folder = path.join(top, ...names);
	const made = await files.mkdir(folder, {recursive: true, mode: 0o700});
	const end =
		made === undefined || made.length > top.length ? top : path.dirname(made);
	for (let above = folder; above !== end;) {
		above = path.dirname(above);
		await syncFolder(above, files);
	}

	return folder;
};

/** What an operator can do about a folder that cannot be written to, in the imperative. */
export const describeWayOut = (error: unknown): string => {
	const code = error instanceof Error && 'code' in error ? error.code : '';
	switch (code) {
		case 'EACCES':
		case 'EPERM': {
			return 'give yourself the right to write there';
		}

		case 'EROFS': {
			return 'mount it to be written';
		}

		case 'EIO': {
			return 'look at that disk';
		}

		default: {
			return 'make room';
		}
	}
};

/**
Writes a file through a temporary one beside it, so that a crash leaves the whole of it or nothing, readable by its owner only. Its name is durable when its folder is: the caller syncs it.

Returns the hash of what was written.
*/
export const writeWhole = async (
	file: string,
	content: {
		readonly bytes: Uint8Array | AsyncIterable<Uint8Array>;
		/** Of the hash. */
		readonly algorithm: string;
		/** Told the hash before the file takes its name; throws where it is wrong. */
		readonly check?: (hash: string) => void;
	},
	files: DurableFiles,
): Promise<void> => {
	const {bytes, algorithm, check} = content;
	const temporary = `${file}.${randomBytes(6).toString('hex')}.new`;
	try {
		const hash = createHash(algorithm);
		const handle = await files.open(temporary, 'wx', 0o600);
		try {
			for await (const piece of bytes instanceof Uint8Array ? [bytes] : bytes) {
				hash.update(piece);
				await handle.writeFile(piece);
			}

			await handle.sync();
		} finally {
			await handle.close();
		}

		check?.(hash.digest('hex'));
		await files.rename(temporary, file);
	} catch (error) {
		// What is left of it must not hide why.
		await files.rm(temporary, {force: true}).catch(() => undefined);
		throw error;
	}
};
