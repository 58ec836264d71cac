import {isJsonObject} from '../oci/json.js';
import {isRepositoryName} from '../oci/reference.js';
import {readMoment} from './moment.js';

/** What Docker Hub's counters of a repository stood at, at a time. */
export type CounterSample = {
	readonly namespace: string;
	readonly name: string;
	/** Milliseconds since 1970 at which they were read. */
	readonly time: number;
	/** All pulls ever, of all tags, by anyone. */
	readonly pulls: bigint;
	readonly stars: number | undefined;
};

/** What a document of counters is. */
export type ReadCounter =
	| {readonly kind: 'sample'; readonly sample: CounterSample}
	/** No counters, and no damage: what was published when Docker Hub had answered with an error. */
	| {readonly kind: 'other'}
	/** One sentence without a place. */
	| {readonly kind: 'bad'; readonly problem: string};

const bad = (problem: string): ReadCounter => ({kind: 'bad', problem});

/** A counter as a number or, where it has more than 53 bits, as digits; a number that large has lost its last digits on the way. */
const readCount = (value: unknown): bigint | undefined =>
	(typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) ||
	(typeof value === 'string' && /^\d{1,19}$/.test(value))
		? BigInt(value)
		: undefined;

/**
The counters in a document as dockerhubstats2mqtt publishes it and OpenSearch keeps it: Docker Hub's object of a repository with the time beside it, `timestamp` or, in older indexes, `_timestamp`.
*/
export const readCounterDocument = (document: unknown): ReadCounter => {
	if (!isJsonObject(document)) {
		return bad('It is not a JSON object.');
	}

	if (document['pull_count'] === undefined || document['pull_count'] === null) {
		return {kind: 'other'};
	}

	// Older answers call the namespace `user`.
	const namespace = document['namespace'] ?? document['user'];
	const {name, star_count: stars} = document;
	if (!isPart(namespace) || !isPart(name)) {
		return bad('It names no repository.');
	}

	const time = readMoment(document['timestamp'] ?? document['_timestamp']);
	if (time === undefined) {
		return bad('It has no timestamp with a time zone.');
	}

	const pulls = readCount(document['pull_count']);
	return pulls === undefined
		? bad('Its pull_count is no whole number that was kept exactly.')
		: {
				kind: 'sample',
				sample: {
					namespace,
					name,
					time,
					pulls,
					stars: typeof stars === 'number' ? stars : undefined,
				},
			};
};

const isPart = (value: unknown): value is string =>
	isRepositoryName(value) && !value.includes('/');

/** A counter for JSON: a number where that keeps it exactly, else its digits. */
export const writeCount = (count: bigint): number | string =>
	count <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(count) : String(count);

/** A sample as such a document, to be kept. */
export const writeCounterDocument = ({
	namespace,
	name,
	time,
	pulls,
	stars,
}: CounterSample): Readonly<Record<string, unknown>> =>
	Object.fromEntries([
		['timestamp', formatTimestamp(time)],
		['namespace', namespace],
		['name', name],
		['pull_count', writeCount(pulls)],
		['star_count', stars],
	]);

/** A time as `date -Iseconds` prints it in UTC: `2026-11-22T10:00:00+00:00`. */
export const formatTimestamp = (time: number): string =>
	new Date(time).toISOString().replace(/\.\d+Z$/, '+00:00');
