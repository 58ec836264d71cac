import fs from 'node:fs';
import {readdir, stat} from 'node:fs/promises';
import path from 'node:path';
import {UserError} from '../../user-error.js';

/** Folders, and files in a folder, that are asked for at one time. */
const mostTogether = 16;

/** A file of a log, as it was found. */
export type FoundLog = {
	/** From the folder that was named, with slashes; for a single file its name. */
	readonly path: string;
	readonly file: string;
	/** Bytes. */
	readonly size: number;
	/** Milliseconds since 1970. */
	readonly modified: number;
};

/** What was found where the operator said. */
export type FoundLogs = {
	/** Sorted by path. */
	readonly files: readonly FoundLog[];
	/** Folders and files that could not be looked into, each with why in a word. */
	readonly refused: ReadonlyArray<{
		readonly path: string;
		readonly code: string;
	}>;
};

type Search = {
	readonly root: string;
	readonly signal: AbortSignal;
	readonly files: FoundLog[];
	readonly refused: Array<{path: string; code: string}>;
};

/** The code of an error of `node:fs`, `EACCES`. */
export const codeOf = (error: unknown): string =>
	error instanceof Error && 'code' in error ? String(error.code) : 'unknown';

const withSlashes = (name: string): string => name.replaceAll(path.sep, '/');

const addFile = async (
	{root, files, refused}: Search,
	name: string,
): Promise<void> => {
	const file = path.join(root, name);
	try {
		const {size, mtimeMs} = await stat(file);
		files.push({path: withSlashes(name), file, size, modified: mtimeMs});
	} catch (error) {
		refused.push({path: withSlashes(name), code: codeOf(error)});
	}
};

/** Does the same with everything, some at a time. */
const forEachTogether = async <T>(
	all: readonly T[],
	act: (each: T) => Promise<void>,
): Promise<void> => {
	for (let from = 0; from < all.length; from += mostTogether) {
		await Promise.all(
			all.slice(from, from + mostTogether).map(async each => act(each)),
		);
	}
};

/** Looks into one folder; resolves to the folders in it. */
const searchOne = async (
	search: Search,
	folder: string,
): Promise<readonly string[]> => {
	search.signal.throwIfAborted();
	const folders: string[] = [];
	try {
		const entries = await readdir(path.join(search.root, folder), {
			withFileTypes: true,
		});
		await forEachTogether(entries, async entry => {
			const name = path.join(folder, entry.name);
			if (entry.name.startsWith('.')) {
				// What an operating system or a tool keeps for itself.
			} else if (entry.isDirectory()) {
				folders.push(name);
			} else if (entry.isFile()) {
				await addFile(search, name);
			} else if (entry.isSymbolicLink()) {
				await addLink(search, name);
			}
		});
	} catch (error) {
		search.refused.push({
			path: withSlashes(folder) || '.',
			code: codeOf(error),
		});
	}

	return folders;
};

/** Goes through a folder by itself, because nothing in it may be passed over in silence. Links to files are followed, and those to folders are not. */
const searchFolder = async (search: Search): Promise<void> => {
	let folders: readonly string[] = [''];
	while (folders.length > 0) {
		const next: string[] = [];
		await forEachTogether(folders, async folder => {
			next.push(...(await searchOne(search, folder)));
		});
		folders = next;
	}
};

const addLink = async (search: Search, name: string): Promise<void> => {
	const found = await stat(path.join(search.root, name)).catch(() => undefined);
	if (found?.isFile()) {
		await addFile(search, name);
	} else if (found?.isDirectory()) {
		search.refused.push({path: withSlashes(name), code: 'a link to a folder'});
	}
};

const searchPattern = async (
	search: Search,
	pattern: string,
): Promise<void> => {
	const {glob} = await import('tinyglobby');
	const {refused, root, signal} = search;
	const names = await glob(pattern, {
		cwd: root,
		onlyFiles: true,
		expandDirectories: false,
		signal,
		fs: {
			...fs,
			// The package goes on in silence where a folder cannot be read.
			// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- it calls it in this one form
			readdir: ((
				folder: string,
				options: {withFileTypes: true},
				done: (
					error: NodeJS.ErrnoException | undefined,
					found: fs.Dirent[],
				) => void,
			) => {
				// eslint-disable-next-line n/prefer-promises/fs -- the package calls it so
				fs.readdir(folder, options, (error, found) => {
					if (error && error.code !== 'ENOENT') {
						const name = path.relative(root, folder);
						refused.push({path: withSlashes(name) || '.', code: codeOf(error)});
					}

					done(error ?? undefined, found);
				});
			}) as typeof fs.readdir,
		},
	});
	await forEachTogether(names, async name => addFile(search, name));
};

const compare = (one: {path: string}, other: {path: string}): number =>
	one.path < other.path ? -1 : one.path > other.path ? 1 : 0;

/**
The files that a folder, a glob or a file names, hidden ones left out. Throws `UserError` where there is nothing of that name.
@param where - As the operator wrote it, from the folder in which jetsam was started.
*/
export const findLogFiles = async (
	where: string,
	signal: AbortSignal,
): Promise<FoundLogs> => {
	const found = await stat(where).catch((error: unknown) => codeOf(error));
	const search: Search = {
		root: path.resolve(found === 'ENOENT' ? '.' : where),
		signal,
		files: [],
		refused: [],
	};
	if (typeof found !== 'string' && found.isDirectory()) {
		await searchFolder(search);
	} else if (typeof found === 'string') {
		const {isDynamicPattern} = await import('tinyglobby');
		if (!isDynamicPattern(where)) {
			throw new UserError(
				found === 'ENOENT'
					? `There is no file or folder "${where}".`
					: `"${where}" could not be read (${found}).`,
				{
					remedy:
						found === 'ENOENT'
							? 'Name the folder that holds the logs, a file, or a pattern in quotes.'
							: 'See that you may read it.',
				},
			);
		}

		await searchPattern(search, where);
	} else {
		const root = path.dirname(search.root);
		await addFile({...search, root}, path.basename(search.root));
	}

	return {
		files: search.files.toSorted(compare),
		refused: search.refused.toSorted(compare),
	};
};
