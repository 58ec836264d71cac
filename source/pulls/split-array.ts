import {UserError} from '../user-error.js';

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;

/** A log entry has at most 256 KB, says Cloud Logging; what is larger is none. */
const usualLimit = 4 * 1024 * 1024;

const isSpace = (byte: number): boolean =>
	byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** A mark of byte order, which some programs write first. */
const isMark = (byte: number): boolean =>
	byte === 0xef || byte === 0xbb || byte === 0xbf;

/**
Takes a JSON array apart while it arrives, and gives the text of each of its elements to `onElement`.

What stays in memory is one element at a time. Elements are not checked but for their quotes and brackets: who parses them says which is bad. Throws `UserError` for what is no array, for an element beyond the limit, and by `end` where the text
ends before the array does.
*/
export class ArraySplitter {
	readonly #onElement: (text: string) => void;
	readonly #what: string;
	readonly #limit: number;
	readonly #decoder = new TextDecoder();
	/** Parts of the element that is open, from earlier chunks. */
	#parts: Uint8Array[] = [];
	#size = 0;
	#state: 'before' | 'between' | 'inside' | 'after' = 'before';
	/** Brackets that are open inside the element. */
	#depth = 0;
	#isInString = false;
	#isEscaped = false;

	/**
	@param options.what - What the text is, for sentences: `The output of gcloud`.
	@param options.limit - Bytes that one element may have.
	*/
	constructor(
		onElement: (text: string) => void,
		{
			what,
			limit = usualLimit,
		}: {readonly what: string; readonly limit?: number},
	) {
		this.#onElement = onElement;
		this.#what = what;
		this.#limit = limit;
	}

	/** Takes the next bytes. */
	push(bytes: Uint8Array): void {
		let start = 0;
		for (let index = 0; index < bytes.length; index++) {
			const byte = bytes[index] ?? 0;
			if (this.#state !== 'inside') {
				if (!this.#beginsAt(byte)) {
					continue;
				}

				this.#state = 'inside';
				start = index;
			}

			if (this.#endsBefore(byte)) {
				this.#keep(bytes.subarray(start, index));
				this.#give();
				this.#state = byte === closeBracket ? 'after' : 'between';
			}
		}

		if (this.#state === 'inside') {
			this.#keep(bytes.slice(start));
		}
	}

	/** Says that there are no more bytes. */
	end(): void {
		if (this.#state !== 'after') {
			throw this.#fail(
				this.#state === 'before'
					? 'is no JSON array'
					: 'breaks off before its JSON array ends',
			);
		}
	}

	/** Steps over a byte outside of elements; says whether one begins with it. */
	#beginsAt(byte: number): boolean {
		if (isSpace(byte)) {
			return false;
		}

		if (this.#state === 'before') {
			if (byte === openBracket) {
				this.#state = 'between';
			} else if (!isMark(byte)) {
				throw this.#fail('is no JSON array');
			}
		} else if (this.#state === 'after') {
			throw this.#fail('goes on after its JSON array has ended');
		} else if (byte === closeBracket) {
			this.#state = 'after';
		} else if (byte !== comma) {
			return true;
		}

		return false;
	}

	/** Steps over a byte of an element; says whether the element has ended before it. */
	#endsBefore(byte: number): boolean {
		if (this.#isInString) {
			if (this.#isEscaped) {
				this.#isEscaped = false;
			} else if (byte === backslash) {
				this.#isEscaped = true;
			} else if (byte === quote) {
				this.#isInString = false;
			}

			return false;
		}

		if (byte === quote) {
			this.#isInString = true;
		} else if (byte === openBrace || byte === openBracket) {
			this.#depth++;
		} else if (this.#depth === 0) {
			return byte === comma || byte === closeBracket;
		} else if (byte === closeBrace || byte === closeBracket) {
			this.#depth--;
		}

		return false;
	}

	#keep(part: Uint8Array): void {
		this.#size += part.length;
		if (this.#size > this.#limit) {
			throw this.#fail(
				`has an element larger than ${Math.floor(this.#limit / 1024)} KB`,
			);
		}

		this.#parts.push(part);
	}

	#give(): void {
		let text = '';
		for (const part of this.#parts) {
			text += this.#decoder.decode(part, {stream: true});
		}

		text += this.#decoder.decode();
		this.#parts = [];
		this.#size = 0;
		this.#onElement(text);
	}

	#fail(how: string): UserError {
		return new UserError(`${this.#what} ${how}.`, {
			remedy: 'Try again; if it stays so, look at it with another program.',
		});
	}
}
