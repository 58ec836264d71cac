import type {Credentials} from '../http/credentials.js';
import type {HttpSettings} from '../http/open-client.js';
import type {TimeSpan} from '../evidence/pull.js';
import {UserError} from '../user-error.js';
import type {Clock} from '../world.js';
import {isDockerHub, replyWithSamples} from './hub-counters.js';
import {
	openSearchClient,
	parseIndexPlace,
	type SearchClient,
} from './opensearch-client.js';
import {readFields} from './opensearch-fields.js';
import {
	findNothing,
	type FoundSamples,
	type PageOptions,
	readCounts,
	readDocuments,
} from './opensearch-pages.js';
import type {PullReader} from './pull-reader.js';

const day = 24 * 60 * 60 * 1000;

/** As many documents as an index gives at once, unless it was told otherwise. */
const usualPageSize = 10_000;

/** What the reader of counters in OpenSearch or Elasticsearch is opened with. */
export type OpenSearchOptions = {
	/** `opensearch:https://HOST/INDEX-PATTERN`. */
	readonly name: string;
	/** `https://HOST[:PORT]/INDEX-PATTERN`. */
	readonly where: string;
	/** `ca` holds for this cluster; a certificate goes unchecked only where its host is one of `insecureHosts`. */
	readonly http: HttpSettings;
	/** For Basic, from settings or the environment; `undefined` asks without a login. */
	readonly credentials: Credentials | undefined;
	readonly clock: Clock;
	readonly pageSize?: number | undefined;
};

/**
Docker Hub's cumulative counters as S3 keeps them in OpenSearch or Elasticsearch. They only say *yes*, and only of a repository.

The index counts by itself where it can: then a day and a repository come as one number. Throws `UserError` with exit code 2 where the address is none.
*/
export const createOpenSearchReader = ({
	name,
	where,
	http,
	credentials,
	clock,
	pageSize = usualPageSize,
}: OpenSearchOptions): PullReader => {
	const client = openSearchClient(parseIndexPlace(where), {http, credentials});
	return {
		name,
		scope: 'registry',
		isFor: isDockerHub,
		async read({window}, {signal}) {
			const readAt = clock.now();
			const found = findNothing();
			// From the day before, whose last count is where the first day begins.
			const from = (Math.floor(window.from / day) - 1) * day;
			const remark = await readIndex(client, {
				span: {from, to: readAt},
				size: pageSize,
				found,
				signal,
			});
			const {samples, records, gaps, skipped, firstProblem} = found;
			const reply = replyWithSamples(samples, {
				name,
				readAt,
				skipped,
				firstProblem,
				remark,
				gaps: [...gaps].map((message, index) => ({
					name: `part ${index + 1}`,
					message,
					span: undefined,
					canBeAccepted: false,
				})),
			});
			const {covers} = reply.source;
			return {
				...reply,
				source: {
					...reply.source,
					records,
					covers: covers && limit(covers, {from: window.from, to: readAt}),
				},
			};
		},
	};
};

const limit = (span: TimeSpan, {from, to}: TimeSpan): TimeSpan | undefined => {
	const limited = {
		from: Math.max(span.from, from),
		to: Math.min(span.to, to),
	};
	return limited.from < limited.to ? limited : undefined;
};

/** Reads everything by the best way there is; resolves to a sentence on what the index cannot hold. */
const readIndex = async (
	client: SearchClient,
	options: PageOptions,
): Promise<string | undefined> => {
	const {counting, times, remark} = await readFields(client, options.signal);
	await keepWhatThereIs(options.found, async () => {
		const how =
			counting === undefined
				? 'refused'
				: await readCounts(client, counting, options);
		if (how === 'refused') {
			for (const time of times) {
				await readDocuments(client, time, options);
			}
		}
	});
	return remark;
};

/** What breaks off after something was found is a gap. */
const keepWhatThereIs = async (
	found: FoundSamples,
	read: () => Promise<void>,
): Promise<void> => {
	try {
		await read();
	} catch (error) {
		if (!(error instanceof UserError) || found.records === 0) {
			throw error;
		}

		found.gaps.add(`It broke off: ${error.sentence}`);
	}
};
