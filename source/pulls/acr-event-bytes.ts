import {Buffer} from 'node:buffer';
import {type AcrMeaning, judgeAcrEvent} from './acr-event.js';
import {FlatJson} from './engines/flat-json.js';
import type {PieceReader} from './engines/log-format.js';
import {copyText} from './engines/word-scan.js';
import {allImages, type RecordSink} from './engines/record-sink.js';
import {readTimeBytes} from './engines/time-bytes.js';

const topFields = [
	'time',
	'correlationId',
	'category',
	'operationName',
	'resultDescription',
];
const propertyFields = [
	'loginServer',
	'userAgent',
	'repository',
	'digest',
	'tag',
];
const time = 0;
const correlationId = 1;
const category = 2;
const operationName = 3;
/** What many images share, in the order of the fields; what tells images apart follows. */
const contextFields = 5;
const firstOfContext = 2;
const firstOfImage = firstOfContext + contextFields;
const imageFields = 3;
const idFields = [operationName, time];
const space = 0x20;
const openAngle = 0x3c;

const json = new FlatJson({
	top: topFields,
	inner: propertyFields,
	innerName: 'properties',
});

const {ranges} = json;

/** What an event is, for all that are like it. A field that is not there means the same as an empty one. */
const judge = (view: DataView): AcrMeaning => {
	const bytes = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
	const textOf = (field: number): string => {
		const start = ranges[field * 2] ?? -1;
		return start === -1
			? ''
			: bytes.toString('latin1', start, ranges[field * 2 + 1]);
	};

	return judgeAcrEvent({
		category: textOf(2),
		operationName: textOf(3),
		resultDescription: textOf(4),
		loginServer: textOf(5),
		userAgent: textOf(6),
		repository: textOf(7),
		digest: textOf(8),
		tag: textOf(9),
	});
};

const contextStretches = {
	ranges,
	from: firstOfContext,
	to: firstOfImage,
};
const imageStretches = {
	ranges,
	from: firstOfImage,
	to: firstOfImage + imageFields,
};

/** Keeps what an event is; -1 where it is bad. What is no pull or push is kept for all images of its context. */
const learn = (view: DataView, sink: RecordSink): number => {
	const meaning = judge(view);
	if (meaning.kind === 'bad') {
		return -1;
	}

	const {contexts, images, patterns} = sink;
	const found = contexts.lookUp(view, contextStretches);
	const context = found === -1 ? contexts.keep(view, contextStretches) : found;
	if (meaning.kind === 'other') {
		const other = sink.keep(meaning);
		patterns.set(context, allImages, other);
		return other;
	}

	const {kind, ...record} = meaning;
	const number = sink.keep({kind, record});
	const known = images.lookUp(view, imageStretches);
	const image = known === -1 ? images.keep(view, imageStretches) : known;
	patterns.set(context, image + 1, number);
	return number;
};

/** The number of the pattern of an event; -1 where it is bad. */
const findPattern = (view: DataView, sink: RecordSink): number => {
	const {contexts, images, patterns} = sink;
	const context = contexts.lookUp(view, contextStretches);
	if (context === -1) {
		return learn(view, sink);
	}

	const forAll = patterns.get(context, allImages);
	if (forAll !== -1) {
		return forAll;
	}

	const image = images.lookUp(view, imageStretches);
	const number = image === -1 ? -1 : patterns.get(context, image + 1);
	return number === -1 ? learn(view, sink) : number;
};

/** The same bytes as those of the id that the slow way makes; -1 where it is unusual. */
const writeId = (view: DataView, id: DataView): number => {
	const start = ranges[correlationId * 2] ?? -1;
	// An empty one, or `<nil>`.
	if (start === -1 || start === ranges[correlationId * 2 + 1]) {
		return -1;
	}

	if (view.getUint8(start) === openAngle) {
		return -1;
	}

	let length = copyText(view, {id, ranges, field: correlationId, at: 0});
	for (const field of idFields) {
		if (length === -1) {
			return -1;
		}

		id.setUint8(length, space);
		length = copyText(view, {id, ranges, field, at: length + 1});
	}

	return length;
};

/** The quick way to read an event, for `PieceReader.readBytes`. */
export const readAcrBytes: NonNullable<PieceReader['readBytes']> = (
	view,
	start,
	end,
	sink,
) => {
	if (
		!json.scan(view, start, end) ||
		ranges[time * 2] === -1 ||
		ranges[category * 2] === -1 ||
		ranges[operationName * 2] === -1
	) {
		return 'slow';
	}

	const moment = readTimeBytes(
		view,
		ranges[time * 2] ?? 0,
		ranges[time * 2 + 1] ?? 0,
	);
	const idLength = writeId(view, sink.id);
	if (Number.isNaN(moment) || idLength === -1) {
		return 'slow';
	}

	const pattern = findPattern(view, sink);
	if (pattern === -1) {
		return 'slow';
	}

	sink.add(pattern, moment, idLength);
	return 'read';
};
