import {showTableName, type TableName} from './table-name.js';

/** How a table is made, as far as a statement depends on it. */
export type TableShape = {
	readonly pruning: 'shards' | 'ingestion time' | 'none';
	/** Whether it has a column, by its path, whose letters may be of any case. */
	readonly hasColumn: (path: string) => boolean;
};

/** Whether the lines after `-- if CONDITION` stand. */
const holds = (
	condition: string,
	{pruning, hasColumn}: TableShape,
): boolean => {
	const {no, path} =
		/^(?<no>no )?column (?<path>[\w.]+)$/.exec(condition)?.groups ?? {};
	if (path !== undefined) {
		return hasColumn(path) === (no === undefined);
	}

	if (condition === 'shards' || condition === 'ingestion time') {
		return condition === pruning;
	}

	throw new Error(`A statement has the condition "${condition}".`);
};

/**
A statement for one table: the lines that do not fit it are left out, and its name takes the place of `TABLE`.

Nothing else is put in; all values are parameters. The name is a checked one, and stands between backticks.
*/
export const fillStatement = (
	statement: string,
	{table, shape}: {readonly table: TableName; readonly shape: TableShape},
): string => {
	let stands = true;
	const lines = statement.split('\n').filter(line => {
		const {condition, end} =
			/^\s*-- (?:if (?<condition>.+)|(?<end>end))$/.exec(line)?.groups ?? {};
		if (condition !== undefined) {
			stands = holds(condition, shape);
		} else if (end !== undefined) {
			stands = true;
		}

		return stands && !/^\s*--/.test(line);
	});
	return lines
		.join('\n')
		.trim()
		.replaceAll('`TABLE`', () => `\`${showTableName(table)}\``);
};
