import {parse} from 'csv-parse/sync';
import type {TimeSpan} from '../evidence/pull.js';
import {isJsonObject, parseJson} from '../oci/json.js';
import {
	proveByAuditLog,
	readArtifactRegistryEntry,
} from './artifact-registry-audit.js';
import {proveByEvents, readDistributionEvent} from './distribution-events.js';
import {openDistributionLog} from './distribution-log.js';
import {
	type FileShape,
	guessShape,
	type LogFormat,
	type PieceReader,
} from './engines/log-format.js';
import {joinRequests} from './join-requests.js';
import {readKubernetesEvent} from './kubernetes-events.js';
import type {ReadRecord} from './pull-record.js';

type ReadValue = (value: unknown) => readonly ReadRecord[];

const readJson = (
	piece: string,
	readValue: ReadValue,
): readonly ReadRecord[] => {
	const value = parseJson(piece);
	return value === undefined
		? [{kind: 'bad', problem: 'It is no JSON, or is cut off.'}]
		: readValue(value);
};

/**
How a file of JSON is cut up: lines where the first of them is whole, else by what it begins with; a single document on several lines is one piece.
@param lists - Properties that hold the elements of a document.
*/
const shapeOfJson = (head: string, lists: readonly string[]): FileShape => {
	const start = head.trimStart();
	const [first = ''] = start.split('\n', 1);
	if (isJsonObject(parseJson(first))) {
		return {kind: 'lines'};
	}

	const shape = guessShape(start, lists);
	return shape.kind === 'lines' && /^{\s*$/.test(first)
		? {kind: 'whole'}
		: shape;
};

/** The fields of a row of CSV; `undefined` where it breaks the format. */
const splitRow = (row: string): readonly string[] | undefined => {
	try {
		return (parse(row) as readonly string[][])[0];
	} catch {
		return undefined;
	}
};

const openRows = (
	columns: readonly string[],
	readValue: ReadValue,
): PieceReader => ({
	read(piece) {
		const fields = splitRow(piece);
		return fields?.length === columns.length
			? readValue(
					Object.fromEntries(
						columns.map((column, index) => [column.trim(), fields[index]]),
					),
				)
			: [
					{
						kind: 'bad',
						problem: `The row has not the ${columns.length} columns of the first one.`,
					},
				];
	},
});

/** Whether a text begins with the names of the columns of counted images. */
export const isImageCounts = (head: string): boolean => {
	const [first = ''] = head.trimStart().split('\n', 1);
	const columns = new Set(
		first
			.split(',')
			.map(column => column.replaceAll(/["\s]/g, '').toLowerCase()),
	);
	return columns.has('imagename') && columns.has('numberofpulls');
};

/** Files of Kubernetes' image events and of what was counted from them. */
export const kubernetesEventsFormat: LogFormat = {
	kind: 'kubernetes-events',
	version: 1,
	proves: 'nothing',
	shapeOf: (_, head) =>
		isImageCounts(head) ? {kind: 'rows'} : shapeOfJson(head, ['items']),
	open: (_, columns) =>
		columns.length > 0
			? openRows(columns, readKubernetesEvent)
			: {read: piece => readJson(piece, readKubernetesEvent)},
};

/** Files of Artifact Registry's audit log. */
export const createArtifactRegistryFormat = (options: {
	readonly anonymousReadsAreRefused: boolean;
}): LogFormat => ({
	kind: 'ar-audit',
	version: 1,
	proves: proveByAuditLog(options),
	shapeOf: (_, head) => shapeOfJson(head, []),
	open: () =>
		joinRequests({read: piece => readJson(piece, readArtifactRegistryEntry)}),
});

/** Files of notifications that a registry has sent. */
export const createDistributionEventsFormat = (options: {
	readonly declared: TimeSpan | undefined;
}): LogFormat => ({
	kind: 'distribution-events',
	version: 1,
	proves: proveByEvents(options),
	shapeOf: (_, head) => shapeOfJson(head, ['events']),
	open: () =>
		joinRequests({read: piece => readJson(piece, readDistributionEvent)}),
});

/** Files of a registry's own log. */
export const distributionLogFormat: LogFormat = {
	kind: 'distribution-log',
	version: 1,
	proves: 'nothing',
	shapeOf: () => ({kind: 'lines'}),
	open: () => joinRequests(openDistributionLog()),
};
