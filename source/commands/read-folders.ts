import {realpath, stat} from 'node:fs/promises';
import path from 'node:path';
import type {ReadFolders} from '../image-files.js';
import type {LeftAlone, TextFile} from '../move/plan-rewrite.js';
import {readFolder} from '../uses/read-folder.js';
import {wrongUsage} from './wrong-usage.js';

const openFolder = async (folder: string): Promise<string> => {
	try {
		const root = await realpath(folder);
		const found = await stat(root);
		if (found.isDirectory()) {
			return root;
		}
	} catch {}

	throw wrongUsage(
		`--files ${folder} is no folder that can be read.`,
		'Give the folder of your Dockerfiles and manifests.',
	);
};

/** Reads folders with the texts of their files, each file once. Throws `UserError`, exit code 2, where one is none. */
export const readFolders = async (
	folders: readonly string[],
	signal: AbortSignal,
): Promise<ReadFolders> => {
	const files: TextFile[] = [];
	const left: LeftAlone[] = [];
	const locations = new Map<string, string>();
	const names = new Map<string, string>();
	const seen = new Set<string>();
	for (const folder of folders) {
		const root = await openFolder(folder);
		const show = (file: string): string =>
			path.posix.join(folder.split(path.sep).join('/'), file);
		const {outcomes} = await readFolder(root, {keepsText: true, signal});
		for (const outcome of outcomes) {
			const own = outcome.kind === 'read' ? outcome.file.path : outcome.path;
			const location = path.join(root, own);
			if (seen.has(location)) {
				continue;
			}

			seen.add(location);
			const shown = show(own);
			locations.set(shown, location);
			names.set(shown, /^(?:\/|\.\.\/|[a-z]:)/i.test(shown) ? own : shown);
			if (outcome.kind === 'skipped') {
				left.push({path: shown, line: undefined, message: outcome.message});
			} else {
				const {reading, text = ''} = outcome;
				files.push({path: shown, text, reading});
			}
		}
	}

	return {files, left, locations, diffNames: names};
};
