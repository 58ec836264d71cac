import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {mkdir, open, rename, rm, stat, utimes} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {pipeline} from 'node:stream';
import {createGunzip} from 'node:zlib';
import type {Content, ContentCache} from '../caches.js';
import {makeRoom, sumSizes} from './cache-room.js';
import {decodeContents, encodePart, type PackOwner} from './content-pack.js';

/** How much may lie on disk, in bytes. */
export type CacheLimits = {
	/** All packs together; above it the ones go that were not used for the longest time. */
	readonly total: number;
	/** One repository's pack; what does not fit is not kept. */
	readonly pack: number;
};

/** What the readme promises. */
export const usualLimits: CacheLimits = {
	total: 256 * 1024 * 1024,
	pack: 64 * 1024 * 1024,
};

/** Contents that are brought together in one part when a pack is written anew. */
const contentsTogether = 500;

type Changes = Parameters<ContentCache['write']>[2];

/**
Manifests and configs on disk: one pack for each repository of each host, `HASH.gz` in a folder, readable by its owner only.

A pack for each repository, because 36,000 files of their own took about four times as long to read as 200 packs of the same, and eleven times the room, and one file for all would have to be read and written as a whole. Nothing crosses from one
repository to another: that a digest is known in one says nothing on what another may be shown. A pack is written beside the old one and takes its place; a reader sees the one or the other.
What is damaged is dropped and read again from the registry. Whatever fails here, the operator is not told, because nothing but time is lost.
*/
export const createManifestCache = (options: {
	readonly folder: string;
	readonly limits: CacheLimits;
	/** Milliseconds since 1970. */
	readonly now: () => number;
}): ContentCache => {
	const {folder, limits, now} = options;
	const damaged = new Set<string>();
	const turns = new Map<string, Promise<void>>();
	let total: number | undefined;
	let isWritable = true;
	let made: Promise<unknown> | undefined;

	const fileOf = ({host, repository}: PackOwner): string => {
		const name = createHash('sha256').update(`${host}/${repository}`);
		return path.join(folder, `${name.digest('hex')}.gz`);
	};

	async function* read(
		owner: PackOwner,
	): AsyncGenerator<Content, void, undefined> {
		const file = fileOf(owner);
		try {
			const moment = new Date(now());
			await utimes(file, moment, moment);
		} catch {
			return;
		}

		const unpacked = createGunzip();
		// What goes wrong on the way comes out of the reader.
		pipeline(createReadStream(file), unpacked, () => undefined);
		try {
			yield* decodeContents(unpacked, owner);
		} catch {
			damaged.add(file);
		}
	}

	/** The pack that is to be, in pieces: the old one with a further part, or only what is to stay of it. */
	async function* build(
		owner: PackOwner,
		{contents, keep}: Changes,
	): AsyncGenerator<Uint8Array, void, undefined> {
		const file = fileOf(owner);
		if (keep !== undefined || damaged.has(file)) {
			for await (const kept of together(read(owner), keep)) {
				yield encodePart(owner, kept);
			}
		} else if ((await sizeOf(file)) > 0) {
			yield* createReadStream(file) as AsyncIterable<Uint8Array>;
		}

		if (contents.length > 0) {
			yield encodePart(owner, contents);
		}
	}

	const writePack = async (
		owner: PackOwner,
		changes: Changes,
	): Promise<void> => {
		const file = fileOf(owner);
		const temporary = `${file}.${process.pid}.new`;
		made ??= mkdir(folder, {recursive: true, mode: 0o700});
		await made;
		const before = await sizeOf(file);
		try {
			const size = await writeFile(temporary, build(owner, changes), limits);
			if (size !== undefined) {
				await rename(temporary, file);
				damaged.delete(file);
				total = (total ?? (await sumSizes(folder))) + size - before;
			}
		} finally {
			await rm(temporary, {force: true});
		}

		if (total !== undefined && total > limits.total) {
			total = await makeRoom(folder, limits.total, now());
		}
	};

	return {
		read: (host, repository) => read({host, repository}),
		async write(host, repository, changes) {
			const owner = {host, repository};
			const file = fileOf(owner);
			const turn = (turns.get(file) ?? Promise.resolve()).then(async () => {
				try {
					await (isWritable && writePack(owner, changes));
				} catch {
					isWritable = false;
				}
			});
			turns.set(file, turn);
			await turn;
		},
	};
};

const sizeOf = async (file: string): Promise<number> => {
	const found = await stat(file).catch(() => undefined);
	return found?.size ?? 0;
};

/** Contents a few at a time, those only that are to be kept. */
async function* together(
	contents: AsyncIterable<Content>,
	keep: Changes['keep'],
): AsyncGenerator<readonly Content[], void, undefined> {
	let some: Content[] = [];
	for await (const content of contents) {
		if (keep?.has(content.digest) ?? true) {
			some.push(content);
		}

		if (some.length >= contentsTogether) {
			yield some;
			some = [];
		}
	}

	yield some;
}

/** Writes a file for its owner only; resolves to its size, `undefined` where it would be larger than a pack may be. */
const writeFile = async (
	file: string,
	pieces: AsyncIterable<Uint8Array>,
	{pack}: CacheLimits,
): Promise<number | undefined> => {
	const handle = await open(file, 'w', 0o600);
	let size = 0;
	try {
		for await (const piece of pieces) {
			size += piece.length;
			if (size > pack) {
				return undefined;
			}

			await handle.writeFile(piece);
		}
	} finally {
		await handle.close();
	}

	return size;
};
