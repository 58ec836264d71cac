/* eslint-disable ava/no-ignored-test-files -- bigquery.test.ts loads it: one process for all that need the client library */
import test from 'ava';
import {
	fillStatement,
	type TableShape,
} from '../../source/pulls/engines/bigquery/fill-statement.js';
import {parseTableName} from '../../source/pulls/engines/bigquery/table-name.js';
import {
	readStatement,
	type StatementName,
} from '../../source/pulls/read-statement.js';

const names: readonly StatementName[] = [
	'ar-audit',
	'gcs-usage',
	'kubernetes-events',
];

const prunings: ReadonlyArray<TableShape['pruning']> = [
	'shards',
	'ingestion time',
	'none',
];

const table = parseTableName('shop.logs.events');

const fill = async (
	name: StatementName,
	pruning: TableShape['pruning'],
	hasAll: boolean,
): Promise<string> =>
	fillStatement(await readStatement(name), {
		table,
		shape: {pruning, hasColumn: () => hasAll},
	});

/** A statement without its texts, in which anything may stand. */
const withoutTexts = (statement: string): string =>
	statement.replaceAll(/r?'(?:[^'\\]|\\.)*'/g, "''");

const listParameters = (statement: string): string[] =>
	[...new Set(withoutTexts(statement).match(/@\w+/g))].toSorted();

const pruningParameters: Readonly<
	Record<TableShape['pruning'], readonly string[]>
> = {
	shards: ['@firstShard', '@lastShard'],
	'ingestion time': ['@firstPartition'],
	none: [],
};

for (const name of names) {
	for (const pruning of prunings) {
		for (const hasAll of [true, false]) {
			test(`${name}, pruned by ${pruning}, ${hasAll ? 'with' : 'without'} the columns that may be missing, reads one table within the window`, async t => {
				const statement = await fill(name, pruning, hasAll);
				const code = withoutTexts(statement);
				t.is(code.match(/`[^`]*`/g)?.join(' '), '`shop.logs.events`');
				t.notRegex(code, /\bTABLE\b|-- |SELECT\s+\*|;/v);
				t.regex(
					code,
					name === 'gcs-usage'
						? /time_micros >= UNIX_MICROS\(@from\)\s+AND time_micros < UNIX_MICROS\(@to\)/v
						: /WHERE\s+timestamp >= @from\s+AND timestamp < @to/v,
				);
				t.is(
					code.includes('_TABLE_SUFFIX BETWEEN @firstShard AND @lastShard'),
					pruning === 'shards',
				);
				t.is(
					code.includes('_PARTITIONTIME >= @firstPartition'),
					pruning === 'ingestion time',
				);
				t.deepEqual(
					listParameters(statement),
					[
						...pruningParameters[pruning],
						'@from',
						'@host',
						'@hosts',
						'@to',
						...(name === 'kubernetes-events' ? [] : ['@apartAgents']),
					]
						// All its hosts have one name.
						.filter(parameter => parameter !== '@host' || name !== 'gcs-usage')
						.toSorted(),
				);
				t.is(code.split('(').length, code.split(')').length);
				t.notRegex(code, /,\s*(?:FROM|WHERE|GROUP|\))/v);
			});
		}
	}

	test(`${name} groups by every column that it selects and counts nothing twice`, async t => {
		const statement = await fill(name, 'none', true);
		const [, selected = '', grouped = ''] =
			/\nSELECT\n([\s\S]*?)\nFROM counted\nGROUP BY (.*)$/.exec(statement) ??
			[];
		const columns = selected
			.split(',\n')
			.map(line => line.trim())
			.filter(line => /^\w+$/v.test(line));
		t.deepEqual([...columns, 'day'], grouped.split(', '));
		t.true(selected.includes('COUNT(DISTINCT id) AS requests'));
	});
}

test('the request of an audit log is read as a text or as a record', async t => {
	const asText = await fill('ar-audit', 'none', true);
	const asRecord = await fill('ar-audit', 'none', false);
	t.true(asText.includes('TO_JSON_STRING(protopayload_auditlog.requestJson)'));
	t.true(asRecord.includes('TO_JSON_STRING(protopayload_auditlog.request)'));
});

test('a condition that nobody knows is a fault of the statement', t => {
	t.throws(
		() =>
			fillStatement('-- if it rains\nSELECT 1\n-- end', {
				table,
				shape: {pruning: 'none', hasColumn: () => true},
			}),
		{message: /it rains/},
	);
});
