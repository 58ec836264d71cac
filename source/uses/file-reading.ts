/** A stretch of a reference, and where in its file it stands. */
export type FilePiece = {
	/** What it is, or is in: a whole reference, or one part of it where a file writes them apart. */
	readonly part: 'reference' | 'registry' | 'repository' | 'tag' | 'digest';
	/** As it counts in the reference. */
	readonly text: string;
	/** UTF-16 code units from the beginning of the file's text, its byte order mark included; quotes excluded. `undefined` where the file does not hold `text` as it is: an escape or a folded line. */
	readonly offset: number | undefined;
	/** Whether the same place in the file is used for something else too, which is no reference. */
	readonly isShared: boolean;
};

/** Where a part that a file leaves out can be written. */
export type FileGap = {
	/** As in `FilePiece`. */
	readonly offset: number;
	/** What is written there, in two halves around the part's text. */
	readonly around: readonly [string, string];
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
	/** Those of one text in its order, defaults of variables where they stand; parts that stand apart in the order of the file. */
	readonly pieces: readonly FilePiece[];
	/** Whether `text` stands in the file as it is, in one piece or in its parts; not where a default was filled in or an escape stands for a character. */
	readonly isLiteral: boolean;
	/** Where the repository's name would be written where the one that stands there is what it takes the place of. */
	readonly nameGap?: FileGap;
};

/** Something in a file that could name an image and cannot be told without running what fills it in. */
export type FileProblem = {
	/** From 1. */
	readonly line: number;
	/** A few words, without a full stop. Foreign in part. */
	readonly message: string;
	/** What is known of the reference, for guessing at repositories; `undefined` where it could be any. */
	readonly text: string | undefined;
	/** Whether the file does not parse, so that what else was read of it may be read wrongly. */
	readonly isBroken?: boolean;
};

/** What a kustomization does to the images of other files. */
export type Overlay = {
	/** The files and folders that it is made of, as it names them. Foreign. */
	readonly resources: readonly string[];
	/** Names of images, without tags, by which it finds those that it replaces. */
	readonly finds: readonly string[];
	/** Whether it may change any manifest: Flux names what it applies by a path in a repository. */
	readonly isEverywhere: boolean;
};

/** What one file says of images. */
export type FileReading = {
	/** Left out where the file is no kustomization. */
	readonly overlay?: Overlay;
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
