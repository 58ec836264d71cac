import {readdir, rm, stat} from 'node:fs/promises';
import path from 'node:path';

const day = 24 * 60 * 60 * 1000;

type FoundFile = {
	readonly file: string;
	readonly size: number;
	/** Milliseconds since 1970. */
	readonly usedAt: number;
};

const listFiles = async (folder: string): Promise<FoundFile[]> => {
	const names = await readdir(folder);
	const found = await Promise.all(
		names.map(async name => {
			const file = path.join(folder, name);
			// Another process may have taken it away meanwhile.
			const status = await stat(file).catch(() => undefined);
			return status && {file, size: status.size, usedAt: status.mtimeMs};
		}),
	);
	return found.filter(file => file !== undefined);
};

/** Bytes of all files in a folder. */
export const sumSizes = async (folder: string): Promise<number> => {
	let sum = 0;
	for (const {size} of await listFiles(folder)) {
		sum += size;
	}

	return sum;
};

/** Takes away the files of a folder, the one that was not used for the longest time first, until a fifth of the room is free, so that this is seldom done; resolves to what is left. */
export const makeRoom = async (
	folder: string,
	most: number,
	now: number,
): Promise<number> => {
	const files = await listFiles(folder);
	let left = 0;
	for (const {file, size, usedAt} of files.toSorted(byUse)) {
		// What another process is writing is left to it; what it left behind goes.
		const isUnderWay = file.endsWith('.new') && now - usedAt < day;
		if (isUnderWay || left + size <= most * 0.8) {
			left += size;
		} else {
			await rm(file, {force: true});
		}
	}

	return left;
};

/** The last used first. */
const byUse = (first: FoundFile, second: FoundFile): number =>
	second.usedAt - first.usedAt;
