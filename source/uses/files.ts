import {readFile, realpath, stat} from 'node:fs/promises';
import path from 'node:path';
import PQueue from 'p-queue';
import {guessRepositories} from '../evidence/broken-reference.js';
import {
	type ImageReference,
	parseImageReference,
} from '../evidence/image-reference.js';
import type {Use, UseGap, UsesReading, UsesSource} from '../evidence/use.js';
import type {Clock} from '../world.js';
import {readDockerfile} from './dockerfile.js';
import type {FileReading, FileReference} from './file-reading.js';
import {
	type FileKind,
	type FoundFile,
	listFiles,
	type SkippedPath,
} from './list-files.js';
import {isValuesFile, readYamlReferences} from './yaml-references.js';

/** Bytes above which a file is not read. A manifest of that size is no manifest. */
export const largestFile = 5 * 1024 * 1024;

const filesAtOnce = 8;

/** A reference in a file below the folder. */
export type FoundReference = FileReference & {
	/** Path from the folder, with slashes. */
	readonly file: string;
	/** `undefined` where the text breaks the grammar. */
	readonly image: ImageReference | undefined;
};

/** What a folder says: its uses with how far it could be read, and where every reference stands. */
export type FilesReading = {
	readonly reading: UsesReading;
	readonly references: readonly FoundReference[];
};

/** A file's references, or a few words why there are none. */
type FileOutcome = {
	readonly file: FoundFile;
	readonly reading: FileReading | SkippedPath;
};

/**
A gap at a place in the folder. All of them may be accepted by name, as refusals are: unlike a timeout, a template stays what it is.
@param text - What is known of the reference; `undefined` where it may be any.
*/
const createGap = (
	file: string,
	message: string,
	text: string | undefined,
): UseGap => ({
	message,
	kind: 'File',
	namespace: file,
	isRefusal: true,
	repositories: text === undefined ? undefined : guessRepositories(text),
});

const describeBroken = ({text, written}: FileReference): string =>
	text.includes('{{')
		? `${written} is a template, so what it names is not known`
		: /\$[a-z_{(]/i.test(text)
			? `${written} has a variable that is filled in elsewhere`
			: `${written} is no image reference`;

const createUse = (
	file: string,
	image: ImageReference,
	{written, line, place}: FileReference,
): Use => ({
	image,
	written,
	role: 'file',
	kind: 'File',
	context: '',
	namespace: '',
	name: `${file}:${line}`,
	container: place,
	owner: undefined,
	replicas: undefined,
	since: undefined,
});

const readers: Readonly<
	Record<FileKind, (text: string, file: string) => FileReading>
> = {
	dockerfile: text => readDockerfile(text),
	yaml: readYamlReferences,
	json: readYamlReferences,
};

const kindNames: Readonly<Record<FileKind, string>> = {
	dockerfile: 'Dockerfile',
	yaml: 'YAML file',
	json: 'JSON file',
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

const readOne = async (
	root: string,
	file: FoundFile,
	signal: AbortSignal,
): Promise<FileReading | SkippedPath> => {
	const skip = (message: string): SkippedPath => ({
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

		return mayHoldReferences(file, text)
			? readers[file.kind](text, file.path)
			: {references: [], problems: []};
	} catch (error) {
		signal.throwIfAborted();
		if (isSystemError(error)) {
			return skip(`it could not be read (${error.code})`);
		}

		throw error;
	}
};

const isSystemError = (error: unknown): error is Error & {code: string} =>
	error instanceof Error && 'code' in error && typeof error.code === 'string';

const readAll = async (
	root: string,
	files: readonly FoundFile[],
	signal: AbortSignal,
): Promise<readonly FileOutcome[]> => {
	const queue = new PQueue({concurrency: filesAtOnce});
	return Promise.all(
		files.map(async file =>
			queue.add(async (): Promise<FileOutcome> => {
				signal.throwIfAborted();
				return {file, reading: await readOne(root, file, signal)};
			}),
		),
	);
};

const isSkipped = (
	reading: FileReading | SkippedPath,
): reading is SkippedPath => 'path' in reading;

const collect = (outcomes: readonly FileOutcome[]) => {
	const references: FoundReference[] = [];
	const uses: Use[] = [];
	const gaps: UseGap[] = [];
	for (const {file, reading} of outcomes) {
		if (isSkipped(reading)) {
			gaps.push(
				createGap(file.path, `${file.path}: ${reading.message}`, undefined),
			);
			continue;
		}

		for (const reference of reading.references) {
			const image = parseImageReference(reference.text);
			references.push({...reference, file: file.path, image});
			if (image) {
				uses.push(createUse(file.path, image, reference));
			} else {
				gaps.push(
					createGap(
						file.path,
						`${file.path}:${reference.line}: ${describeBroken(reference)}`,
						reference.text,
					),
				);
			}
		}

		for (const {line, message, text} of reading.problems) {
			gaps.push(createGap(file.path, `${file.path}:${line}: ${message}`, text));
		}
	}

	return {references, uses, gaps};
};

const countKinds = (files: readonly FoundFile[]): UsesSource['kinds'] => {
	const counts = new Map<FileKind, number>();
	for (const {kind} of files) {
		counts.set(kind, (counts.get(kind) ?? 0) + 1);
	}

	return [...counts]
		.map(([kind, count]) => ({kind: kindNames[kind], count}))
		.toSorted((one, other) => (one.kind < other.kind ? -1 : 1));
};

/**
The images that the files below a folder name: Dockerfiles and Containerfiles, Kubernetes manifests, kustomizations, compose files and values of Helm charts.

What cannot be read statically is a gap with its file and line and stops nothing else; `.git` and `node_modules` are left out. Never throws but for an abort: a folder that is not there is a source that failed.
@param folder - As the operator wrote it, which is how the source is named.
*/
export const readFiles = async (
	folder: string,
	{clock, signal}: {clock: Clock; signal: AbortSignal},
): Promise<FilesReading> => {
	const readAt = clock.now();
	const source = {kind: 'files', name: folder, namespaces: []} as const;
	let root: string;
	try {
		root = await realpath(folder);
	} catch (error) {
		signal.throwIfAborted();
		const code = isSystemError(error) ? error.code : 'unknown';
		return {
			references: [],
			reading: {
				uses: [],
				sources: [
					{
						...source,
						state: 'failed',
						readAt: undefined,
						gaps: [
							{
								...createGap(
									'',
									`The folder could not be read (${code}).`,
									undefined,
								),
								isRefusal: false,
							},
						],
						kinds: [],
					},
				],
			},
		};
	}

	const {files, skipped} = await listFiles(root, signal);
	const outcomes = await readAll(root, files, signal);
	const {references, uses, gaps} = collect(outcomes);
	return {
		references,
		reading: {
			uses,
			sources: [
				{
					...source,
					state: 'read',
					readAt,
					gaps: [
						...skipped.map(entry =>
							createGap(
								entry.path,
								`${entry.path}: ${entry.message}`,
								undefined,
							),
						),
						...gaps,
					],
					kinds: countKinds(files),
				},
			],
		},
	};
};
