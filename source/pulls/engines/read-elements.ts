import type {ByteWindow} from './byte-window.js';
import type {PieceTaker} from './piece-taker.js';
import type {TellProgress} from './read-lines.js';

const lineFeed = 0x0a;
const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

const isSpace = (byte: number): boolean =>
	byte === 0x20 || byte === lineFeed || byte === 0x0d || byte === 0x09;

/**
Takes the elements of a list out of JSON documents while they arrive. Nothing but one element is held; what stands around the list is looked at for its quotes and brackets only.
*/
class ElementSplitter {
	line: number;
	/** How deep the elements of the list lie. */
	readonly #depthOfList: number;
	readonly #list: string | undefined;
	#depth = 0;
	#isInString = false;
	#isEscaped = false;
	#isInList = false;
	/** The name of a property at the top was this one, and nothing but a colon has followed. */
	#isListNext = false;
	/** Whether the document that is open has had its list. */
	#hadList = false;
	/** The line of the last thing that belonged to no list; it is told once. */
	#strayLine = 0;
	/** Where an element, or a name at the top, began, counted from the window's start; -1 where none did. */
	#begin = -1;
	#beginLine = 0;

	constructor(list: string | undefined, line: number) {
		this.#list = list;
		this.#depthOfList = list === undefined ? 1 : 2;
		this.line = line;
	}

	get isBetweenDocuments(): boolean {
		return this.#depth === 0 && !this.#isInString;
	}

	/** Goes through the window from `from`, counted from its start, to its end. */
	scan(window: ByteWindow, from: number, taker: PieceTaker): void {
		const {bytes, start, end} = window;
		for (let index = start + from; index < end; index++) {
			const byte = bytes[index] ?? 0;
			if (byte === lineFeed) {
				this.line++;
			}

			if (this.#isInString) {
				this.#goOnInString(byte, window, index);
			} else if (!isSpace(byte)) {
				this.#goOn(byte, index, {window, taker});
			}
		}

		window.start = this.#begin === -1 ? end : start + this.#begin;
		this.#begin = this.#begin === -1 ? -1 : 0;
	}

	#goOnInString(byte: number, window: ByteWindow, index: number): void {
		if (this.#isEscaped) {
			this.#isEscaped = false;
		} else if (byte === backslash) {
			this.#isEscaped = true;
		} else if (byte === quote) {
			this.#isInString = false;
			if (!this.#isInList && this.#begin !== -1) {
				const name = window.bytes.toString(
					'latin1',
					window.start + this.#begin + 1,
					index,
				);
				this.#isListNext = name === this.#list;
				this.#begin = -1;
			}
		}
	}

	#goOn(
		byte: number,
		index: number,
		{window, taker}: {window: ByteWindow; taker: PieceTaker},
	): void {
		const isAtElements = this.#isInList && this.#depth === this.#depthOfList;
		if (isAtElements && (byte === comma || byte === closeBracket)) {
			this.#endElement(index, {window, taker});
		} else if (isAtElements && this.#begin === -1) {
			this.#begin = index - window.start;
			this.#beginLine = this.line;
		}

		switch (byte) {
			case quote: {
				this.#isInString = true;
				if (!this.#isInList && this.#depth === 1 && this.#list !== undefined) {
					this.#begin = index - window.start;
				}

				break;
			}

			case openBracket:
			case openBrace: {
				this.#descend(byte);
				break;
			}

			case closeBracket:
			case closeBrace: {
				this.#ascend(taker);
				break;
			}

			case colon: {
				break;
			}

			default: {
				this.#isListNext = false;
				if (this.#depth === 0 && byte !== comma) {
					this.#addStray(taker);
				}
			}
		}
	}

	#descend(byte: number): void {
		this.#hadList &&= this.#depth > 0;
		this.#depth++;
		this.#isInList ||=
			byte === openBracket &&
			this.#depth === this.#depthOfList &&
			(this.#list === undefined || this.#isListNext);
		this.#hadList ||= this.#isInList;
		this.#isListNext = false;
	}

	#ascend(taker: PieceTaker): void {
		this.#depth = Math.max(0, this.#depth - 1);
		this.#isInList &&= this.#depth >= this.#depthOfList;
		if (this.#depth === 0 && !this.#hadList) {
			this.#addStray(taker);
		}
	}

	#addStray(taker: PieceTaker): void {
		if (this.#strayLine !== this.line) {
			this.#strayLine = this.line;
			taker.addProblem(this.line, 'It belongs to no list of records.');
		}
	}

	#endElement(
		index: number,
		{window, taker}: {window: ByteWindow; taker: PieceTaker},
	): void {
		if (this.#begin !== -1) {
			const {bytes, start} = window;
			const begin = start + this.#begin;
			const piece = {bytes, start: begin, end: index, line: this.#beginLine};
			this.#begin = -1;
			taker.takeText(piece);
		}
	}
}

/** Reads the elements of the lists of JSON documents, one document after the other, to the file's end. Resolves to how it ended. */
export const readElements = async (
	window: ByteWindow,
	{
		taker,
		list,
		line,
		progress,
	}: {
		readonly taker: PieceTaker;
		/** The property that is the list; `undefined` where the document is. */
		readonly list: string | undefined;
		/** Of the window's start. */
		readonly line: number;
		readonly progress: TellProgress;
	},
): Promise<'whole' | 'cut-off'> => {
	const splitter = new ElementSplitter(list, line);
	let scanned = 0;
	for (;;) {
		splitter.scan(window, scanned, taker);
		scanned = window.end - window.start;
		await progress();
		const filled = await window.fill();
		if (filled !== 'more') {
			const isWhole = filled === 'ended' && splitter.isBetweenDocuments;
			if (!isWhole) {
				taker.addProblem(
					splitter.line,
					filled === 'full'
						? 'An element is longer than 16 MB; the rest of the file was not read.'
						: 'The list is cut off: the file ends in it.',
				);
			}

			taker.finish(splitter.line);
			return isWhole ? 'whole' : 'cut-off';
		}
	}
};
