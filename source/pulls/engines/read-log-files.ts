import type {PullGap, TimeSpan} from '../../evidence/pull.js';
import type {AggregateCache, Clock} from '../../world.js';
import {blankSource, type PullReader, type ReadReply} from '../pull-reader.js';
import {createTallyBook} from '../tally-book.js';
import {type CountedSlot, RecordCounter} from './count-records.js';
import {codeOf, findLogFiles, type FoundLog} from './find-log-files.js';
import type {LogFormat} from './log-format.js';
import {describeRefused, type ReadFile} from './log-gaps.js';
import {readKeptFile} from './read-kept-file.js';
import {judgeFiles} from './judge-files.js';

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
	readonly files: ReadFile[];
	readonly gaps: PullGap[];
	readonly take: (slots: readonly CountedSlot[]) => void;
	/** Gets the bytes of all files that have been read. */
	readonly progress: (done: number) => void;
};

const readFiles = async (
	found: readonly FoundLog[],
	{counter, files, gaps, take, progress}: Reading,
	{format, cache}: LogFilesOptions,
): Promise<void> => {
	let before = 0;
	for (const log of found) {
		const span: TimeSpan | undefined = format.spanOf?.(
			log.file.replaceAll('\\', '/'),
		);
		progress(before);
		try {
			const done = before;
			const {summary, counted} = await readKeptFile(log, {
				format,
				counter,
				cache,
				progress(bytes) {
					progress(done + bytes);
				},
			});
			const {patterns: _, slots: __, ...rest} = summary;
			files.push({path: log.path, span, summary: rest});
			take(counted);
		} catch (error) {
			const code = codeOf(error);
			// What the file system says of a file is about that file; anything else is an abort, or a bug.
			if (!/^E[A-Z]+$/.test(code)) {
				throw error;
			}

			gaps.push(describeRefused({path: log.path, code}, span));
		}

		before += log.size;
	}
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
			let records = 0;
			let told = Number.NEGATIVE_INFINITY;
			const reading: Reading = {
				counter: new RecordCounter(),
				files: [],
				gaps: refused.map(path => describeRefused(path, undefined)),
				take(slots) {
					for (const slot of slots) {
						// What names no host is about the registry that it is read for.
						if (slot.record.host === host || slot.record.host === '') {
							records += slot.records;
							book.add(toRecord(slot, host));
						}
					}
				},
				progress(done) {
					signal.throwIfAborted();
					const now = clock.now();
					if (now - told >= progressPause) {
						told = now;
						tell({...base, progress: {done, total}});
					}
				},
			};
			await readFiles(found, reading, options);
			signal.throwIfAborted();
			const {files, gaps} = reading;
			return {
				tallies: book.tallies(),
				source: {
					...base,
					...judgeFiles(files, {host, format, where, declared, refused: gaps}),
					state: files.length === 0 && gaps.length > 0 ? 'failed' : 'read',
					records,
				},
			};
		},
	};
};

/** A slot as a record that counts for many. */
const toRecord = ({record, count, last}: CountedSlot, host: string) => ({
	...record,
	host,
	time: last,
	count,
	id: undefined,
	client: '',
});
