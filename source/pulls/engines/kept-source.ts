import type {AggregateCache, CountDraft, KeptCounts} from '../../caches.js';
import type {RecordCounter} from './count-records.js';
import {
	type FileSummary,
	type KeptFile,
	type KeptSource,
	readKeptSource,
} from './file-summary.js';
import type {FoundLog} from './find-log-files.js';
import {RecordEntries} from './record-entries.js';

/** What is kept of the files of a source: what was kept before, and what is to be kept the next time. */
export class KeptFiles {
	readonly #kept: KeptCounts | undefined;
	readonly #known: ReadonlyMap<string, KeptFile>;
	readonly #draft: CountDraft | undefined;
	readonly #files: KeptFile[] = [];
	#at = 0;
	#writing: Promise<void> = Promise.resolve();

	constructor({
		kept,
		known,
		draft,
	}: {
		kept: KeptCounts | undefined;
		known: ReadonlyMap<string, KeptFile>;
		draft: CountDraft | undefined;
	}) {
		this.#kept = kept;
		this.#known = known;
		this.#draft = draft;
	}

	/** What is known of a file that is still as it was. */
	recall({file, size, modified}: FoundLog): KeptFile | undefined {
		const known = this.#known.get(file);
		return this.#kept && known?.size === size && known.modified === modified
			? known
			: undefined;
	}

	/** Counts a file that is still as it was, from what was kept; `undefined` where it has to be read. */
	async count(
		log: FoundLog,
		counter: RecordCounter,
	): Promise<FileSummary | undefined> {
		const known = this.recall(log);
		if (this.#kept === undefined || known === undefined) {
			return undefined;
		}

		const from = this.#at;
		for await (const part of this.#kept.bytes(known.from, known.to)) {
			counter.addEntries(part);
			this.#append(part);
			await this.#writing;
		}

		this.#files.push({...known, from, to: this.#at});
		return known.summary;
	}

	/** Where the records of a file go that is read; `undefined` where nothing is kept. */
	openEntries(): RecordEntries | undefined {
		return this.#draft === undefined
			? undefined
			: new RecordEntries(bytes => {
					this.#append(bytes);
				});
	}

	/** Whether anything is kept for the next time. */
	get isKeeping(): boolean {
		return this.#draft !== undefined;
	}

	/** Where the next file's records begin. */
	get place(): number {
		return this.#at;
	}

	/** Resolves when everything so far is written. */
	async settle(): Promise<void> {
		await this.#writing;
	}

	/** Keeps a file that was read, whose records began at a place. */
	add(
		{file, size, modified}: FoundLog,
		summary: FileSummary,
		from: number,
	): void {
		this.#files.push({file, size, modified, summary, from, to: this.#at});
	}

	/** Keeps everything for the next time, once all files are read. */
	async finish(patterns: KeptSource['patterns']): Promise<void> {
		await this.#writing;
		const source: KeptSource = {patterns, files: this.#files};
		await this.#draft?.finish(source);
		await this.#kept?.close();
	}

	async drop(): Promise<void> {
		await this.#writing;
		await this.#draft?.drop();
		await this.#kept?.close();
	}

	#append(bytes: Uint8Array): void {
		this.#at += bytes.length;
		if (this.#draft) {
			const {append} = this.#draft;
			this.#writing = this.#writing.then(async () => append(bytes));
		}
	}
}

/** Opens what was kept of a source's files, and begins what is to be kept, unless nothing has changed. The counter has to be new: what was kept brings its patterns. */
export const openKeptFiles = async (
	source: string,
	found: readonly FoundLog[],
	{
		cache,
		counter,
	}: {
		readonly cache: AggregateCache | undefined;
		readonly counter: RecordCounter;
	},
): Promise<KeptFiles> => {
	const kept = await cache?.read(source);
	const read = readKeptSource(kept?.summary);
	const isUsable =
		read?.patterns.every((pattern, index) => counter.keep(pattern) === index) ??
		false;
	const files = isUsable ? (read?.files ?? []) : [];
	const known = new Map(files.map(file => [file.file, file]));
	const isUnchanged =
		known.size === found.length &&
		found.every(({file, size, modified}) => {
			const before = known.get(file);
			return before?.size === size && before.modified === modified;
		});
	const draft = isUnchanged ? undefined : await cache?.begin(source);
	return new KeptFiles({kept, known, draft});
};
