import {readFile} from 'node:fs/promises';

/** The statements that lie in `sql`. */
export type StatementName = 'ar-audit' | 'gcs-usage' | 'kubernetes-events';

/**
The text of a statement.

The build copies `sql` to where the bundle lies, so that one address serves both: this file lies beside the folder, and all parts of the bundle do.
*/
export const readStatement = async (name: StatementName): Promise<string> =>
	readFile(new URL(`sql/${name}.sql`, import.meta.url), 'utf8');
