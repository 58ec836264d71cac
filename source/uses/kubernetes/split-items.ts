/* eslint-disable unicorn/prefer-code-point -- each character is one byte */
import {Buffer} from 'node:buffer';
import {ApiError} from './api-error.js';
import {GrowingText} from './growing-text.js';
import {neededFields} from './needed-fields.js';

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;
const colon = 0x3a;
const zero = 0x30;

// The API server keeps no object above 3 MB; what is larger is not its answer.
const largestItem = 16 * 1024 * 1024;
const largestRest = 1024 * 1024;

/** The depth of the list's elements, and of what stands in them. */
const listDepth = 2;
const itemDepth = 3;

const malformed = (message: string): ApiError =>
	new ApiError(message, {failure: 'malformed'});

const isSpace = (byte: number): boolean =>
	byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

// Names are known by a number, so that no text has to be made of those that nobody needs. Two that share a number cost a little time, nothing else.
const addToName = (name: number, byte: number): number =>
	// eslint-disable-next-line no-bitwise, unicorn/prefer-math-trunc -- stays a small integer, which is what makes it quick
	(Math.imul(name, 31) + byte) | 0;

const neededNames: ReadonlySet<number> = new Set(
	neededFields.map(field => {
		let name = 0;
		for (const byte of new TextEncoder().encode(field)) {
			name = addToName(name, byte);
		}

		return name;
	}),
);

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

A page is never held as a whole: what stays in memory is one element at a time, and of that only the fields that are needed; the others are 0. Throws `ApiError` for what is no JSON, and where the text ends before the list
does. What is skipped is not checked but for its quotes and brackets.
@see https://kubernetes.io/docs/reference/using-api/api-concepts/#collections
*/
export class ItemSplitter {
	readonly #onItem: (item: unknown) => void;
	readonly #rest = new GrowingText(largestRest);
	readonly #item = new GrowingText(largestItem);
	/** Whether what is open at each depth is an object. */
	readonly #isObject: boolean[] = [];
	#depth = 0;
	#isInString = false;
	#isEscaped = false;
	#isInItems = false;
	/** The next string is the name of a field, or this one is. */
	#isName = false;
	#name = 0;
	#isNameEscaped = false;
	/** The depth at which a value that nobody needs began; 0 where none did. */
	#skipDepth = 0;

	constructor(onItem: (item: unknown) => void) {
		this.#onItem = onItem;
	}

	/** Takes the next bytes. */
	push(bytes: Uint8Array): void {
		// Bytes lie outside the heap, and pile up until that is full; a text with a character for each byte fills it in time, and is as quick to go through.
		const chunk = Buffer.from(
			bytes.buffer,
			bytes.byteOffset,
			bytes.length,
		).toString('latin1');
		let index = 0;
		while (index < chunk.length) {
			index =
				this.#skipDepth > 0
					? this.#skip(chunk, index)
					: this.#isInString
						? this.#copyString(chunk, index)
						: this.#copy(chunk, index);
		}
	}

	/** Everything but the elements, once the text has ended. */
	end(): unknown {
		if (this.#depth !== 0 || this.#isInString) {
			throw malformed('its answer ends before the list does');
		}

		return parse(this.#rest.take());
	}

	/** Goes on to the end of a value that nobody needs, which the comma or the bracket after it shows. */
	#skip(chunk: string, from: number): number {
		for (let index = from; index < chunk.length; index++) {
			const byte = chunk.charCodeAt(index);
			if (this.#isInString) {
				if (this.#isEscaped) {
					this.#isEscaped = false;
				} else if (byte === backslash) {
					this.#isEscaped = true;
				} else if (byte === quote) {
					this.#isInString = false;
				}
			} else if (byte === quote) {
				this.#isInString = true;
			} else if (byte === openBrace || byte === openBracket) {
				this.#depth++;
			} else if (
				this.#depth === this.#skipDepth &&
				(byte === comma || byte === closeBrace)
			) {
				this.#skipDepth = 0;
				this.#item.add(zero);
				return index;
			} else if (byte === closeBrace || byte === closeBracket) {
				this.#depth--;
			}
		}

		return chunk.length;
	}

	/** Copies the rest of a string; the name of a field is noted. */
	#copyString(chunk: string, from: number): number {
		const text = this.#isInItems ? this.#item : this.#rest;
		for (let index = from; index < chunk.length; index++) {
			const byte = chunk.charCodeAt(index);
			text.add(byte);
			if (this.#isEscaped) {
				this.#isEscaped = false;
			} else if (byte === backslash) {
				this.#isEscaped = true;
				this.#isNameEscaped = true;
			} else if (byte === quote) {
				this.#isInString = false;
				return index + 1;
			}

			this.#name = addToName(this.#name, byte);
		}

		return chunk.length;
	}

	/** Copies up to the next string, or to the next value that nobody needs. */
	#copy(chunk: string, from: number): number {
		for (let index = from; index < chunk.length; index++) {
			const byte = chunk.charCodeAt(index);
			if (this.#isInItems && this.#depth === listDepth) {
				this.#stepBetween(byte);
				continue;
			}

			(this.#isInItems ? this.#item : this.#rest).add(byte);
			switch (byte) {
				case quote: {
					this.#isInString = true;
					this.#name = 0;
					this.#isNameEscaped = false;
					return index + 1;
				}

				case colon: {
					if (this.#isUnneeded()) {
						this.#skipDepth = this.#depth;
						return index + 1;
					}

					this.#isName = false;
					break;
				}

				case comma: {
					this.#isName = this.#isObject[this.#depth] ?? false;
					break;
				}

				case openBrace:
				case openBracket: {
					this.#open(byte);
					break;
				}

				case closeBrace:
				case closeBracket: {
					this.#close();
					break;
				}

				default:
			}
		}

		return chunk.length;
	}

	#isUnneeded(): boolean {
		return (
			this.#isInItems &&
			this.#depth >= itemDepth &&
			this.#isName &&
			!this.#isNameEscaped &&
			!neededNames.has(this.#name)
		);
	}

	#open(byte: number): void {
		this.#depth++;
		this.#isObject[this.#depth] = byte === openBrace;
		this.#isName = byte === openBrace;
		this.#isInItems ||=
			byte === openBracket &&
			this.#depth === listDepth &&
			/"items"\s*:\s*\[$/v.test(this.#rest.tail(40));
	}

	#close(): void {
		this.#depth--;
		this.#isName = false;
		if (this.#isInItems && this.#depth === listDepth) {
			this.#onItem(parse(this.#item.take()));
		}
	}

	/** Between the elements nothing but an object may begin. */
	#stepBetween(byte: number): void {
		if (byte === openBrace) {
			this.#item.add(byte);
			this.#open(byte);
		} else if (byte === closeBracket) {
			this.#isInItems = false;
			this.#depth--;
			this.#rest.add(byte);
		} else if (byte !== comma && !isSpace(byte)) {
			throw malformed('its list holds what is no object');
		}
	}
}
