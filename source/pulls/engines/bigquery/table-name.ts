import {UserError} from '../../../user-error.js';

/** The checked name of a table in BigQuery, or of a family of tables with a day at the end of their names. */
export type TableName = {
	/** `example.com:project` where it belongs to a domain. */
	readonly project: string;
	readonly dataset: string;
	/** `events_*` for shards. */
	readonly table: string;
	/** What stands before the day in the names of shards; `undefined` where there is one table. */
	readonly shardPrefix: string | undefined;
};

// Nothing that could end a quoted name: no backtick, no backslash, no space.
const pattern =
	/^(?:bigquery:\/\/)?(?<project>(?:[a-z\d](?:[a-z\d.-]*[a-z\d])?:)?[a-z][a-z\d-]*[a-z\d])[.:](?<dataset>\w{1,1024})\.(?<prefix>[\w-]{1,1024})(?<star>\*?)$/i;

/**
The table that `PROJECT.DATASET.TABLE` or `PROJECT:DATASET.TABLE` names, perhaps with `bigquery://` before it and with `*` at its end.

Throws `UserError` with exit code 2 for everything else, before any of it comes near a statement.
*/
export const parseTableName = (text: string): TableName => {
	const {
		project = '',
		dataset = '',
		prefix = '',
		star = '',
	} = pattern.exec(text)?.groups ?? {};
	if (project === '') {
		throw new UserError(`"${text}" names no table in BigQuery.`, {
			remedy:
				'Write bigquery://PROJECT.DATASET.TABLE, with letters, digits, _ and - only, and with * after the part that the names of daily tables share.',
			exitCode: 2,
		});
	}

	return {
		project,
		dataset,
		table: `${prefix}${star}`,
		shardPrefix: star === '' ? undefined : prefix,
	};
};

/** The name as it is shown: `PROJECT.DATASET.TABLE`. */
export const showTableName = ({project, dataset, table}: TableName): string =>
	`${project}.${dataset}.${table}`;
