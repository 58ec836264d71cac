import {Buffer} from 'node:buffer';
import type {BytesOutcome, PieceReader} from './engines/log-format.js';
import {
	allImages,
	type RecordPattern,
	type RecordSink,
} from './engines/record-sink.js';
import {copyText, findQuote} from './engines/word-scan.js';
import {
	isFetched,
	judgeUsage,
	usageColumns,
	type UsageMeaning,
} from './gcs-usage-row.js';

const quote = 0x22;
const comma = 0x2c;
const zero = 0x30;
const nine = 0x39;
/** As many digits are a whole number for sure, and microseconds until the year 2286. */
const mostDigits = 15 + 1;
const earliest = 86_400_000;

const time = 0;
const id = 1;
const firstOfContext = 2;
const firstOfImage = 6;

/** The end of a cell without quotes; -1 where there is a quote in it. */
const findCellEnd = (view: DataView, from: number, end: number): number => {
	for (let at = from; at < end; at++) {
		const byte = view.getUint8(at);
		if (byte === comma) {
			return at;
		}

		if (byte === quote) {
			return -1;
		}
	}

	return end;
};

/** Milliseconds since 1970 of microseconds; NaN where they are written otherwise than usual. */
const readMicros = (view: DataView, start: number, end: number): number => {
	if (end === start || end - start > mostDigits) {
		return Number.NaN;
	}

	let micros = 0;
	for (let at = start; at < end; at++) {
		const byte = view.getUint8(at);
		if (byte < zero || byte > nine) {
			return Number.NaN;
		}

		micros = micros * 10 + byte - zero;
	}

	const milliseconds = Math.floor(micros / 1000);
	return milliseconds < earliest ? Number.NaN : milliseconds;
};

type Row = {
	/** Beginnings and ends of the wanted cells, without their quotes. */
	readonly ranges: Int32Array;
	/** Which wanted cell each column is; -1 where it is none. */
	readonly wanted: Int32Array;
};

/** Goes through the cells of a row. */
const scanRow = (
	view: DataView,
	from: number,
	end: number,
	{ranges, wanted}: Row,
): BytesOutcome => {
	let at = from;
	for (let column = 0; column < wanted.length; column++) {
		const isQuoted = at < end && view.getUint8(at) === quote;
		const start = isQuoted ? at + 1 : at;
		const cellEnd = isQuoted
			? findQuote(view, start, end)
			: findCellEnd(view, start, end);
		if (isQuoted && cellEnd === end) {
			return 'more';
		}

		at = isQuoted ? cellEnd + 1 : cellEnd;
		const isLast = column === wanted.length - 1;
		if (
			cellEnd === -1 ||
			(isLast ? at !== end : at >= end || view.getUint8(at) !== comma)
		) {
			return 'slow';
		}

		const cell = wanted[column] ?? -1;
		if (cell !== -1) {
			ranges[cell * 2] = start;
			ranges[cell * 2 + 1] = cellEnd;
		}

		at++;
	}

	return 'read';
};

/** What a row is, for all that are like it, and whether that is so whatever it fetched. */
const judge = (
	view: DataView,
	ranges: Int32Array,
): {readonly meaning: UsageMeaning; readonly isForAll: boolean} => {
	const bytes = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
	const textOf = (cell: number): string =>
		bytes.toString('utf8', ranges[cell * 2], ranges[cell * 2 + 1]);
	const method = textOf(2);
	const status = textOf(3);
	return {
		meaning: judgeUsage({
			method,
			status,
			agent: textOf(4),
			bucket: textOf(5),
			referer: textOf(6),
			object: textOf(7),
		}),
		isForAll: !isFetched(method, status),
	};
};

const toPattern = (meaning: UsageMeaning): RecordPattern => {
	if (meaning.kind === 'other') {
		return meaning;
	}

	const {kind, ...record} = meaning;
	return {kind, record};
};

/** The number of the pattern of a row. */
const findPattern = (
	view: DataView,
	ranges: Int32Array,
	sink: RecordSink,
): number => {
	const {contexts, images, patterns} = sink;
	const context = {ranges, from: firstOfContext, to: firstOfImage};
	const image = {ranges, from: firstOfImage, to: usageColumns.length};
	const known = contexts.lookUp(view, context);
	const forAll = known === -1 ? -1 : patterns.get(known, allImages);
	if (forAll !== -1) {
		return forAll;
	}

	const place = images.lookUp(view, image);
	const found =
		known === -1 || place === -1 ? -1 : patterns.get(known, place + 1);
	if (found !== -1) {
		return found;
	}

	const {meaning, isForAll} = judge(view, ranges);
	const number = sink.keep(toPattern(meaning));
	const own = known === -1 ? contexts.keep(view, context) : known;
	if (isForAll) {
		patterns.set(own, allImages, number);
	} else {
		const kept = place === -1 ? images.keep(view, image) : place;
		patterns.set(own, kept + 1, number);
	}

	return number;
};

/**
The quick way to read the rows of a usage log, for `PieceReader.readBytes`.
@param places - The columns of the wanted cells, in the order of `usageColumns`.
@param width - How many columns there are.
*/
export const createUsageBytes = (
	places: readonly number[],
	width: number,
): NonNullable<PieceReader['readBytes']> => {
	const ranges = new Int32Array(places.length * 2);
	const wanted = new Int32Array(width).fill(-1);
	for (const [cell, place] of places.entries()) {
		wanted[place] = cell;
	}

	const row: Row = {ranges, wanted};
	return (view, start, end, sink) => {
		const outcome = scanRow(view, start, end, row);
		if (outcome !== 'read') {
			return outcome;
		}

		const moment = readMicros(
			view,
			ranges[time * 2] ?? 0,
			ranges[time * 2 + 1] ?? 0,
		);
		const idLength = copyText(view, {id: sink.id, ranges, field: id, at: 0});
		if (Number.isNaN(moment) || idLength === -1) {
			return 'slow';
		}

		sink.add(findPattern(view, ranges, sink), moment, idLength);
		return 'read';
	};
};
