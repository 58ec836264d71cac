import {Buffer} from 'node:buffer';
import {createHash, type Hash} from 'node:crypto';
import {
	type FileHandle,
	mkdir,
	open,
	rename,
	rm,
	utimes,
} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {isJsonObject, parseJson} from '../oci/json.js';
import type {AggregateCache, CountDraft} from '../caches.js';
import {makeRoom} from './cache-room.js';

const checksumSize = 32;
/** At the end of a file: the checksum of everything before it, which ends with the length of the summary. */
const tailSize = 4 + checksumSize;
const largestSummary = 256 * 1024 * 1024;
/** A multiple of 20, so that what callers get back is cut between their entries. */
const bytesTogether = 20 * 16 * 1024;

/** Bytes that all sources may take; above it the ones go that were not used for the longest time. */
export const mostPullBytes = 512 * 1024 * 1024;

async function* readBytes(
	handle: FileHandle,
	from: number,
	end: number,
): AsyncGenerator<Uint8Array, void, undefined> {
	for (let at = from; at < end;) {
		const length = Math.min(bytesTogether, end - at);
		const {bytesRead, buffer} = await handle.read(
			Buffer.allocUnsafe(length),
			0,
			length,
			at,
		);
		if (bytesRead !== length) {
			throw new Error('The file became shorter while it was read.');
		}

		at += length;
		yield buffer;
	}
}

/** What a file holds; `undefined` where it is not as it was written, or of another source. */
const readKept = async (
	handle: FileHandle,
	source: string,
): Promise<{summary: unknown; end: number} | undefined> => {
	const {size} = await handle.stat();
	if (size < tailSize) {
		return undefined;
	}

	const checksum = createHash('sha256');
	for await (const part of readBytes(handle, 0, size - checksumSize)) {
		checksum.update(part);
	}

	const tail = Buffer.alloc(tailSize);
	await handle.read(tail, 0, tailSize, size - tailSize);
	const length = tail.readUInt32LE(0);
	const end = size - tailSize - length;
	if (
		!checksum.digest().equals(tail.subarray(4)) ||
		length > largestSummary ||
		end < 0
	) {
		return undefined;
	}

	const text = Buffer.alloc(length);
	await handle.read(text, 0, length, end);
	const document = parseJson(text.toString());
	return isJsonObject(document) && document['source'] === source
		? {summary: document['summary'], end}
		: undefined;
};

/** A draft of which nothing is kept. */
const noDraft: CountDraft = {
	async append() {
		// Nothing is kept.
	},
	async finish() {
		// Nothing is kept.
	},
	async drop() {
		// Nothing is kept.
	},
};

type Writing = {
	readonly handle: FileHandle;
	readonly checksum: Hash;
	readonly temporary: string;
	readonly target: string;
};

const write = async (
	{handle, checksum}: Writing,
	bytes: Uint8Array,
): Promise<void> => {
	checksum.update(bytes);
	await handle.writeFile(bytes);
};

const finishWriting = async (
	writing: Writing,
	document: unknown,
): Promise<void> => {
	const text = Buffer.from(JSON.stringify(document));
	const length = Buffer.alloc(4);
	length.writeUInt32LE(text.length);
	await write(writing, text);
	await write(writing, length);
	await writing.handle.writeFile(writing.checksum.digest());
	await writing.handle.close();
	await rename(writing.temporary, writing.target);
};

const createDraft = (writing: Writing, source: string): CountDraft => {
	let isFailed = false;
	const drop = async (): Promise<void> => {
		isFailed = true;
		await writing.handle.close().catch(() => undefined);
		await rm(writing.temporary, {force: true}).catch(() => undefined);
	};

	const attempt = async (work: () => Promise<void>): Promise<void> => {
		try {
			await (isFailed || work());
		} catch {
			await drop();
		}
	};

	return {
		async append(bytes) {
			await attempt(async () => write(writing, bytes));
		},
		async finish(summary) {
			await attempt(async () => finishWriting(writing, {source, summary}));
		},
		drop,
	};
};

/**
What log files came to, on disk: one file for each source, readable by its owner only, `HASH.counts` in a folder.

It holds the bytes as they were appended, then the summary as JSON with the source that it is of, the length of that, and a SHA-256 checksum of it all, which is looked at before anything is believed. A file is written beside the old one and takes its
place. What is damaged is not there; all of it can be deleted at any time.
*/
export const createPullCache = (options: {
	readonly folder: string;
	/** Bytes that all files may take. */
	readonly most: number;
	/** Milliseconds since 1970. */
	readonly now: () => number;
}): AggregateCache => {
	const {folder, most, now} = options;
	let begun = 0;
	const nameOf = (source: string): string => {
		const name = createHash('sha256').update(source);
		return path.join(folder, `${name.digest('hex')}.counts`);
	};

	return {
		async read(source) {
			let handle: FileHandle | undefined;
			try {
				const name = nameOf(source);
				const opened = await open(name, 'r');
				handle = opened;
				const kept = await readKept(opened, source);
				if (kept) {
					const moment = new Date(now());
					await utimes(name, moment, moment);
					return {
						summary: kept.summary,
						bytes: (from, to) =>
							readBytes(opened, from, Math.min(to, kept.end)),
						async close() {
							await opened.close().catch(() => undefined);
						},
					};
				}
			} catch {
				// It is not there, or cannot be read.
			}

			await handle?.close().catch(() => undefined);
			return undefined;
		},
		async begin(source) {
			try {
				await mkdir(folder, {recursive: true, mode: 0o700});
				await makeRoom(folder, most, now());
				const target = nameOf(source);
				const temporary = `${target}.${process.pid}-${begun++}.new`;
				const handle = await open(temporary, 'w', 0o600);
				const checksum = createHash('sha256');
				return createDraft({handle, checksum, temporary, target}, source);
			} catch {
				return noDraft;
			}
		},
	};
};
