import {
	type ImageReference,
	parseImageReference,
} from '../evidence/image-reference.js';
import type {PullAction} from '../evidence/pull.js';
import {isJsonObject} from '../oci/json.js';
import {findField, findInteger, findText} from './find-field.js';
import {readImageCount} from './image-counts.js';
import {imageOf} from './image-of.js';
import type {PullRecord, ReadRecord} from './pull-record.js';
import {readKnownTime} from './known-time.js';

/** Occurrences of one event that are told apart; those beyond are counted together. */
const mostOccurrences = 100;

const messagePattern =
	/^(?<what>pulling image|successfully pulled image|container image|failed to pull image|back-off pulling image) "(?<image>[^"]+)"/i;

const actions: Readonly<Record<string, PullAction>> = {
	'pulling image': 'attempt',
	'successfully pulled image': 'pull',
	'container image': 'present',
};

/** What a kubelet's message says happened to which image; `undefined` where it tells of no pull, or of one that failed. */
const readMessage = (
	message: string,
): {action: PullAction; reference: ImageReference} | undefined => {
	const {what = '', image = ''} = messagePattern.exec(message)?.groups ?? {};
	const kind = what.toLowerCase();
	const action = actions[kind];
	const reference = parseImageReference(image);
	if (
		action === undefined ||
		reference === undefined ||
		// The kubelet says so of an image that it may not fetch, too.
		(action === 'present' && !/already present/i.test(message))
	) {
		return undefined;
	}

	return {action, reference};
};

type Happened = {
	readonly first: number | undefined;
	readonly last: number | undefined;
	readonly count: number;
};

/** The first time that stands under one of the names. */
const findTime = (
	value: unknown,
	...paths: readonly string[]
): number | undefined =>
	paths
		.map(path => readKnownTime(findField(value, path)))
		.find(time => time !== undefined);

/** How often and when an event of the core or of the events.k8s.io API happened. */
const readHappened = (event: unknown): Happened => {
	const counts = ['series.count', 'count', 'deprecatedCount'].map(
		path => findInteger(event, path) ?? 0,
	);
	return {
		first: findTime(
			event,
			'firstTimestamp',
			'deprecatedFirstTimestamp',
			'eventTime',
			'metadata.creationTimestamp',
		),
		last: findTime(
			event,
			'series.lastObservedTime',
			'lastTimestamp',
			'deprecatedLastTimestamp',
			'eventTime',
			'metadata.creationTimestamp',
		),
		count: Math.max(1, ...counts),
	};
};

/**
One record for each occurrence, so that the same event, listed again with a higher count, adds only what is new.

Of all but the first and the last no time is told: they stand at the last.
*/
const spread = (
	record: PullRecord,
	{first, last, count}: Happened,
): readonly ReadRecord[] => {
	const single = Math.min(count, mostOccurrences);
	const tell = (id: string, fields: Partial<PullRecord>): ReadRecord => ({
		kind: 'record',
		record: {...record, id: `${record.id} ${id}`, ...fields},
	});
	return [
		...Array.from({length: single}, (_, index) =>
			tell(String(index + 1), {
				time: index === 0 && count > 1 ? (first ?? last) : last,
			}),
		),
		...(count > single
			? [tell(`to ${count}`, {time: last, count: count - single})]
			: []),
	];
};

const recordOf = (
	event: unknown,
	time: number | undefined,
): PullRecord | undefined => {
	const message = readMessage(
		findText(event, 'message') || findText(event, 'note'),
	);
	return (
		message && {
			time,
			host: message.reference.host,
			repository: message.reference.repository,
			image: imageOf(message.reference),
			tag: undefined,
			action: message.action,
			count: 1,
			id: undefined,
			agent: '',
			client:
				findText(event, 'source.host') ||
				findText(event, 'deprecatedSource.host') ||
				findText(event, 'reportingInstance'),
		}
	);
};

const other = (time: number | undefined): ReadRecord => ({
	kind: 'other',
	time,
	host: '',
});

/** An event as the API server lists it. */
const readListed = (event: unknown): readonly ReadRecord[] => {
	const happened = readHappened(event);
	if (happened.last === undefined) {
		return [{kind: 'bad', problem: 'The event tells no time.'}];
	}

	const record = recordOf(event, happened.last);
	const id =
		findText(event, 'metadata.uid') ||
		`${findText(event, 'metadata.namespace')}/${findText(event, 'metadata.name')}`;
	return record ? spread({...record, id}, happened) : [other(happened.last)];
};

/** What makes an entry the same when its exporter starts again and sends it anew. */
const identify = (
	entry: unknown,
	event: unknown,
	time: number,
): string | undefined => {
	const uid = findText(event, 'involvedObject.uid');
	const insertId = findText(entry, 'insertId');
	if (uid !== '') {
		return `${uid} ${findText(event, 'involvedObject.fieldPath')} ${findText(event, 'reason')} ${time}`;
	}

	return insertId === '' ? undefined : `${insertId} ${time}`;
};

/** An entry of Cloud Logging, or a row of the table that a sink makes of them: one occurrence each. */
const readEntry = (entry: unknown): readonly ReadRecord[] => {
	const event = findField(entry, 'jsonPayload') ?? payloadOf(entry);
	const time = findTime(entry, 'timestamp') ?? findTime(event, 'lastTimestamp');
	if (time === undefined) {
		return [{kind: 'bad', problem: 'The entry tells no time.'}];
	}

	const record = recordOf(event, time);
	return record
		? [
				{
					kind: 'record',
					record: {...record, id: identify(entry, event, time)},
				},
			]
		: [other(time)];
};

const payloadPattern = /^jsonpayload[._]/i;

/** The payload of a row whose columns are flat: `jsonPayload.message`, `jsonPayload_message`. */
const payloadOf = (
	entry: unknown,
): Readonly<Record<string, unknown>> | undefined => {
	const fields = isJsonObject(entry)
		? Object.entries(entry).filter(([name]) => payloadPattern.test(name))
		: [];
	return fields.length === 0
		? undefined
		: Object.fromEntries(
				fields.map(([name, value]) => [
					name.replace(payloadPattern, ''),
					value,
				]),
			);
};

const isEntry = (value: unknown): boolean =>
	findField(value, 'logName') !== undefined ||
	findField(value, 'jsonPayload') !== undefined ||
	findField(value, 'textPayload') !== undefined ||
	payloadOf(value) !== undefined;

const isListed = (value: unknown): boolean =>
	findText(value, 'kind') === 'Event' ||
	findField(value, 'involvedObject') !== undefined ||
	findField(value, 'regarding') !== undefined;

/**
Reads one element of what tells of Kubernetes events: an entry of Cloud Logging, a row of the BigQuery table of its sink, an event of the core/v1 or events.k8s.io/v1 API (bare, or as a watch wraps it), or a row of the aggregates
`imageName, numberOfPulls` with or without `timeOfImagePull`.

A list of them (`kubectl get events -o json`) is read whole. What else happened in the cluster, and a pull that failed, is `other`.
*/
export const readKubernetesEvent = (value: unknown): readonly ReadRecord[] => {
	const items = findField(value, 'items');
	if (Array.isArray(items)) {
		return items.flatMap(item => readKubernetesEvent(item));
	}

	const watched = isJsonObject(value) ? value['object'] : undefined;
	if (isListed(watched)) {
		return readListed(watched);
	}

	if (isEntry(value)) {
		return readEntry(value);
	}

	if (isListed(value)) {
		return readListed(value);
	}

	return [
		readImageCount(value) ?? {
			kind: 'bad',
			problem:
				'It is neither an event of Kubernetes, nor an entry of Cloud Logging, nor a row with imageName and numberOfPulls.',
		},
	];
};
