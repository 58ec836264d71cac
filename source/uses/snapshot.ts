import {readFile} from 'node:fs/promises';
import path from 'node:path';
import type {Use, UseGap, UsesReading, UsesSource} from '../evidence/use.js';
import {isJsonObject} from '../oci/json.js';
import {UserError} from '../user-error.js';
import {
	createSnapshotError,
	readInteger,
	readList,
	readObject,
	readOptional,
	readText,
	readTime,
	readWord,
	type Value,
} from './snapshot-values.js';
import {readSnapshotUse} from './snapshot-use.js';

const schemaVersion = 1;

const formatTime = (time: number | undefined) =>
	time === undefined ? null : new Date(time).toISOString();

const writeUse = ({owner, replicas, since, image, ...rest}: Use) => ({
	...rest,
	image: {
		kind: image.kind,
		host: image.host ?? null,
		repository: image.repository ?? null,
		tag: image.kind === 'reference' ? (image.tag ?? null) : null,
		digest: image.digest ?? null,
	},
	owner: owner ?? null,
	replicas: replicas ?? null,
	since: formatTime(since),
});

/**
What this machine can see, as the document of `jetsam uses --json`.
@param time - Milliseconds since 1970 at which it is written.
*/
export const describeSnapshot = (
	{uses, sources}: UsesReading,
	time: number,
) => ({
	schemaVersion,
	time: formatTime(time),
	sources: sources.map(({readAt, gaps, ...source}) => ({
		...source,
		readAt: formatTime(readAt),
		gaps: gaps.map(({repositories, ...gap}) => ({
			...gap,
			repositories: repositories ?? null,
		})),
	})),
	uses: uses.map(use => writeUse(use)),
});

const readGap = (value: Value): UseGap => {
	const gap = readObject(value);
	return {
		message: readText(gap('message')),
		kind: readText(gap('kind')),
		namespace: readText(gap('namespace')),
		isRefusal: readWord(gap('isRefusal'), [true, false]),
		repositories: readOptional(gap('repositories'), list =>
			readList(list, readText),
		),
	};
};

const readSource = (
	value: Value,
	{file, time}: {file: string; time: number},
): UsesSource => {
	const source = readObject(value);
	const kind = readWord(source('kind'), ['context', 'snapshot', 'files']);
	const readAt = readOptional(source('readAt'), readTime);
	return {
		// A folder says no on no machine.
		kind: kind === 'files' ? 'files' : 'snapshot',
		name: `${path.basename(file)}: ${readText(source('name'))}`,
		state: readWord(source('state'), ['read', 'failed', 'unasked', 'left-out']),
		// Nothing can have been read after the document was written.
		readAt: readAt === undefined ? undefined : Math.min(readAt, time),
		gaps: readList(source('gaps'), readGap),
		kinds: readList(source('kinds'), item => {
			const entry = readObject(item);
			return {
				kind: readText(entry('kind')),
				count: readInteger(entry('count')),
			};
		}),
		namespaces: readList(source('namespaces'), readText),
	};
};

const parseDocument = (text: string, file: string): unknown => {
	try {
		return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
	} catch (error) {
		throw createSnapshotError(
			file,
			`is no JSON${error instanceof SyntaxError ? ` (${error.message})` : ''}`,
		);
	}
};

/**
What a snapshot tells: the uses of the machine that wrote it, and how far its sources were read.

Its contexts come as sources of the kind `snapshot`, with their own gaps and the time at which they were read there.
Throws `UserError` with the file and the place where it is not what `jetsam uses --json` writes.
*/
export const parseSnapshot = (text: string, file: string): UsesReading => {
	const parsed = parseDocument(text, file);
	if (!isJsonObject(parsed)) {
		throw createSnapshotError(file, 'is no JSON object');
	}

	if (parsed['schemaVersion'] !== schemaVersion) {
		throw createSnapshotError(
			file,
			`has the schemaVersion ${JSON.stringify(parsed['schemaVersion'] ?? null)}, and this jetsam reads ${schemaVersion}`,
		);
	}

	const document = readObject({value: parsed, file, place: ''});
	const time = readTime(document('time'));
	const sources = readList(document('sources'), value =>
		readSource(value, {file, time}),
	);
	if (sources.length === 0) {
		throw createSnapshotError(file, 'names no source that was asked');
	}

	return {sources, uses: readList(document('uses'), readSnapshotUse)};
};

/** Reads a snapshot; throws `UserError` where there is none that can be read. */
export const readSnapshot = async (
	file: string,
	signal: AbortSignal,
): Promise<UsesReading> => {
	let text: string;
	try {
		text = await readFile(file, {encoding: 'utf8', signal});
	} catch (error) {
		signal.throwIfAborted();
		const code =
			error instanceof Error && 'code' in error
				? String(error.code)
				: 'unknown';
		throw new UserError(`${file} could not be read (${code}).`, {
			remedy: 'Name a file that `jetsam uses --json` wrote.',
			exitCode: 2,
			cause: error,
		});
	}

	return parseSnapshot(text, file);
};
