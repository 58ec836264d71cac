import {type ByteSource, openBytes} from './open-bytes.js';

/** A file is opened, and then its first bytes are read: with as many on their way, those of the next one have come when one ends. */
const mostAhead = 3;

/** Opens files in order, some ahead, so that nobody waits for the next one. */
export class FilesAhead {
	readonly #files: readonly string[];
	readonly #opened = new Map<string, Promise<ByteSource>>();
	#begun = 0;
	/** Nobody waits for what is closed, but at the end. */
	readonly #closing: Array<Promise<void>> = [];

	/** @param files - Those that will be taken, in this order. */
	constructor(files: readonly string[]) {
		this.#files = files;
	}

	/** Resolves to a file's bytes; rejects as `node:fs` does where it cannot be read. */
	async take(file: string): Promise<ByteSource> {
		this.#openMore();
		const opened = this.#opened.get(file) ?? openBytes(file);
		this.#opened.delete(file);
		this.#openMore();
		return opened;
	}

	/** Closes what was taken. */
	release(source: ByteSource): void {
		this.#closing.push(source.close().catch(() => undefined));
	}

	/** Closes what nobody has taken; resolves when everything is closed. */
	async close(): Promise<void> {
		for (const opened of this.#opened.values()) {
			// Where it could not be opened, there is nothing to close.
			this.#closing.push(
				opened.then(async source => source.close()).catch(() => undefined),
			);
		}

		this.#opened.clear();
		await Promise.all(this.#closing);
	}

	#openMore(): void {
		while (this.#opened.size < mostAhead && this.#begun < this.#files.length) {
			const file = this.#files[this.#begun++] ?? '';
			const opened = openBytes(file);
			// Where it fails, whoever takes it is told.
			opened.catch(() => undefined);
			this.#opened.set(file, opened);
		}
	}
}
