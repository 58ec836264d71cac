import type {LeftAlone, TextFile} from './move/plan-rewrite.js';
import type {FileReading} from './uses/file-reading.js';

/** Every file in folders that may name images, and where it lies. */
export type ReadFolders = {
	readonly files: readonly TextFile[];
	readonly left: readonly LeftAlone[];
	/** Where a file lies, by its path as it is shown. */
	readonly locations: ReadonlyMap<string, string>;
	/** What a diff calls a file, by its path as it is shown: its path from here, or from its folder where that lies elsewhere. */
	readonly diffNames: ReadonlyMap<string, string>;
};

/** What a file of the operator's is to hold instead of what was read of it. */
export type FileChange = {
	/** Where it lies. */
	readonly file: string;
	readonly before: string;
	readonly after: string;
};

/** The operator's own files that name images. */
export type ImageFiles = {
	/** Reads folders with the texts of their files, each file once. Throws `UserError` where one is none. */
	readonly read: (
		folders: readonly string[],
		signal: AbortSignal,
	) => Promise<ReadFolders>;
	/** Reads a file as it would be with another text. */
	readonly readAgain: (path: string, text: string) => FileReading;
	/** How many files below a folder have changes that are not committed; `undefined` where nobody can tell. */
	readonly countUncommitted: (
		folder: string,
		signal: AbortSignal,
	) => Promise<number | undefined>;
	/** Looks at every file before the first is written, then writes each whole or not at all. Throws `UserError`. */
	readonly write: (changes: readonly FileChange[]) => Promise<void>;
};
