import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import type {ExecutionContext} from 'ava';
import {
	type BigQueryReaderOptions,
	createBigQueryReader,
	usualMaxBytes,
} from '../../source/pulls/engines/bigquery.js';
import {
	createClientOpener,
	type OpenClient,
} from '../../source/pulls/engines/bigquery/open-client.js';
import type {ReadReply, ReadRequest} from '../../source/pulls/pull-reader.js';
import {usualApartAgents} from '../../source/pulls/tally-book.js';
import type {Clock} from '../../source/world.js';
import type {
	BigQueryServer,
	Column,
	ServedTable,
} from '../helpers/bigquery-server.js';

export const day = 24 * 60 * 60 * 1000;
export const now = Date.UTC(2026, 10, 25, 12);
export const window = {from: now - 90 * day, to: now};

const column = (name: string, fields?: readonly Column[]): Column => ({
	name,
	type: fields ? 'RECORD' : 'STRING',
	...(fields && {fields}),
});

/** How a sink of audit logs makes its table; letters of names as they are met, small in places. */
export const auditTable: ServedTable = {
	columns: [
		column('timestamp'),
		column('insertId'),
		column('protopayload_auditlog', [
			column('methodname'),
			column('resourceName'),
			column('serviceName'),
			column('requestJson'),
			column('requestMetadata', [column('callerSuppliedUserAgent')]),
		]),
	],
	timePartitioning: {type: 'DAY', field: 'timestamp'},
};

export const eventTable: ServedTable = {
	columns: [
		column('timestamp'),
		column('insertId'),
		column('jsonpayload', [column('message')]),
	],
};

export const usageTable: ServedTable = {
	columns: [
		'time_micros',
		'cs_method',
		'sc_status',
		'cs_referer',
		'cs_user_agent',
		's_request_id',
		'cs_bucket',
		'cs_object',
	].map(name => column(name)),
};

/** What every statement gives, with the columns of its kind. */
export const resultColumns = (...names: readonly string[]): Column[] => [
	...['host', 'action', ...names].map(name => column(name)),
	...['requests', 'firstTime', 'lastTime'].map(name => ({
		name,
		type: 'INTEGER',
	})),
];

/** A clock on which all waiting is over at once, and noted. */
export const createClock = (): Clock & {readonly slept: number[]} => {
	const slept: number[] = [];
	return {
		slept,
		now: () => now,
		async sleep(milliseconds, signal) {
			signal.throwIfAborted();
			slept.push(milliseconds);
		},
	};
};

/** A login for the server, and BigQuery's own client, whose tokens come from it too. */
export const createLogin = async (
	t: ExecutionContext,
	server: BigQueryServer,
	variables: Readonly<Record<string, string | undefined>> = {},
	createOpener: typeof createClientOpener = createClientOpener,
) => {
	const folder = await mkdtemp(path.join(tmpdir(), 'jetsam-bigquery-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	const file = path.join(folder, 'key.json');
	await writeFile(file, JSON.stringify(server.credentials));
	const environment = {
		// eslint-disable-next-line @typescript-eslint/naming-convention -- a variable of the environment
		GOOGLE_APPLICATION_CREDENTIALS: file,
		...variables,
	};
	const open = createOpener({environment, apiEndpoint: server.origin});
	const openClient: OpenClient = async project => {
		const client = await open(project);
		// The address of Google's tokens is fixed in the library.
		Object.assign(client.authClient, {
			clientOptions: {
				transporterOptions: {
					fetchImplementation: async (_: unknown, how: RequestInit) =>
						fetch(`${server.origin}/token`, how),
				},
			},
		});
		return client;
	};

	return {environment, openClient};
};

/** A reader through BigQuery's own client. */
export const openReader = async (
	t: ExecutionContext,
	server: BigQueryServer,
	fields: Partial<BigQueryReaderOptions> = {},
) => {
	const {environment, openClient} = await createLogin(
		t,
		server,
		fields.environment,
	);
	const clock = createClock();
	const reader = createBigQueryReader({
		name: 'ar-audit:bigquery://shop.logs.audit',
		kind: 'ar-audit',
		table: 'bigquery://shop.logs.audit',
		maxBytes: usualMaxBytes,
		apartAgents: usualApartAgents,
		anonymousReadsAreRefused: true,
		clock,
		openClient,
		...fields,
		environment,
	});
	return {
		reader,
		clock,
		read: async (
			request: Partial<ReadRequest> = {},
			signal = new AbortController().signal,
		): Promise<ReadReply> =>
			reader.read(
				{
					host: 'europe-docker.pkg.dev',
					repository: undefined,
					window,
					isAgreed: true,
					...request,
				},
				{tell: () => undefined, signal},
			),
	};
};
