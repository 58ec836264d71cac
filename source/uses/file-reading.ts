/** Where a part of a reference stands in its file. */
export type FileRange = {
	/** What the text there is: a whole reference, or one part of it where a file writes them apart. */
	readonly part: 'reference' | 'registry' | 'repository' | 'tag' | 'digest';
	/** UTF-16 code units from the beginning of the file's text, its byte order mark included; quotes excluded. */
	readonly offset: number;
	readonly length: number;
};

/** An image reference that a file names. */
export type FileReference = {
	/** The reference, put together and with defaults filled in; it may still break the grammar. */
	readonly text: string;
	/** The file's own text; `text` where its parts stand apart. */
	readonly written: string;
	/** From 1. */
	readonly line: number;
	/** What names it: a container, a service, a build stage; an empty text where nothing has a name. */
	readonly place: string;
	/** The parts, in the order of the file. */
	readonly ranges: readonly FileRange[];
	/** Whether the ranges hold exactly `text`, so that they can be written anew; not where a default was filled in or an escape stands for a character. */
	readonly isLiteral: boolean;
};

/** Something in a file that could name an image and cannot be told without running what fills it in. */
export type FileProblem = {
	/** From 1. */
	readonly line: number;
	/** A few words, without a full stop. Foreign in part. */
	readonly message: string;
	/** What is known of the reference, for guessing at repositories; `undefined` where it could be any. */
	readonly text: string | undefined;
};

/** What one file says of images. */
export type FileReading = {
	readonly references: readonly FileReference[];
	readonly problems: readonly FileProblem[];
};

/** Finds the line of an offset. Lines are counted once for each text. */
export const createLineFinder = (
	text: string,
): ((offset: number) => number) => {
	const starts = [0];
	for (
		let end = text.indexOf('\n');
		end !== -1;
		end = text.indexOf('\n', end + 1)
	) {
		starts.push(end + 1);
	}

	return offset => {
		let low = 0;
		let high = starts.length;
		while (high - low > 1) {
			const middle = Math.floor((low + high) / 2);
			if ((starts[middle] ?? 0) <= offset) {
				low = middle;
			} else {
				high = middle;
			}
		}

		return low + 1;
	};
};
