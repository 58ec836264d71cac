import type {FileChange, ImageFiles} from '../image-files.js';
import type {Environment} from '../programs/launch-program.js';
import {formatCount} from '../text/quantities.js';
import {UserError} from '../user-error.js';

const writeAll = async (changes: readonly FileChange[]): Promise<void> => {
	const {checkReplacement, realReplacingFiles, replaceFile} =
		await import('../storage/replace-file.js');
	for (const change of changes) {
		await checkReplacement(change, realReplacingFiles);
	}

	for (const [index, change] of changes.entries()) {
		try {
			await replaceFile(change, realReplacingFiles);
		} catch (error) {
			throw error instanceof UserError && index > 0
				? new UserError(
						`${error.message} ${formatCount(index, 'file')} before it ${index === 1 ? 'was' : 'were'} written.`,
						{remedy: error.remedy, cause: error},
					)
				: error;
		}
	}
};

/** The files of this machine. */
export const openImageFiles = (environment: Environment): ImageFiles => {
	// What reads them is loaded with the first.
	let readText: ImageFiles['readAgain'] | undefined;
	return {
		async read(folders, signal) {
			const {readFolders} = await import('./read-folders.js');
			const {readFileText} = await import('../uses/read-folder.js');
			readText = readFileText;
			return readFolders(folders, signal);
		},
		readAgain(path, text) {
			if (!readText) {
				throw new Error('Nothing was read that could be read again');
			}

			return readText(path, text);
		},
		async countUncommitted(folder, signal) {
			const {countUncommitted} = await import('../programs/git-state.js');
			return countUncommitted(folder, {environment, signal});
		},
		write: writeAll,
	};
};
