import type {FileHandle} from 'node:fs/promises';
import path from 'node:path';
import {
	type DurableFiles,
	realFiles,
} from '../../source/storage/durable-file.js';

/** A call of the storage, as a fault is told it. */
export type FileCall = {
	readonly operation:
		'mkdir' | 'open' | 'write' | 'sync' | 'rename' | 'link' | 'rm' | 'close';
	readonly file: string;
	/** Of the bytes of a write, and of those that a sync is about; empty otherwise. */
	readonly text: string;
};

/** The file system of this machine, and what of it would be there after a loss of power. */
export type FaultyFiles = {
	readonly files: DurableFiles;
	/** The text of a file that is durable together with its name and the names above it; `undefined` where there is none. */
	readonly readDurable: (file: string) => string | undefined;
};

/** A file as it is now, and as it would be after a loss of power. */
type Content = {written: string; durable: string};

const fail = (code: string, {operation, file}: FileCall): never => {
	throw Object.assign(new Error(`${code}: ${operation} '${file}'`), {code});
};

/**
The real file system with faults.
@param fault - The code of the error with which a call fails; `undefined` lets it through. A write that fails leaves half of its bytes behind.
*/
export const createFaultyFiles = (
	fault: (call: FileCall) => string | undefined,
): FaultyFiles => {
	const contents = new Map<string, Content>();
	/** Names that their folders have not been synced for. */
	const loose = new Set<string>();
	const meet = (call: FileCall): void => {
		const code = fault(call);
		if (code !== undefined) {
			fail(code, call);
		}
	};

	const watchHandle = (handle: FileHandle, file: string): FileHandle => {
		const content: Content = contents.get(file) ?? {written: '', durable: ''};
		let last = '';
		const sync = async (real: () => Promise<void>): Promise<void> => {
			meet({operation: 'sync', file, text: last});
			await real();
			content.durable = content.written;
			for (const name of loose) {
				if (path.dirname(name) === file) {
					loose.delete(name);
				}
			}
		};

		const realSync = handle.sync.bind(handle);
		const realDatasync = handle.datasync.bind(handle);
		const realClose = handle.close.bind(handle);
		// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- it is called as it is called without this
		const realWrite = handle.write.bind(handle) as (
			...call: readonly unknown[]
		) => Promise<{bytesWritten: number}>;
		const write = async (
			bytes: Uint8Array,
			position: number | undefined,
		): Promise<{bytesWritten: number}> => {
			last = new TextDecoder().decode(bytes);
			const call = {operation: 'write', file, text: last} as const;
			const code = fault(call);
			if (code !== undefined) {
				await realWrite(bytes, 0, Math.floor(bytes.length / 2), position);
				fail(code, call);
			}

			const written = await realWrite(bytes, 0, bytes.length, position);
			content.written += last;
			return written;
		};

		Object.assign(handle, {
			sync: async () => sync(realSync),
			datasync: async () => sync(realDatasync),
			write: async (
				bytes: Uint8Array,
				from: number,
				length: number,
				position: number,
			) => write(bytes.subarray(from, from + length), position),
			async writeFile(bytes: Uint8Array | string) {
				await write(
					typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes,
					undefined,
				);
			},
			async close() {
				await realClose();
				meet({operation: 'close', file, text: ''});
			},
		});
		contents.set(file, content);
		return handle;
	};

	const files = {
		async mkdir(folder: string, options: {recursive: true; mode: number}) {
			meet({operation: 'mkdir', file: folder, text: ''});
			const made = await realFiles.mkdir(folder, options);
			const top = made === undefined ? folder : path.dirname(made);
			for (let at = folder; at !== top; at = path.dirname(at)) {
				loose.add(at);
			}

			return made;
		},
		async open(file: string, flags: string, mode?: number) {
			meet({operation: 'open', file, text: ''});
			const handle = await realFiles.open(file, flags, mode);
			if (flags.includes('x')) {
				loose.add(file);
				contents.delete(file);
			}

			return watchHandle(handle, file);
		},
		async rename(from: string, to: string) {
			meet({operation: 'rename', file: to, text: ''});
			await realFiles.rename(from, to);
			contents.set(to, contents.get(from) ?? {written: '', durable: ''});
			loose.add(to);
		},
		async link(from: string, to: string) {
			meet({operation: 'link', file: to, text: ''});
			await realFiles.link(from, to);
		},
		async rm(file: string, options: {force: boolean}) {
			meet({operation: 'rm', file, text: ''});
			await realFiles.rm(file, options);
		},
		unlink: realFiles.unlink,
	};
	return {
		// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- it has what is called of it
		files: files as unknown as DurableFiles,
		readDurable(file) {
			for (let at = file; at !== path.dirname(at); at = path.dirname(at)) {
				if (loose.has(at)) {
					return undefined;
				}
			}

			return contents.get(file)?.durable;
		},
	};
};
