import {ApiError} from './api-error.js';

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;

// The API server keeps no object above 3 MB; what is larger is not its answer.
const largestItem = 16 * 1024 * 1024;
const largestRest = 1024 * 1024;

const malformed = (message: string): ApiError =>
	new ApiError(message, {failure: 'malformed'});

const isSpace = (byte: number): boolean =>
	byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Bytes of a text that comes in chunks. */
class Gathered {
	#chunks: Uint8Array[] = [];
	#size = 0;
	readonly #limit: number;

	constructor(limit: number) {
		this.#limit = limit;
	}

	add(chunk: Uint8Array): void {
		this.#size += chunk.length;
		if (this.#size > this.#limit) {
			throw malformed('its answer is larger than the API makes them');
		}

		this.#chunks.push(chunk);
	}

	/** The text so far; it begins anew after that. */
	take(): string {
		const decoder = new TextDecoder();
		const chunks = this.#chunks;
		this.#chunks = [];
		this.#size = 0;
		let text = '';
		for (const chunk of chunks) {
			text += decoder.decode(chunk, {stream: true});
		}

		return text + decoder.decode();
	}
}

const parse = (text: string): unknown => {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		// The error's own message would quote the text.
		throw malformed('its answer is no JSON');
	}
};

/**
Takes a list of the API apart while it arrives: gives each element of the top-level `items` to `onItem`, and at the end everything else.

A page is never held as a whole: what stays in memory is one element at a time. Throws `ApiError` for what is no JSON, and where the text ends before the list does.
@see https://kubernetes.io/docs/reference/using-api/api-concepts/#collections
*/
export class ItemSplitter {
	readonly #onItem: (item: unknown) => void;
	readonly #rest = new Gathered(largestRest);
	readonly #item = new Gathered(largestItem);
	/** What comes just before a bracket, by which the list is known. */
	#tail = '';
	#depth = 0;
	#isInString = false;
	#isEscaped = false;
	#isInItems = false;

	constructor(onItem: (item: unknown) => void) {
		this.#onItem = onItem;
	}

	/** Takes the next bytes. */
	push(chunk: Uint8Array): void {
		// Where the part begins that is not yet gathered.
		let start = 0;
		for (let index = 0; index < chunk.length; index++) {
			const byte = chunk[index]!;
			if (this.#isInString) {
				if (this.#isEscaped) {
					this.#isEscaped = false;
				} else if (byte === backslash) {
					this.#isEscaped = true;
				} else if (byte === quote) {
					this.#isInString = false;
				}

				continue;
			}

			switch (byte) {
				case quote: {
					this.#isInString = true;
					this.#expectObject();
					break;
				}

				case openBrace: {
					this.#depth++;
					break;
				}

				case openBracket: {
					this.#expectObject();
					this.#depth++;
					if (this.#depth === 2) {
						this.#gather(chunk.subarray(start, index + 1));
						start = index + 1;
						this.#isInItems = /"items"\s*:\s*\[$/v.test(this.#tail);
					}

					break;
				}

				case closeBrace:
				case closeBracket: {
					this.#depth--;
					if (this.#isInItems && this.#depth === 2) {
						this.#gather(chunk.subarray(start, index + 1));
						start = index + 1;
						this.#onItem(parse(this.#item.take()));
					} else if (this.#isInItems && this.#depth === 1) {
						this.#isInItems = false;
						// Nothing but space and commas stood between the elements.
						start = index;
					}

					break;
				}

				default: {
					if (this.#isInItems && this.#depth === 2) {
						if (byte !== comma && !isSpace(byte)) {
							this.#expectObject();
						}

						start = index + 1;
					}
				}
			}
		}

		this.#gather(chunk.subarray(start));
	}

	/** Everything but the elements, once the text has ended. */
	end(): unknown {
		if (this.#depth !== 0 || this.#isInString) {
			throw malformed('its answer ends before the list does');
		}

		return parse(this.#rest.take());
	}

	/** Between the elements nothing but an object may begin. */
	#expectObject(): void {
		if (this.#isInItems && this.#depth === 2) {
			throw malformed('its list holds what is no object');
		}
	}

	#gather(part: Uint8Array): void {
		if (part.length === 0) {
			return;
		}

		if (this.#isInItems) {
			this.#item.add(part);
			return;
		}

		this.#rest.add(part);
		this.#tail = (
			this.#tail + new TextDecoder('latin1').decode(part.subarray(-40))
		).slice(-40);
	}
}
