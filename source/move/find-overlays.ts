import type {FileReading} from '../uses/file-reading.js';

/** A file and what it says. */
export type ReadFile = {
	/** From the folder, with slashes. */
	readonly path: string;
	readonly reading: FileReading;
};

/** How kustomizations change the images of a file. */
export type Overlays = {
	/** The file of a kustomization that finds an image by this name, wherever it may be; `undefined` where none does. */
	readonly findFinder: (name: string) => string | undefined;
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

/** Sees through which kustomizations the files of a folder go. */
export const findOverlays = (files: readonly ReadFile[]): Overlays => {
	const finders = new Map<string, string>();
	/** By path: the kustomizations that name the file, or the folder that it is the kustomization of. */
	const parents = new Map<string, string[]>();
	const findsOf = new Map<string, ReadonlySet<string>>();
	for (const {path, reading} of files) {
		if (!reading.overlay) {
			continue;
		}

		const {finds, resources} = reading.overlay;
		findsOf.set(path, new Set(finds));
		for (const name of finds) {
			finders.set(name, finders.get(name) ?? path);
		}

		for (const resource of resources) {
			const target = resolve(folderOf(path), resource);
			if (target !== undefined) {
				const known = parents.get(target);
				if (known) {
					known.push(path);
				} else {
					parents.set(target, [path]);
				}
			}
		}
	}

	const parentsOf = (path: string): readonly string[] => [
		...(parents.get(path) ?? []),
		...(findsOf.has(path) ? (parents.get(folderOf(path)) ?? []) : []),
	];
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
		findFinder: name => finders.get(name),
		isReplaced: (path, name) => isReplaced(path, name, new Map()),
	};
};
