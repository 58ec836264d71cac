import {splitCsvRow} from './engines/csv-row.js';
import type {FileShape, LogFormat, PieceReader} from './engines/log-format.js';
import {createUsageBytes} from './gcs-usage-bytes.js';
import {judgeUsage, usageColumns} from './gcs-usage-row.js';
import type {ReadRecord} from './pull-record.js';

const bad = (problem: string): ReadRecord => ({kind: 'bad', problem});

/** 1970-01-02 to 9999-12-31: what lies before is a zero that somebody has written. */
const earliest = 86_400_000;
const latest = 253_402_300_799_999;

/** Milliseconds since 1970 of a whole number of microseconds; `undefined` for anything else. */
const readMicros = (text: string): number | undefined => {
	const time = /^\d{1,18}$/v.test(text) ? Math.floor(Number(text) / 1000) : -1;
	return time >= earliest && time <= latest ? time : undefined;
};

/** One row, its cells by the places of the columns. */
const readCells = (
	cells: readonly string[],
	places: readonly number[],
): ReadRecord => {
	const [
		micros = '',
		id = '',
		method = '',
		status = '',
		agent = '',
		bucket = '',
		referer = '',
		object = '',
	] = places.map(place => cells[place]);
	const time = readMicros(micros);
	if (time === undefined) {
		return bad('Its time_micros is no time.');
	}

	const meaning = judgeUsage({method, status, agent, bucket, referer, object});
	if (meaning.kind === 'other') {
		return {...meaning, time};
	}

	const {kind, ...record} = meaning;
	return {
		kind,
		record: {
			...record,
			time,
			count: 1,
			id: id === '' ? undefined : id,
			client: '',
		},
	};
};

const openRows = (
	columns: readonly string[],
): PieceReader | {readonly problem: string} => {
	const places = usageColumns.map(column => columns.indexOf(column));
	const missing = usageColumns.filter((_, index) => places[index] === -1);
	if (missing.length > 0) {
		return {
			problem: `It is no usage log: its first row does not name ${missing.join(', ')}.`,
		};
	}

	return {
		read(row) {
			const cells = splitCsvRow(row);
			if (cells === undefined) {
				return [bad('Its quotes are not those of CSV.')];
			}

			return cells.length === columns.length
				? [readCells(cells, places)]
				: [
						bad(
							`It has ${cells.length} cells where the first row names ${columns.length}.`,
						),
					];
		},
		readBytes: createUsageBytes(places, columns.length),
	};
};

/** Logs of what is stored lie beside the usage logs. */
const shapeOf = (path: string, head: string): FileShape =>
	/_storage_[\d_]+[^\/]*$/v.test(path) ||
	/^"?bucket"?,"?storage_byte_hours"?/v.test(head)
		? {kind: 'left-out'}
		: {kind: 'rows'};

/**
The usage logs that Google's Container Registry left in a bucket: CSV with a header. They know of blobs only, and they are history, because that registry is shut down.
@see https://cloud.google.com/storage/docs/access-logs
*/
export const createGcsUsageFormat = (): LogFormat => ({
	kind: 'gcs-usage',
	version: 1,
	proves: 'nothing',
	shapeOf,
	open: (_path, columns) => openRows(columns),
});
