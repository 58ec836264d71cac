import {isJsonObject} from '../../oci/json.js';
import type {RecordPattern} from './record-sink.js';

/** What a file holds of one registry. */
export type SummaryHost = {
	readonly host: string;
	/** Of any kind, pulls or not. */
	readonly records: number;
	/** Milliseconds since 1970, `undefined` where no record has a time. */
	readonly oldest: number | undefined;
	readonly newest: number | undefined;
};

/** What is known of a file that was read, beside its records. It is kept as JSON. */
export type FileSummary = {
	readonly hosts: readonly SummaryHost[];
	/** Pieces that could not be read. */
	readonly skipped: number;
	/** The first of them, with its line from 1. */
	readonly firstProblem:
		| {
				readonly line: number;
				readonly problem: string;
		  }
		| undefined;
	/** Whether the file breaks off in the middle of a piece, or of its packing. */
	readonly ending: 'whole' | 'cut-off';
};

/** A file whose records are kept. */
export type KeptFile = {
	/** The whole path. */
	readonly file: string;
	/** Bytes. */
	readonly size: number;
	/** Milliseconds since 1970. */
	readonly modified: number;
	readonly summary: FileSummary;
	/** Where its records begin and end among the bytes. */
	readonly from: number;
	readonly to: number;
};

/** What is kept of a source, as JSON. */
export type KeptSource = {
	/** What all records are made of; they name them by their index. */
	readonly patterns: readonly RecordPattern[];
	readonly files: readonly KeptFile[];
};

const isCount = (value: unknown): value is number =>
	typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

const isPattern = (value: unknown): boolean =>
	isJsonObject(value) &&
	(value['kind'] === 'other'
		? typeof value['host'] === 'string'
		: value['kind'] === 'record' && isJsonObject(value['record']));

const isFile = (value: unknown): boolean => {
	const summary = isJsonObject(value) ? value['summary'] : undefined;
	return (
		isJsonObject(value) &&
		isJsonObject(summary) &&
		typeof value['file'] === 'string' &&
		isCount(value['size']) &&
		typeof value['modified'] === 'number' &&
		isCount(value['from']) &&
		isCount(value['to']) &&
		Array.isArray(summary['hosts']) &&
		isCount(summary['skipped'])
	);
};

/** What a document says is kept; `undefined` where it is none. It has a checksum, so only its shape is looked at. */
export const readKeptSource = (document: unknown): KeptSource | undefined => {
	if (!isJsonObject(document)) {
		return undefined;
	}

	const {patterns, files} = document;
	return Array.isArray(patterns) &&
		patterns.every(pattern => isPattern(pattern)) &&
		Array.isArray(files) &&
		files.every(file => isFile(file))
		? // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- looked at just above
			(document as KeptSource)
		: undefined;
};
