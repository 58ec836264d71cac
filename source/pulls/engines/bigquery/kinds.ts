import type {PulledImage} from '../../../evidence/pull.js';
import {readAuditRow, readEventRow, readUsageRow} from './read-row.js';
import type {Row} from './run-query.js';

/** What a row says was pulled, under each name that it has. */
export type RowImage = {
	readonly repository: string;
	readonly image: PulledImage;
};

/** What a kind of table is, as far as its reading depends on it. */
export type TableKind = {
	/** Without these it is another table. */
	readonly columns: readonly string[];
	/** What its statement is asked with besides the window and the names of the host. */
	readonly parameters: ReadonlyArray<'host' | 'apartAgents'>;
	/** Whether such a table can tell anything about a registry. */
	readonly isFor: (host: string) => boolean;
	/** The images of a row that counts; none where it names none. */
	readonly readRow: (row: Row, host: string) => readonly RowImage[];
	/** Whether a row that counts for nothing shows all the same that pulls were logged then. */
	readonly showsCoverage: (action: string) => boolean;
};

/** The kinds of tables in BigQuery that tell of pulls. */
export type BigQueryKind = 'ar-audit' | 'gcs-usage' | 'kubernetes-events';

const isContainerRegistry = (host: string): boolean =>
	/^(?:[a-z]+\.)?gcr\.io$/.test(host);

const pulls: ReadonlySet<string> = new Set([
	'pull',
	'check',
	'push',
	'attempt',
	'present',
]);

/** What each kind is. */
export const tableKinds: Readonly<Record<BigQueryKind, TableKind>> = {
	'ar-audit': {
		columns: [
			'timestamp',
			'insertId',
			'protopayload_auditlog.methodName',
			'protopayload_auditlog.resourceName',
			'protopayload_auditlog.serviceName',
		],
		parameters: ['host', 'apartAgents'],
		isFor: host =>
			isContainerRegistry(host) || host.endsWith('-docker.pkg.dev'),
		readRow: readAuditRow,
		// A push is logged where pulls are not: reading and writing are switched on apart.
		showsCoverage: action => ['pull', 'check', 'read'].includes(action),
	},
	'gcs-usage': {
		columns: [
			'time_micros',
			'cs_method',
			'sc_status',
			'cs_referer',
			'cs_user_agent',
			's_request_id',
			'cs_bucket',
			'cs_object',
		],
		parameters: ['apartAgents'],
		isFor: isContainerRegistry,
		readRow: readUsageRow,
		showsCoverage: action => action === 'pull' || action === 'unplaced',
	},
	'kubernetes-events': {
		columns: ['timestamp', 'insertId', 'jsonPayload.message'],
		// Events tell no user agent.
		parameters: ['host'],
		isFor: () => true,
		readRow: readEventRow,
		showsCoverage: action => pulls.has(action),
	},
};

/** Whether there are tables of a kind. */
export const isBigQueryKind = (kind: string): kind is BigQueryKind =>
	Object.hasOwn(tableKinds, kind);
