import {Buffer} from 'node:buffer';
import type {ByteSource} from './open-bytes.js';

const firstSize = 2 * 1024 * 1024;

/** The largest line, row or element that is read; larger ones are no records of a log. */
export const largestPiece = 16 * 1024 * 1024;

/** The part of a file that is in memory: from the beginning of the piece that is being read to what has come. One serves for many files, one after the other. */
export class ByteWindow {
	bytes = Buffer.allocUnsafe(firstSize);
	/** Where the bytes that are still needed begin. */
	start = 0;
	end = 0;
	#source: ByteSource | undefined;

	/** Begins another file. */
	open(source: ByteSource): void {
		this.#source = source;
		this.start = 0;
		this.end = 0;
	}

	/**
	Reads more behind `end`; what is needed may move to the beginning, and `start` with it. Resolves to `ended` where nothing is left, and to `full` where a piece is larger than the largest.
	*/
	async fill(): Promise<'more' | 'ended' | 'full'> {
		if (this.end === this.bytes.length) {
			if (this.start > 0) {
				this.bytes.copyWithin(0, this.start, this.end);
				this.end -= this.start;
				this.start = 0;
			} else if (this.bytes.length >= largestPiece) {
				return 'full';
			} else {
				const larger = Buffer.allocUnsafe(this.bytes.length * 2);
				this.bytes.copy(larger, 0, 0, this.end);
				this.bytes = larger;
			}
		}

		const length = (await this.#source?.read(this.bytes, this.end)) ?? 0;
		this.end += length;
		return length === 0 ? 'ended' : 'more';
	}
}
