import type {FileReading} from '../uses/file-reading.js';

/** A file and what it says. */
export type ReadFile = {
	/** From the folder, with slashes. */
	readonly path: string;
	readonly reading: FileReading;
};

/** How kustomizations change the images of a file. */
export type Overlays = {
	/** The file of a kustomization that finds an image by this name in a file; `undefined` where none does. */
	readonly findFinder: (path: string, name: string) => string | undefined;
	/** Whether every kustomization that a file is part of puts another image in the place of this name. */
	readonly isReplaced: (path: string, name: string) => boolean;
};

const folderOf = (path: string): string =>
	path.slice(0, Math.max(path.lastIndexOf('/'), 0));

/** A path that a file names, from the folder; `undefined` where it leads out of it. */
const resolve = (folder: string, name: string): string | undefined => {
	const segments: string[] = folder === '' ? [] : folder.split('/');
	for (const segment of name.split('/')) {
		if (segment === '..') {
			if (segments.pop() === undefined) {
				return undefined;
			}
		} else if (segment !== '.' && segment !== '') {
			segments.push(segment);
		}
	}

	return segments.join('/');
};

/** The folders above a file, the nearest first. */
const listFolders = (path: string): readonly string[] => {
	const folder = folderOf(path);
	return folder === '' ? [''] : [folder, ...listFolders(folder)];
};

/** Who names whom, by path. */
type Tree = {
	/** Names that each kustomization finds. */
	readonly findsOf: ReadonlyMap<string, ReadonlySet<string>>;
	/** The kustomizations that a file, or a kustomization, is part of. */
	readonly parentsOf: (path: string) => readonly string[];
};

const buildTree = (files: readonly ReadFile[]): Tree => {
	const named = new Map<string, string[]>();
	const findsOf = new Map<string, ReadonlySet<string>>();
	const folders = new Set<string>();
	for (const {path, reading} of files) {
		if (reading.overlay) {
			findsOf.set(path, new Set(reading.overlay.finds));
			folders.add(folderOf(path));
		}

		for (const resource of reading.overlay?.resources ?? []) {
			const target = resolve(folderOf(path), resource);
			if (target !== undefined) {
				named.set(target, [...(named.get(target) ?? []), path]);
			}
		}
	}

	return {
		findsOf,
		parentsOf(path) {
			// A folder is named for its kustomization, and one without any for all that is in it.
			const above = findsOf.has(path)
				? [folderOf(path)]
				: listFolders(path).filter(folder => !folders.has(folder));
			return [path, ...above].flatMap(name => named.get(name) ?? []);
		},
	};
};

/** Sees through which kustomizations the files of a folder go. */
export const findOverlays = (files: readonly ReadFile[]): Overlays => {
	const {findsOf, parentsOf} = buildTree(files);
	// What Flux applies is named by a path in a repository that nobody here knows.
	const everywhere = files.filter(({reading}) => reading.overlay?.isEverywhere);
	const isReplaced = (
		path: string,
		name: string,
		known: Map<string, boolean>,
	): boolean => {
		const answer = known.get(path);
		if (answer !== undefined) {
			return answer;
		}

		// What is part of itself is built by nobody.
		known.set(path, false);
		const above = parentsOf(path);
		const isSo =
			above.length > 0 &&
			above.every(
				parent =>
					(findsOf.get(parent)?.has(name) ?? false) ||
					isReplaced(parent, name, known),
			);
		known.set(path, isSo);
		return isSo;
	};

	return {
		findFinder(path, name) {
			const seen = new Set<string>();
			const waiting = [...parentsOf(path)];
			for (let next = waiting.pop(); next; next = waiting.pop()) {
				if (findsOf.get(next)?.has(name)) {
					return next;
				}

				if (!seen.has(next)) {
					seen.add(next);
					waiting.push(...parentsOf(next));
				}
			}

			return everywhere.find(
				({reading}) => reading.overlay?.finds.includes(name) ?? false,
			)?.path;
		},
		isReplaced: (path, name) => isReplaced(path, name, new Map()),
	};
};
