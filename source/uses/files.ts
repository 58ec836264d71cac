import {realpath} from 'node:fs/promises';
import {guessRepositories} from '../evidence/broken-reference.js';
import {
	type ImageReference,
	parseImageReference,
} from '../evidence/image-reference.js';
import type {Use, UseGap, UsesReading, UsesSource} from '../evidence/use.js';
import type {Clock} from '../world.js';
import type {FileReference} from './file-reading.js';
import {type FileKind, type FoundFile} from './list-files.js';
import {type FileOutcome, isSystemError, readFolder} from './read-folder.js';

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

const kindNames: Readonly<Record<FileKind, string>> = {
	dockerfile: 'Dockerfile',
	yaml: 'YAML file',
	json: 'JSON file',
};

const collect = (outcomes: readonly FileOutcome[]) => {
	const references: FoundReference[] = [];
	const uses: Use[] = [];
	const gaps: UseGap[] = [];
	for (const outcome of outcomes) {
		if (outcome.kind === 'skipped') {
			gaps.push(
				createGap(
					outcome.path,
					`${outcome.path}: ${outcome.message}`,
					undefined,
				),
			);
			continue;
		}

		const {file, reading} = outcome;
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

	const {files, outcomes} = await readFolder(root, {keepsText: false, signal});
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
					gaps,
					kinds: countKinds(files),
				},
			],
		},
	};
};
