import {ApiError} from './api-error.js';

/** Bytes of a text that comes piece by piece, in memory that is used again for the next one. */
export class GrowingText {
	#bytes = new Uint8Array(16 * 1024);
	#size = 0;
	readonly #limit: number;
	readonly #decoder = new TextDecoder();

	/** `limit` is in bytes; a text that goes beyond it is none of the API's, and throws `ApiError`. */
	constructor(limit: number) {
		this.#limit = limit;
	}

	add(byte: number): void {
		if (this.#size === this.#bytes.length) {
			this.#grow();
		}

		this.#bytes[this.#size++] = byte;
	}

	/** The last bytes, each as one character. */
	tail(length: number): string {
		const first = Math.max(this.#size - length, 0);
		return String.fromCodePoint(...this.#bytes.subarray(first, this.#size));
	}

	/** The text so far; it begins anew after that. */
	take(): string {
		const text = this.#decoder.decode(this.#bytes.subarray(0, this.#size));
		this.#size = 0;
		return text;
	}

	#grow(): void {
		if (this.#bytes.length >= this.#limit) {
			throw new ApiError('its answer is larger than the API makes them', {
				failure: 'malformed',
			});
		}

		const bytes = new Uint8Array(this.#bytes.length * 2);
		bytes.set(this.#bytes);
		this.#bytes = bytes;
	}
}
