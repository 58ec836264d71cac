import type {BigQuery, GetTablesOptions} from '@google-cloud/bigquery';
import {isJsonObject} from '../../../oci/json.js';
import {UserError} from '../../../user-error.js';
import {type Asking, askLibrary} from './ask-library.js';
import type {TableShape} from './fill-statement.js';
import type {TableName} from './table-name.js';

/** What is known of a table before it is asked. */
export type Table = TableShape & {
	/** Where its dataset lies, for jobs run there; `undefined` where it is not told. */
	readonly location: string | undefined;
	/** How long a partition by arrival is. */
	readonly partition: 'HOUR' | 'DAY' | 'MONTH' | 'YEAR';
	/** The days of its shards, `20261103`; `undefined` where it is one table. */
	readonly shards: ReadonlySet<string> | undefined;
};

const pageLength = 1000;

const listObjects = (
	value: unknown,
): ReadonlyArray<Readonly<Record<string, unknown>>> =>
	Array.isArray(value) ? value.filter(entry => isJsonObject(entry)) : [];

const listTableIds = (tables: unknown): readonly string[] =>
	listObjects(tables).flatMap(({tableReference}) =>
		isJsonObject(tableReference) &&
		typeof tableReference['tableId'] === 'string'
			? [tableReference['tableId']]
			: [],
	);

/** The days of all shards of a family. */
const listShards = async (
	client: BigQuery,
	{project, dataset, shardPrefix = ''}: TableName,
	asking: Asking,
): Promise<ReadonlySet<string>> => {
	const days = new Set<string>();
	const source = client.dataset(dataset, {projectId: project});
	let pageToken: string | undefined;
	do {
		const options: GetTablesOptions = {
			maxResults: pageLength,
			autoPaginate: false,
			...(pageToken !== undefined && {pageToken}),
		};
		const reply: readonly unknown[] = await askLibrary(
			async () => source.getTables(options),
			asking,
		);
		const body = reply[2];
		const {tables, nextPageToken} = isJsonObject(body) ? body : {};
		for (const id of listTableIds(tables)) {
			const rest = id.startsWith(shardPrefix)
				? id.slice(shardPrefix.length)
				: '';
			if (/^\d{8}$/.test(rest)) {
				days.add(rest);
			}
		}

		pageToken = typeof nextPageToken === 'string' ? nextPageToken : undefined;
	} while (pageToken !== undefined);

	return days;
};

/** Adds the paths of all columns, in lower case. */
const addColumns = (
	fields: unknown,
	prefix: string,
	columns: Set<string>,
): void => {
	for (const field of listObjects(fields)) {
		if (typeof field['name'] === 'string') {
			const name = `${prefix}${field['name'].toLowerCase()}`;
			columns.add(name);
			addColumns(field['fields'], `${name}.`, columns);
		}
	}
};

const readPartition = (type: unknown): Table['partition'] =>
	type === 'HOUR' || type === 'MONTH' || type === 'YEAR' ? type : 'DAY';

/** Reads how a table is made; of shards, how the newest is. Throws `UserError` where there is none. */
export const readShape = async (
	client: BigQuery,
	table: TableName,
	asking: Asking,
): Promise<Table> => {
	const shards =
		table.shardPrefix === undefined
			? undefined
			: await listShards(client, table, asking);
	const newest = shards && [...shards].toSorted().at(-1);
	if (shards && newest === undefined) {
		throw new UserError(
			`BigQuery has no tables ${asking.table} that end with a day, as in ${table.shardPrefix}20261103.`,
			{
				remedy:
					'A sink that writes partitioned tables writes one, whose name has no * at its end; else write * right before the day.',
			},
		);
	}

	const id =
		newest === undefined ? table.table : `${table.shardPrefix}${newest}`;
	const reply: readonly unknown[] = await askLibrary(
		async () =>
			client
				.dataset(table.dataset, {projectId: table.project})
				.table(id)
				.getMetadata(),
		asking,
	);
	const [metadata] = reply;
	const fields = isJsonObject(metadata) ? metadata : {};
	const {schema, timePartitioning, location} = fields;
	const columns = new Set<string>();
	addColumns(isJsonObject(schema) ? schema['fields'] : [], '', columns);
	const partitioning = isJsonObject(timePartitioning) ? timePartitioning : {};
	// A table that is partitioned by a column names it; one that is not is partitioned by arrival.
	const isByArrival =
		isJsonObject(timePartitioning) && partitioning['field'] === undefined;
	return {
		location: typeof location === 'string' ? location : undefined,
		pruning: shards ? 'shards' : isByArrival ? 'ingestion time' : 'none',
		partition: readPartition(partitioning['type']),
		shards,
		hasColumn: path => columns.has(path.toLowerCase()),
	};
};
