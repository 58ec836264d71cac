import {normalizeHost, hostAliases} from '../../evidence/image-reference.js';
import type {PullSource} from '../../evidence/pull.js';
import {formatBytes, formatCount} from '../../text/quantities.js';
import {UserError} from '../../user-error.js';
import type {Clock} from '../../world.js';
import {
	blankSource,
	type PullReader,
	type ReadReply,
	type ReadRequest,
} from '../pull-reader.js';
import {readStatement} from '../read-statement.js';
import type {Asking} from './bigquery/ask-library.js';
import {type Counted, openRowBook} from './bigquery/count-rows.js';
import {fillStatement} from './bigquery/fill-statement.js';
import {type Environment, readVariable} from './bigquery/find-login.js';
import {judgeCoverage} from './bigquery/judge-coverage.js';
import {type BigQueryKind, tableKinds} from './bigquery/kinds.js';
import type {OpenClient} from './bigquery/open-client.js';
import {readShape, type Table} from './bigquery/read-shape.js';
import {estimate, type Question, runQuery} from './bigquery/run-query.js';
import {
	parseTableName,
	showTableName,
	type TableName,
} from './bigquery/table-name.js';
import {boundWindow} from './bigquery/window.js';

/** What a query may scan unless the operator says otherwise: 10 GiB. */
export const usualMaxBytes = 10 * 2 ** 30;

/** What a table of pulls in BigQuery is read with. */
export type BigQueryReaderOptions = {
	/** As the operator wrote it: `ar-audit:bigquery://shop.logs.table`. */
	readonly name: string;
	readonly kind: BigQueryKind;
	/** `PROJECT.DATASET.TABLE`, perhaps with the scheme before it. */
	readonly table: string;
	/** The most that one query may scan. */
	readonly maxBytes: number;
	readonly apartAgents: readonly string[];
	/** Whether the registry refuses anonymous reads, which audit logs do not tell of. */
	readonly anonymousReadsAreRefused: boolean;
	readonly clock: Clock;
	/** For GOOGLE_CLOUD_PROJECT, in which queries run; without it they run in the table's project. */
	readonly environment: Environment;
	readonly openClient: OpenClient;
};

/**
A source of pulls that is a table in BigQuery. One query counts there, and only the counts travel; what it would scan is told before it is asked.

Throws `UserError` with exit code 2 where the name is none of a table.
*/
export const createBigQueryReader = (
	options: BigQueryReaderOptions,
): PullReader => {
	const table = parseTableName(options.table);
	return {
		name: options.name,
		scope: 'registry',
		isFor: tableKinds[options.kind].isFor,
		read: async (request, {signal}) =>
			readTable(table, {options, request, signal}),
	};
};

type Reading = {
	readonly options: BigQueryReaderOptions;
	readonly request: ReadRequest;
	readonly signal: AbortSignal;
};

const readTable = async (
	name: TableName,
	{options, request, signal}: Reading,
): Promise<ReadReply> => {
	const {clock, environment, kind, maxBytes} = options;
	const readAt = clock.now();
	const project =
		readVariable(environment, 'GOOGLE_CLOUD_PROJECT') ?? name.project;
	const asking: Asking = {table: showTableName(name), project, clock, signal};
	const client = await options.openClient(project);
	const table = await readShape(client, name, asking);
	checkColumns(table, {kind, shown: asking.table});
	const question = await ask(name, {table, options, request});
	const bytes = await estimate(client, question, asking);
	checkCost(bytes, {maxBytes, shown: asking.table});
	const source: PullSource = {
		...blankSource(options.name),
		cost: {bytes, most: maxBytes},
	};
	if (request.isAgreed === false) {
		return {tallies: [], source: {...source, state: 'costs'}};
	}

	const host = normalizeHost(request.host);
	const book = openRowBook({
		source: options.name,
		apartAgents: options.apartAgents,
		host,
		kind: tableKinds[kind],
	});
	for await (const rows of runQuery(client, question, asking)) {
		for (const row of rows) {
			book.add(row);
		}
	}

	const counted = book.close();
	return {
		tallies: counted.tallies,
		source: {
			...source,
			...judgeCoverage(counted, {
				window: request.window,
				now: readAt,
				isProof: kind === 'ar-audit' && options.anonymousReadsAreRefused,
				shards: table.shards,
			}),
			state: 'read',
			records: counted.records,
			skipped: counted.skipped,
			firstProblem: counted.firstProblem,
			remark: remarkOn(counted),
			readAt,
		},
	};
};

const checkColumns = (
	{hasColumn}: Table,
	{kind, shown}: {readonly kind: BigQueryKind; readonly shown: string},
): void => {
	const missing = tableKinds[kind].columns.filter(path => !hasColumn(path));
	if (missing.length > 0) {
		throw new UserError(
			`${shown} is no table of ${kind}: it has no column ${missing.join(', ')}.`,
			{
				remedy:
					'Name another table, or write the kind that it is of before its name in --pulls.',
			},
		);
	}
};

const checkCost = (
	bytes: number,
	{maxBytes, shown}: {readonly maxBytes: number; readonly shown: string},
): void => {
	if (bytes > maxBytes) {
		throw new UserError(
			`The query on ${shown} would scan ${formatBytes(bytes)}, and the cap is ${formatBytes(maxBytes)}; it was not sent.`,
			{
				remedy: 'Raise the cap with --max-bytes, or shorten --window.',
				exitCode: 3,
			},
		);
	}
};

const ask = async (
	name: TableName,
	{
		table,
		options: {kind, apartAgents, maxBytes},
		request: {host, window},
	}: {
		readonly table: Table;
		readonly options: BigQueryReaderOptions;
		readonly request: ReadRequest;
	},
): Promise<Question> => {
	const bounds = boundWindow(window, table);
	const asked = normalizeHost(host);
	const {parameters} = tableKinds[kind];
	const hasHost = parameters.includes('host');
	const hasAgents = parameters.includes('apartAgents');
	return {
		statement: fillStatement(await readStatement(kind), {
			table: name,
			shape: table,
		}),
		params: {
			...bounds.params,
			...(hasHost && {host: asked}),
			hosts: hostAliases(asked),
			...(hasAgents && {apartAgents}),
		},
		types: {
			...bounds.types,
			...(hasHost && {host: 'STRING'}),
			hosts: ['STRING'],
			...(hasAgents && {apartAgents: ['STRING']}),
		},
		location: table.location,
		maxBytes,
	};
};

/** What is worth knowing of what did not count. */
const remarkOn = ({
	records,
	skipped,
	unplaced,
	elsewhere,
}: Counted): string | undefined => {
	const others = [...elsewhere].toSorted(([, one], [, other]) => other - one);
	const total = others.reduce((sum, [, count]) => sum + count, 0);
	if (records + skipped + unplaced === 0) {
		return total === 0
			? 'The table holds no record of an image in the window.'
			: `None of its ${formatCount(total, 'record')} is about this registry; they are about ${others
					.slice(0, 3)
					.map(([host]) => host)
					.join(', ')}.`;
	}

	return unplaced === 0
		? undefined
		: `${formatCount(unplaced, 'download')} of blobs named no repository and do not count.`;
};
