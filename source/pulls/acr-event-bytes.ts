import {Buffer} from 'node:buffer';
import {judgeAcrEvent} from './acr-event.js';
import {FlatJson} from './engines/flat-json.js';
import type {PieceReader} from './engines/log-format.js';
import type {RecordPattern, RecordSink} from './engines/record-sink.js';
import {readTimeBytes} from './engines/time-bytes.js';

/** The first of these are what events are told apart by, in the order of `patternFields`. */
const topFields = [
	'time',
	'correlationId',
	'category',
	'operationName',
	'resultDescription',
];
const propertyFields = [
	'loginServer',
	'repository',
	'digest',
	'tag',
	'userAgent',
];
const time = 0;
const correlationId = 1;
const category = 2;
const operationName = 3;
const firstOfPattern = 2;
const patternFields = topFields.length + propertyFields.length - firstOfPattern;
const space = 0x20;
const openAngle = 0x3c;

const json = new FlatJson({
	top: topFields,
	inner: propertyFields,
	innerName: 'properties',
});

const {ranges} = json;

/** The text of a field; empty where it is not there, which means the same. */
const textOf = (bytes: Uint8Array, field: number): string => {
	const start = ranges[field * 2] ?? -1;
	return start === -1
		? ''
		: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(
				'latin1',
				start,
				ranges[field * 2 + 1],
			);
};

/** What an event of these texts is, for all that are like it; `undefined` for what is bad. */
const judge = (bytes: Uint8Array): RecordPattern | undefined => {
	const meaning = judgeAcrEvent({
		category: textOf(bytes, 2),
		operationName: textOf(bytes, 3),
		resultDescription: textOf(bytes, 4),
		loginServer: textOf(bytes, 5),
		repository: textOf(bytes, 6),
		digest: textOf(bytes, 7),
		tag: textOf(bytes, 8),
		userAgent: textOf(bytes, 9),
	});
	if (meaning.kind === 'bad') {
		return undefined;
	}

	if (meaning.kind === 'other') {
		return meaning;
	}

	const {kind, ...record} = meaning;
	return {kind, record};
};

/** The number of the pattern of an event; -1 where it is bad. */
const findPattern = (bytes: Uint8Array, sink: RecordSink): number => {
	const {known} = sink;
	for (let field = 0; field < patternFields; field++) {
		const start = ranges[(firstOfPattern + field) * 2] ?? -1;
		known.ranges[field * 2] = start;
		known.ranges[field * 2 + 1] =
			start === -1 ? start : (ranges[(firstOfPattern + field) * 2 + 1] ?? -1);
	}

	const found = known.find(bytes, patternFields);
	if (found !== -1) {
		return found;
	}

	const pattern = judge(bytes);
	const number = pattern === undefined ? -1 : sink.keep(pattern);
	if (number !== -1) {
		known.keep(number);
	}

	return number;
};

/** Appends a text to an id; resolves to its length, -1 where it does not fit. */
const append = (
	id: Uint8Array,
	at: number,
	bytes: Uint8Array,
	field: number,
): number => {
	const start = ranges[field * 2] ?? 0;
	const length = (ranges[field * 2 + 1] ?? 0) - start;
	if (at + length >= id.length) {
		return -1;
	}

	for (let index = 0; index < length; index++) {
		id[at + index] = bytes[start + index] ?? 0;
	}

	return at + length;
};

/** The same bytes as those of the id that the slow way makes; -1 where it is unusual. */
const writeId = (bytes: Uint8Array, id: Uint8Array): number => {
	const start = ranges[correlationId * 2] ?? -1;
	// An empty one, or `<nil>`.
	if (start === -1 || start === ranges[correlationId * 2 + 1]) {
		return -1;
	}

	if (bytes[start] === openAngle) {
		return -1;
	}

	let length = append(id, 0, bytes, correlationId);
	for (const field of [operationName, time]) {
		if (length === -1) {
			return -1;
		}

		id[length] = space;
		length = append(id, length + 1, bytes, field);
	}

	return length;
};

/** The quick way to read an event, for `PieceReader.readBytes`. */
export const readAcrBytes: NonNullable<PieceReader['readBytes']> = (
	bytes,
	{start, end},
	sink,
) => {
	if (
		!json.scan(bytes, start, end) ||
		ranges[time * 2] === -1 ||
		ranges[category * 2] === -1 ||
		ranges[operationName * 2] === -1
	) {
		return 'slow';
	}

	const moment = readTimeBytes(
		bytes,
		ranges[time * 2] ?? 0,
		ranges[time * 2 + 1] ?? 0,
	);
	const idLength = writeId(bytes, sink.id);
	if (Number.isNaN(moment) || idLength === -1) {
		return 'slow';
	}

	const pattern = findPattern(bytes, sink);
	if (pattern === -1) {
		return 'slow';
	}

	sink.add(pattern, moment, idLength);
	return 'read';
};
