import {randomUUID} from 'node:crypto';
import type {
	BigQuery,
	Job,
	Query,
	QueryResultsOptions,
} from '@google-cloud/bigquery';
import {isJsonObject} from '../../../oci/json.js';
import {UserError} from '../../../user-error.js';
import {type Asking, askLibrary} from './ask-library.js';
import {readFailure} from './read-failure.js';

/** A statement with everything that it is asked with. */
export type Question = {
	readonly statement: string;
	readonly params: Readonly<Record<string, string | readonly string[]>>;
	readonly types: Readonly<Record<string, string | string[]>>;
	readonly location: string | undefined;
	/** Goes along: BigQuery itself stops a query that would bill more. */
	readonly maxBytes: number;
};

/** One row, by the names of its columns. */
export type Row = Readonly<Record<string, unknown>>;

const pageLength = 5000;

const describeQuery = (
	client: BigQuery,
	{statement, params, types, location, maxBytes}: Question,
): Query => ({
	query: statement,
	useLegacySql: false,
	// The library sends no value for a time that is a mere text.
	params: Object.fromEntries(
		Object.entries(params).map(([name, value]) => [
			name,
			types[name] === 'TIMESTAMP' && typeof value === 'string'
				? client.timestamp(value)
				: value,
		]),
	),
	types: {...types},
	maximumBytesBilled: String(maxBytes),
	...(location !== undefined && {location}),
});

const readBytes = (metadata: unknown): number => {
	const statistics = isJsonObject(metadata) ? metadata['statistics'] : {};
	const bytes = isJsonObject(statistics)
		? statistics['totalBytesProcessed']
		: undefined;
	return typeof bytes === 'string' ? Number(bytes) : Number.NaN;
};

/** The bytes that a question would scan, by a dry run, which costs nothing. */
export const estimate = async (
	client: BigQuery,
	question: Question,
	asking: Asking,
): Promise<number> => {
	// The cap would make an error of what is only a figure here.
	const {maximumBytesBilled, ...query} = describeQuery(client, question);
	const [job] = await askLibrary(
		async () => client.createQueryJob({...query, dryRun: true}),
		asking,
	);
	const bytes = readBytes(job.metadata);
	if (!Number.isSafeInteger(bytes)) {
		throw new UserError(
			`BigQuery does not say what a query on ${asking.table} would scan; it was not sent.`,
			{remedy: 'Try again later.'},
		);
	}

	return bytes;
};

const alreadyExists = 409;

/** Begins a job under a name of ours, so that one whose reply was lost is not begun twice. */
const begin = async (
	client: BigQuery,
	question: Question,
	asking: Asking,
): Promise<Job> => {
	const jobId = `jetsam-${randomUUID()}`;
	const {location} = question;
	let inserting: Promise<Job> | undefined;
	const insert = async (): Promise<Job> => {
		try {
			const [job] = await client.createQueryJob({
				...describeQuery(client, question),
				jobId,
			});
			return job;
		} catch (error) {
			if (readFailure(error).status === alreadyExists) {
				return client.job(jobId, location === undefined ? {} : {location});
			}

			throw error;
		}
	};

	try {
		return await askLibrary(async () => {
			inserting = insert();
			return inserting;
		}, asking);
	} catch (error) {
		if (asking.signal.aborted) {
			void cancelWhenBegun(inserting);
		}

		throw error;
	}
};

const cancelWhenBegun = async (
	inserting: Promise<Job> | undefined,
): Promise<void> => {
	try {
		const job = await inserting;
		await job?.cancel();
	} catch {
		// Whatever was not begun need not be stopped, and what cannot be stopped ends by itself.
	}
};

/**
Runs a question and gives its rows page by page; no more than a page of them is held.

The job is cancelled when the signal is given, or when nobody wants further rows. Throws `UserError`.
*/
export async function* runQuery(
	client: BigQuery,
	question: Question,
	asking: Asking,
): AsyncIterable<readonly Row[]> {
	const job = await begin(client, question, asking);
	let isDone = false;
	try {
		let pageToken: string | undefined;
		do {
			const options: QueryResultsOptions = {
				maxResults: pageLength,
				autoPaginate: false,
				...(pageToken !== undefined && {pageToken}),
			};
			const reply: readonly unknown[] = await askLibrary(
				async () => job.getQueryResults(options),
				asking,
			);
			const [rows, , body] = reply;
			const {jobComplete, pageToken: next} = isJsonObject(body) ? body : {};
			pageToken = typeof next === 'string' ? next : undefined;
			// Where the query still runs the API has waited some seconds itself.
			isDone = jobComplete !== false && pageToken === undefined;
			yield Array.isArray(rows) ? rows.filter(row => isJsonObject(row)) : [];
		} while (!isDone);
	} finally {
		if (!isDone) {
			void cancelWhenBegun(Promise.resolve(job));
		}
	}
}
