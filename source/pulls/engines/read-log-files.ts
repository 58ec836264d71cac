import {stat} from 'node:fs/promises';
import path from 'node:path';
import type {PullGap} from '../../evidence/pull.js';
import type {AggregateCache} from '../../caches.js';
import type {Clock} from '../../world.js';
import {blankSource, type PullReader, type ReadReply} from '../pull-reader.js';
import {createTallyBook} from '../tally-book.js';
import {ByteWindow} from './byte-window.js';
import {RecordCounter} from './count-records.js';
import type {FileSummary} from './file-summary.js';
import {codeOf, findLogFiles, type FoundLog} from './find-log-files.js';
import {judgeFiles} from './judge-files.js';
import {type KeptFiles, openKeptFiles} from './kept-source.js';
import type {LogFormat} from './log-format.js';
import {describeRefused, type ReadFile} from './log-gaps.js';
import {FilesAhead} from './open-ahead.js';
import {readLogFile} from './read-log-file.js';

/** Milliseconds between two reports of progress. */
const progressPause = 250;

/** What a reader of log files is opened with. */
export type LogFilesOptions = {
	/** As the operator wrote it: `acr-events:logs/`. */
	readonly name: string;
	/** A folder, a glob or a file. */
	readonly where: string;
	readonly format: LogFormat;
	/** The registry that it was named for; `undefined` where it may know of any. */
	readonly host: string | undefined;
	/** What the files cover where they do not say so themselves, milliseconds since 1970. */
	readonly declared: {
		readonly from: number | undefined;
		readonly to: number | undefined;
	};
	readonly apartAgents: readonly string[];
	readonly clock: Pick<Clock, 'now'>;
	/** `undefined` where nothing is kept of what was read. */
	readonly cache: AggregateCache | undefined;
};

type Reading = {
	readonly counter: RecordCounter;
	readonly window: ByteWindow;
	readonly kept: KeptFiles;
	readonly files: ReadFile[];
	readonly gaps: PullGap[];
	/** Gets the bytes of all files that have been read. */
	readonly progress: (done: number) => void;
};

const isUnchanged = async ({
	file,
	size,
	modified,
}: FoundLog): Promise<boolean> => {
	const now = await stat(file);
	return now.size === size && now.mtimeMs === modified;
};

const withSlashes = (file: string): string => file.replaceAll(path.sep, '/');

/** Reads a file that is not known, or has changed. */
const readAnew = async (
	log: FoundLog,
	{counter, window, kept, progress}: Reading,
	{
		ahead,
		format,
		done,
	}: {
		readonly ahead: FilesAhead;
		readonly format: LogFormat;
		/** Bytes of the files before. */
		readonly done: number;
	},
): Promise<FileSummary> => {
	const from = kept.place;
	const bytes = await ahead.take(log.file);
	try {
		const summary = await readLogFile(bytes, {
			path: withSlashes(log.file),
			format,
			counter,
			window,
			entries: kept.openEntries(),
			async progress() {
				progress(done + bytes.position());
				await kept.settle();
			},
		});
		// What grew while it was read is read anew the next time.
		if (kept.isKeeping && (await isUnchanged(log))) {
			kept.add(log, summary, from);
		}

		return summary;
	} finally {
		ahead.release(bytes);
	}
};

const readFile = async (
	log: FoundLog,
	reading: Reading,
	options: {
		readonly ahead: FilesAhead;
		readonly format: LogFormat;
		readonly done: number;
	},
): Promise<void> => {
	const {counter, kept, files, gaps} = reading;
	const span = options.format.spanOf?.(withSlashes(log.file));
	try {
		const known = await kept.count(log, counter);
		const summary = known ?? (await readAnew(log, reading, options));
		files.push({path: log.path, span, summary});
	} catch (error) {
		const code = codeOf(error);
		// What the file system says of a file is about that file; anything else is an abort, or a bug.
		if (!/^E[A-Z]+$/.test(code)) {
			throw error;
		}

		gaps.push(describeRefused({path: log.path, code}, span));
	}
};

const readFiles = async (
	found: readonly FoundLog[],
	reading: Reading,
	format: LogFormat,
): Promise<void> => {
	const ahead = new FilesAhead(
		found.filter(log => !reading.kept.recall(log)).map(({file}) => file),
	);
	let done = 0;
	try {
		for (const log of found) {
			reading.progress(done);
			await readFile(log, reading, {ahead, format, done});
			done += log.size;
		}
	} finally {
		await ahead.close();
	}
};

/** Tells progress, but not more often than anybody can see; throws where the reading is to end. */
const createProgress = (
	clock: Pick<Clock, 'now'>,
	signal: AbortSignal,
	tell: (done: number) => void,
): ((done: number) => void) => {
	let told = Number.NEGATIVE_INFINITY;
	return done => {
		signal.throwIfAborted();
		const now = clock.now();
		if (now - told >= progressPause) {
			told = now;
			tell(done);
		}
	};
};

/** Counts everything that was found; resolves to how many records it was. */
const countFiles = async (
	found: readonly FoundLog[],
	reading: Omit<Reading, 'kept' | 'window'>,
	{format, where, cache}: LogFilesOptions,
): Promise<void> => {
	const {counter} = reading;
	const source = `${format.kind} ${format.version} ${path.resolve(where)}`;
	const kept = await openKeptFiles(source, found, {cache, counter});
	try {
		const window = new ByteWindow();
		await readFiles(found, {...reading, kept, window}, format);
	} catch (error) {
		await kept.drop();
		throw error;
	}

	counter.finish();
	await kept.finish(counter.listPatterns());
};

/** A source of pulls whose records lie in log files: a folder, a glob or a file, packed or not. Its `read` throws `UserError` where there is nothing of that name. */
export const createLogFilesReader = (options: LogFilesOptions): PullReader => {
	const {name, where, format, declared, apartAgents, clock} = options;
	return {
		name,
		scope: 'registry',
		isFor: host => options.host === undefined || options.host === host,
		async read({host}, {tell, signal}): Promise<ReadReply> {
			const readAt = clock.now();
			const {files: found, refused} = await findLogFiles(where, signal);
			const total = found.reduce((sum, {size}) => sum + size, 0);
			const base = {...blankSource(name), proves: format.proves, readAt};
			const book = createTallyBook({source: name, apartAgents});
			const files: ReadFile[] = [];
			const gaps = refused.map(place => describeRefused(place, undefined));
			// What names no host is about the registry that it is read for.
			const counter = new RecordCounter(
				record =>
					record.host === host || record.host === ''
						? book.open({...record, host})
						: undefined,
				format,
			);
			const progress = createProgress(clock, signal, done => {
				tell({...base, progress: {done, total}});
			});
			await countFiles(found, {counter, files, gaps, progress}, options);
			signal.throwIfAborted();
			return {
				tallies: book.tallies(),
				source: {
					...base,
					...judgeFiles(files, {host, format, where, declared, refused: gaps}),
					state: files.length === 0 && gaps.length > 0 ? 'failed' : 'read',
					records: counter.records,
				},
			};
		},
	};
};
