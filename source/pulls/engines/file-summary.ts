import {isJsonObject} from '../../oci/json.js';
import type {RecordPattern} from './record-sink.js';

/** Records of one pattern and one day in a file. */
export type SummarySlot = {
	/** Index into the patterns. */
	readonly pattern: number;
	/** Those without an id, which need not be looked for in other files: how many records, and how often they say that it happened. */
	readonly records: number;
	readonly count: number;
	/** Milliseconds since 1970 of the newest on that day; null where none has a time. */
	readonly last: number | null;
};

/** What a file holds of one registry. */
export type SummaryHost = {
	readonly host: string;
	/** Of any kind, pulls or not. */
	readonly records: number;
	/** Milliseconds since 1970; null where no record has a time. */
	readonly oldest: number | null;
	readonly newest: number | null;
};

/**
What one file of a log comes to, as JSON that can be kept.

Beside it belongs a list of 12 bytes for each record that has an id: the two halves of its hash and the index of its slot, in the order of bytes of this machine. Only with them can records be dropped that another file has as well.
*/
export type FileSummary = {
	readonly patterns: readonly RecordPattern[];
	readonly slots: readonly SummarySlot[];
	readonly hosts: readonly SummaryHost[];
	/** Pieces that could not be read. */
	readonly skipped: number;
	/** The first of them, with its line from 1. */
	readonly firstProblem:
		{readonly line: number; readonly problem: string} | null;
	/** Whether the file breaks off in the middle of a piece, or of its packing. */
	readonly ending: 'whole' | 'cut-off';
	/** A file that belongs to something else, and was passed over. */
	readonly isLeftOut: boolean;
};

const isCount = (value: unknown): value is number =>
	typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

const isTime = (value: unknown): boolean =>
	value === null || (typeof value === 'number' && Number.isFinite(value));

const isPattern = (value: unknown): boolean =>
	isJsonObject(value) &&
	(value['kind'] === 'other'
		? typeof value['host'] === 'string'
		: value['kind'] === 'record' && isJsonObject(value['record']));

/** The summary that a document is; `undefined` where it is none. What is kept has a checksum, so only its shape is looked at. */
export const readSummary = (document: unknown): FileSummary | undefined => {
	if (!isJsonObject(document)) {
		return undefined;
	}

	const {patterns, slots, hosts, skipped, ending} = document;
	return Array.isArray(patterns) &&
		patterns.every(pattern => isPattern(pattern)) &&
		Array.isArray(slots) &&
		slots.every(
			slot =>
				isJsonObject(slot) &&
				isCount(slot['pattern']) &&
				slot['pattern'] < patterns.length &&
				isCount(slot['count']) &&
				isTime(slot['last']),
		) &&
		Array.isArray(hosts) &&
		hosts.every(
			host =>
				isJsonObject(host) &&
				typeof host['host'] === 'string' &&
				isCount(host['records']),
		) &&
		isCount(skipped) &&
		(ending === 'whole' || ending === 'cut-off')
		? // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- looked at just above
			(document as FileSummary)
		: undefined;
};
