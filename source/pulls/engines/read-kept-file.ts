import {Buffer} from 'node:buffer';
import {stat} from 'node:fs/promises';
import type {AggregateCache, CountDraft, CountedFile} from '../../world.js';
import type {RecordCounter} from './count-records.js';
import {readSummary} from './file-summary.js';
import type {FoundLog} from './find-log-files.js';
import type {LogFormat} from './log-format.js';
import {openBytes} from './open-bytes.js';
import {type FileReading, readLogFile} from './read-log-file.js';

type Options = {
	readonly format: LogFormat;
	readonly counter: RecordCounter;
	/** `undefined` where nothing is kept. */
	readonly cache: AggregateCache | undefined;
	/** Gets the bytes that have been read of the file so far; throws where the reading is to end. */
	readonly progress: (bytes: number) => void;
};

/** What was kept of a file that is still as it was; `undefined` where it has to be read. */
const readAgain = async (
	key: CountedFile,
	{counter, cache}: Options,
): Promise<FileReading | undefined> => {
	const kept = await cache?.read(key);
	if (!kept) {
		return undefined;
	}

	const summary = readSummary(kept.summary);
	if (!summary) {
		for await (const _ of kept.bytes) {
			break;
		}

		return undefined;
	}

	return {summary, counted: await counter.addKept(summary, kept.bytes)};
};

const isUnchanged = async ({file, size, modified}: FoundLog) => {
	const found = await stat(file);
	return found.size === size && found.mtimeMs === modified;
};

const readAnew = async (
	found: FoundLog,
	draft: CountDraft | undefined,
	{format, counter, progress}: Options,
): Promise<FileReading> => {
	const source = await openBytes(found.file);
	let writing = Promise.resolve();
	try {
		const reading = await readLogFile(source, {
			path: found.file.replaceAll('\\', '/'),
			format,
			counter,
			async progress() {
				progress(source.position());
				await writing;
			},
			onIds:
				draft &&
				(entries => {
					const {buffer, byteLength} = entries;
					const bytes = Buffer.from(buffer, 0, byteLength);
					writing = writing.then(async () => draft.append(bytes));
				}),
		});
		await writing;
		// What grew while it was read is read anew the next time.
		await ((await isUnchanged(found))
			? draft?.finish(reading.summary)
			: draft?.drop());
		return reading;
	} catch (error) {
		await writing;
		await draft?.drop();
		throw error;
	} finally {
		await source.close();
	}
};

/** Counts a file: from what was kept of it where it is unchanged, else by reading it. Rejects as `node:fs` does. */
export const readKeptFile = async (
	found: FoundLog,
	options: Options,
): Promise<FileReading> => {
	const {format, cache} = options;
	const {file, size, modified} = found;
	const key = {
		format: `${format.kind} ${format.version}`,
		path: file,
		size,
		modified,
	};
	const kept = await readAgain(key, options);
	return kept ?? readAnew(found, await cache?.begin(key), options);
};
