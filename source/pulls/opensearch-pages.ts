import {
	type CounterSample,
	readCounterDocument,
} from '../evidence/counter-sample.js';
import type {TimeSpan} from '../evidence/pull.js';
import {isJsonObject} from '../oci/json.js';
import {UserError} from '../user-error.js';
import type {SearchClient} from './opensearch-client.js';
import {
	type CountingFields,
	createCountQuery,
	createDocumentsQuery,
	searchPath,
} from './opensearch-queries.js';

type Fields = Readonly<Record<string, unknown>>;

/** What was found, while it is being read. */
export type FoundSamples = {
	readonly samples: CounterSample[];
	/** Documents that they stand for. */
	records: number;
	skipped: number;
	firstProblem: string | undefined;
	/** Sentences on what is missing. */
	readonly gaps: Set<string>;
};

export const findNothing = (): FoundSamples => ({
	samples: [],
	records: 0,
	skipped: 0,
	firstProblem: undefined,
	gaps: new Set(),
});

/** How the pages of one question are read. */
export type PageOptions = {
	readonly span: TimeSpan;
	/** Documents or days of a repository on one page. */
	readonly size: number;
	readonly found: FoundSamples;
	readonly signal: AbortSignal;
};

const note = (
	found: FoundSamples,
	document: unknown,
	{place, count}: {place: string; count: number},
): void => {
	const read = readCounterDocument(document);
	if (read.kind === 'sample') {
		found.samples.push(read.sample);
		found.records += count;
	} else if (read.kind === 'bad') {
		found.skipped += count;
		found.firstProblem ??= `${place}: ${read.problem}`;
	}
};

/** A query that ran out of time or missed a part of the index is answered with 200 all the same. */
const noteMissing = (found: FoundSamples, {_shards, ...body}: Fields): void => {
	const failed = isJsonObject(_shards) ? Number(_shards['failed'] ?? 0) : 0;
	if (failed > 0) {
		found.gaps.add(
			`${failed} parts of the index did not answer; ask again, and look at the cluster if it stays.`,
		);
	}

	if (body['timed_out'] === true) {
		found.gaps.add('The index answered only in part, for lack of time.');
	}
};

const malformed = ({place}: SearchClient): UserError =>
	new UserError(`${place.host} does not answer like OpenSearch.`, {
		remedy: 'Check the address.',
	});

/** Whether the first page was refused because the index does not know how to count so; then its documents have to be read. */
const cannotCount = (status: number): boolean =>
	status === 400 || status === 405;

/**
Lets the index count: the highest counter of each day and repository, in pages.

Resolves to `refused` where the index cannot. Throws `UserError`.
*/
export const readCounts = async (
	client: SearchClient,
	fields: CountingFields,
	{span, size, found, signal}: PageOptions,
): Promise<'read' | 'refused'> => {
	let after: unknown;
	do {
		const reply = await client.ask(
			searchPath,
			createCountQuery(fields, {span, size, after}),
			signal,
		);
		if (reply.kind === 'refused') {
			if (after === undefined && cannotCount(reply.status)) {
				return 'refused';
			}

			throw reply.error;
		}

		noteMissing(found, reply.body);
		const {aggregations} = reply.body;
		const days = isJsonObject(aggregations) ? aggregations['days'] : undefined;
		if (!isJsonObject(days) || !Array.isArray(days['buckets'])) {
			throw malformed(client);
		}

		for (const bucket of days['buckets']) {
			noteBucket(found, bucket);
		}

		after = days['buckets'].length === 0 ? undefined : days['after_key'];
	} while (after !== undefined);

	return 'read';
};

const valueOf = (metric: unknown): unknown =>
	isJsonObject(metric) ? metric['value'] : undefined;

const noteBucket = (found: FoundSamples, bucket: unknown): void => {
	const {
		key,
		doc_count: count,
		pulls,
		time,
	} = isJsonObject(bucket) ? bucket : {};
	const {namespace, name} = isJsonObject(key) ? key : {};
	const document = Object.fromEntries([
		['namespace', namespace],
		['name', name],
		['pull_count', valueOf(pulls)],
		['timestamp', valueOf(time)],
	]);
	note(found, document, {
		place: `a day of ${String(namespace)}/${String(name)}`,
		count: typeof count === 'number' ? count : 1,
	});
};

const idOf = ({_index, _id}: Fields): string =>
	`${String(_index)} ${String(_id)}`;

/**
Reads documents in the order of time, in pages. Each page begins again with the time that ended the one before, so that documents of one time are not torn apart; met again they are passed over.
Throws `UserError`.
*/
export const readDocuments = async (
	client: SearchClient,
	time: string,
	{span, size, found, signal}: PageOptions,
): Promise<void> => {
	let last: number | undefined;
	let known: ReadonlySet<string> = new Set();
	for (;;) {
		const after: number | undefined = last === undefined ? undefined : last - 1;
		const reply = await client.ask(
			searchPath,
			createDocumentsQuery(time, {span, size, after}),
			signal,
		);
		if (reply.kind === 'refused') {
			throw reply.error;
		}

		noteMissing(found, reply.body);
		const hits = listHits(client, reply.body);
		for (const hit of hits) {
			if (!known.has(idOf(hit))) {
				note(found, hit['_source'], {
					place: `document ${String(hit['_id'])}`,
					count: 1,
				});
			}
		}

		const end = hits.length < size ? undefined : sortValue(client, hits.at(-1));
		if (end === undefined) {
			return;
		}

		if (end === last) {
			found.gaps.add(
				`The index holds ${size} documents or more of one time, ${new Date(end).toISOString()}; what follows them was not read.`,
			);
			return;
		}

		last = end;
		known = new Set(hits.map(hit => idOf(hit)));
	}
};

const listHits = (client: SearchClient, {hits}: Fields): readonly Fields[] => {
	const list = isJsonObject(hits) ? hits['hits'] : undefined;
	if (!Array.isArray(list)) {
		throw malformed(client);
	}

	return list.filter(hit => isJsonObject(hit));
};

const sortValue = (client: SearchClient, hit: Fields | undefined): number => {
	const sort: unknown = hit?.['sort'];
	const value: unknown = Array.isArray(sort) ? sort[0] : undefined;
	if (typeof value !== 'number') {
		throw malformed(client);
	}

	return value;
};
