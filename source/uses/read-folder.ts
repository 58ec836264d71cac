import {readFile, stat} from 'node:fs/promises';
import path from 'node:path';
import PQueue from 'p-queue';
import {readDockerfile} from './dockerfile.js';
import type {FileReading} from './file-reading.js';
import {
	type FileKind,
	findFileKind,
	type FoundFile,
	listFiles,
	type SkippedPath,
} from './list-files.js';
import {isValuesFile, readYamlReferences} from './yaml-references.js';

/** Bytes above which a file is not read. A manifest of that size is no manifest. */
export const largestFile = 5 * 1024 * 1024;

const filesAtOnce = 8;

/** What a file says, or a few words why it was not read. */
export type FileOutcome =
	| {
			readonly kind: 'read';
			readonly file: FoundFile;
			/** `undefined` where nobody asked for it. */
			readonly text: string | undefined;
			readonly reading: FileReading;
	  }
	| ({readonly kind: 'skipped'} & SkippedPath);

const readers: Readonly<
	Record<FileKind, (text: string, file: string) => FileReading>
> = {
	dockerfile: text => readDockerfile(text),
	yaml: readYamlReferences,
	json: readYamlReferences,
};

// eslint-disable-next-line @typescript-eslint/naming-convention -- the platform's name; every offset counts the mark
const decoder = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true});

const decode = (bytes: Uint8Array): string | undefined => {
	try {
		return decoder.decode(bytes);
	} catch {
		return undefined;
	}
};

// Most JSON is no manifest, some has comments that YAML has not, and the YAML parser is slow.
const mayHoldReferences = (
	{kind, path: file}: FoundFile,
	text: string,
): boolean =>
	kind !== 'json' ||
	isValuesFile(file) ||
	/"(?:apiVersion|services)"/.test(text);

/** Whether the file system said no, which is no fault of ours. */
export const isSystemError = (
	error: unknown,
): error is Error & {code: string} =>
	error instanceof Error && 'code' in error && typeof error.code === 'string';

/** What a text of a file says; nothing where its name tells that it names no images. */
export const readFileText = (file: string, text: string): FileReading => {
	const kind = findFileKind(path.posix.basename(file));
	return kind !== undefined && mayHoldReferences({kind, path: file}, text)
		? readers[kind](text, file)
		: {references: [], problems: []};
};

const readOne = async (
	root: string,
	file: FoundFile,
	{keepsText, signal}: FolderOptions,
): Promise<FileOutcome> => {
	const skip = (message: string): FileOutcome => ({
		kind: 'skipped',
		path: file.path,
		message,
	});
	const location = path.join(root, file.path);
	try {
		const {size} = await stat(location);
		if (size > largestFile) {
			return skip(
				`it is larger than ${largestFile / 1024 / 1024} MiB and was not read`,
			);
		}

		const bytes = await readFile(location, {signal});
		const text = bytes.includes(0) ? undefined : decode(bytes);
		if (text === undefined) {
			return skip('it is no UTF-8 text and was not read');
		}

		return {
			kind: 'read',
			file,
			text: keepsText ? text : undefined,
			reading: readFileText(file.path, text),
		};
	} catch (error) {
		signal.throwIfAborted();
		if (isSystemError(error)) {
			return skip(`it could not be read (${error.code})`);
		}

		throw error;
	}
};

export type FolderOptions = {
	/** Whether the files' texts are wanted too, and not only what they say. */
	readonly keepsText: boolean;
	readonly signal: AbortSignal;
};

/** Reads every file below a folder that may name images; what was not looked at comes first. Rejects only when aborted. */
export const readFolder = async (
	root: string,
	options: FolderOptions,
): Promise<{
	readonly files: readonly FoundFile[];
	readonly outcomes: readonly FileOutcome[];
}> => {
	const {signal} = options;
	const {files, skipped} = await listFiles(root, signal);
	const queue = new PQueue({concurrency: filesAtOnce});
	const outcomes = await Promise.all(
		files.map(async file =>
			queue.add(async () => {
				signal.throwIfAborted();
				return readOne(root, file, options);
			}),
		),
	);
	return {
		files,
		outcomes: [
			...skipped.map((entry): FileOutcome => ({kind: 'skipped', ...entry})),
			...outcomes,
		],
	};
};
