import type {Dirent} from 'node:fs';
import {readdir, realpath, stat} from 'node:fs/promises';
import path from 'node:path';

/** How a file is read. */
export type FileKind = 'dockerfile' | 'yaml' | 'json';

/** A file that may name images. */
export type FoundFile = {
	/** From the folder, with slashes. */
	readonly path: string;
	readonly kind: FileKind;
};

/** Something that may hold references and was not looked at. */
export type SkippedPath = {
	/** From the folder, with slashes. */
	readonly path: string;
	/** A few words that go on after the path, without a full stop. */
	readonly message: string;
};

const leftOut = new Set(['.git', 'node_modules']);

/** How a file is read, by its name; `undefined` for one that names no images. */
export const findFileKind = (name: string): FileKind | undefined => {
	if (
		/^(?:docker|container)file(?:\..+)?$|\.(?:docker|container)file$/i.test(
			name,
		)
	) {
		return name.toLowerCase().endsWith('.dockerignore')
			? undefined
			: 'dockerfile';
	}

	if (/\.ya?ml$/i.test(name) || name === 'Kustomization') {
		return 'yaml';
	}

	return /\.json$/i.test(name) ? 'json' : undefined;
};

type Listing = {files: FoundFile[]; skipped: SkippedPath[]};

/** Whether a link leads out of the folder, to something that would be read in it. What it leads to inside is read anyway. */
const leadsOut = async (
	root: string,
	link: string,
	kind: FileKind | undefined,
): Promise<boolean> => {
	try {
		const target = await realpath(path.join(root, link));
		if (target === root || target.startsWith(root + path.sep)) {
			return false;
		}

		const found = await stat(target);
		return kind !== undefined || found.isDirectory();
	} catch {
		// It leads to nothing.
		return false;
	}
};

const compare = (one: {path: string}, other: {path: string}): number =>
	one.path < other.path ? -1 : one.path > other.path ? 1 : 0;

/**
All files below a folder that may name images, sorted, without `.git` and `node_modules`. Links are not followed.
@param root - The folder's real path.
*/
export const listFiles = async (
	root: string,
	signal: AbortSignal,
): Promise<{
	readonly files: readonly FoundFile[];
	readonly skipped: readonly SkippedPath[];
}> => {
	const listing: Listing = {files: [], skipped: []};
	const waiting = [''];
	for (
		let folder = waiting.pop();
		folder !== undefined;
		folder = waiting.pop()
	) {
		signal.throwIfAborted();
		for (const entry of await readFolder(root, folder, listing)) {
			const found = folder === '' ? entry.name : `${folder}/${entry.name}`;
			if (entry.isDirectory()) {
				if (!leftOut.has(entry.name)) {
					waiting.push(found);
				}
			} else {
				await addEntry(root, {entry, found}, listing);
			}
		}
	}

	return {
		files: listing.files.toSorted(compare),
		skipped: listing.skipped.toSorted(compare),
	};
};

const readFolder = async (
	root: string,
	folder: string,
	{skipped}: Listing,
): Promise<readonly Dirent[]> => {
	try {
		return await readdir(path.join(root, folder), {withFileTypes: true});
	} catch (error) {
		const code =
			error instanceof Error && 'code' in error
				? String(error.code)
				: 'unknown';
		skipped.push({
			path: folder === '' ? '.' : folder,
			message: `the folder could not be read (${code})`,
		});
		return [];
	}
};

const addEntry = async (
	root: string,
	{entry, found}: {entry: Dirent; found: string},
	{files, skipped}: Listing,
): Promise<void> => {
	const kind = findFileKind(entry.name);
	if (entry.isSymbolicLink()) {
		if (await leadsOut(root, found, kind)) {
			skipped.push({
				path: found,
				message: 'the link leads out of the folder and was not followed',
			});
		}
	} else if (entry.isFile() && kind !== undefined) {
		files.push({path: found, kind});
	}
};
