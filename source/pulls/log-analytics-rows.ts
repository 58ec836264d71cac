import {normalizeHost} from '../evidence/image-reference.js';
import type {PullAction, PulledImage} from '../evidence/pull.js';
import {parseDigest} from '../oci/digest.js';
import {isJsonObject, parseJson} from '../oci/json.js';
import {isRepositoryName, isTag} from '../oci/reference.js';
import {guessShape, type LogFormat} from './engines/log-format.js';
import type {PullRecord, ReadRecord} from './pull-record.js';
import {readTime} from './read-time.js';
import {dayOf} from './tally-book.js';

/** The columns of one row, by their names in lower case; what is absent is left out. */
type Row = ReadonlyMap<string, string>;

/** How different programs write that a column has no value. */
const absent: ReadonlySet<string> = new Set(['', 'none', 'null', '<nil>']);

const counts = ['count', 'accesscount', 'pulls', 'numberofpulls', 'count_'];
const lasts = ['last', 'lastpull', 'lastaccess', 'max_timegenerated'];

const actions: ReadonlyMap<string, PullAction> = new Map([
	// A summary of pulls and pushes together says no operation; it is why something is kept.
	['', 'pull'],
	['pull', 'pull'],
	['push', 'push'],
]);

const readColumns = (row: Readonly<Record<string, unknown>>): Row =>
	new Map(
		Object.entries(row).flatMap(([column, value]) => {
			const text =
				typeof value === 'string' || typeof value === 'number'
					? String(value).trim()
					: '';
			return absent.has(text.toLowerCase())
				? []
				: [[column.toLowerCase(), text] as const];
		}),
	);

const find = (row: Row, columns: readonly string[]): string | undefined =>
	columns.map(column => row.get(column)).find(value => value !== undefined);

/** A time; `undefined` for none, and for a text that is no time. */
const findTime = (row: Row, columns: readonly string[]): number | undefined => {
	const time = readTime(find(row, columns));
	return time === 'malformed' ? undefined : time;
};

const findCount = (row: Row): number | undefined => {
	const text = find(row, counts);
	if (text === undefined) {
		return 1;
	}

	const count = /^\d{1,15}(?:\.0+)?$/v.test(text) ? Number(text) : 0;
	return count > 0 ? count : undefined;
};

/** What was pulled; who pulls by digest has it in the place of the tag. */
const readImage = (row: Row): PulledImage | undefined => {
	const tag = row.get('tag');
	const digest = parseDigest(row.get('digest')) ?? parseDigest(tag);
	if (digest !== undefined) {
		return {kind: 'digest', digest};
	}

	return tag !== undefined && isTag(tag) ? {kind: 'tag', tag} : undefined;
};

type Counted = Pick<PullRecord, 'time' | 'count'>;

/** When a row's pulls were: at its time, within its day, or only the last of them is known. */
const spread = (row: Row, count: number): readonly Counted[] => {
	const last = findTime(row, lasts);
	const time = findTime(row, ['day', 'timegenerated']);
	if (time !== undefined) {
		const isSameDay = last !== undefined && dayOf(last) === dayOf(time);
		return [{time: isSameDay ? last : time, count}];
	}

	if (last === undefined) {
		return [{time: undefined, count}];
	}

	return [
		{time: last, count: 1},
		...(count > 1 ? [{time: undefined, count: count - 1}] : []),
	];
};

const bad = (problem: string): readonly ReadRecord[] => [
	{kind: 'bad', problem},
];

/** The row that says from when to when the workspace holds anything of a registry. */
const readSpan = (row: Row): readonly ReadRecord[] => {
	const host = normalizeHost(row.get('loginserver') ?? '');
	return [findTime(row, ['first']), findTime(row, lasts)].map(time => ({
		kind: 'other',
		time,
		host,
	}));
};

/** Whether a request was answered; a summary that does not say has left out the others. */
const isAnswered = (row: Row): boolean =>
	/^[23]/v.test(row.get('resultdescription') ?? '200');

/**
Reads one row of Log Analytics' table ContainerRegistryRepositoryEvents, or of a summary of it by day or by image, as az and the portal print them: an object with texts.

Rows of other operations and requests that failed are `other`. Of a summary that only says the last time, the other pulls have no time.
@see https://learn.microsoft.com/azure/azure-monitor/reference/tables/containerregistryrepositoryevents
*/
export const readLogAnalyticsRow = (value: unknown): readonly ReadRecord[] => {
	if (!isJsonObject(value)) {
		return bad('It is no row of a table.');
	}

	const row = readColumns(value);
	if (row.get('kind') === 'span') {
		return readSpan(row);
	}

	const host = normalizeHost(row.get('loginserver') ?? '');
	const operation = row.get('operationname') ?? '';
	const action = actions.get(operation.toLowerCase());
	if (action === undefined || !isAnswered(row)) {
		return [{kind: 'other', time: findTime(row, ['timegenerated']), host}];
	}

	const repository = row.get('repository')?.toLowerCase();
	const image = readImage(row);
	const count = findCount(row);
	if (repository === undefined || !isRepositoryName(repository)) {
		return bad('The row names no repository.');
	}

	if (image === undefined || count === undefined) {
		return bad(
			image === undefined
				? 'The row names neither a digest nor a tag.'
				: 'The row has a count that is no whole number.',
		);
	}

	const tag = row.get('tag');
	const correlation = row.get('correlationid');
	return spread(row, count).map(counted => ({
		kind: 'record',
		record: {
			...counted,
			host,
			repository,
			image,
			tag: tag !== undefined && isTag(tag) ? tag : undefined,
			action,
			id:
				correlation === undefined
					? undefined
					: `${correlation} ${operation} ${counted.time}`,
			agent: row.get('agent') ?? row.get('useragent') ?? '',
			client: [row.get('calleripaddress'), row.get('identity')]
				.filter(part => part !== undefined)
				.join(' '),
		},
	}));
};

/** Whether an object is a row of Log Analytics and no line of a storage account, whose names begin with small letters. */
export const isLogAnalyticsRow = (value: unknown): boolean =>
	isJsonObject(value) &&
	Object.hasOwn(value, 'Repository') &&
	(Object.hasOwn(value, 'TableName') ||
		Object.hasOwn(value, 'Digest') ||
		Object.hasOwn(value, 'LoginServer'));

/** Saved answers of Log Analytics: a JSON array of rows, or a row on each line. They say nothing of what they cover. */
export const logAnalyticsFormat: LogFormat = {
	kind: 'acr-events',
	version: 1,
	proves: 'all-digests',
	shapeOf: (_path, head) => guessShape(head, []),
	open: () => ({
		read: piece => readLogAnalyticsRow(parseJson(piece)),
	}),
};
