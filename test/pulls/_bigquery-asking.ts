/* eslint-disable ava/no-ignored-test-files -- bigquery.test.ts loads it: one process for all that need the client library */
/* eslint-disable @typescript-eslint/naming-convention -- tables are named by what their names are */
import test, {type ExecutionContext} from 'ava';
import {createClientOpener} from '../../source/pulls/engines/bigquery/open-client.js';
import {UserError} from '../../source/user-error.js';
import {
	type RequestKind,
	type Script,
	startBigQuery,
} from '../helpers/bigquery-server.js';
import {
	auditTable,
	eventTable,
	openReader,
	resultColumns,
	usageTable,
} from './_open-bigquery.js';

const columns = resultColumns('project', 'resource', 'asked', 'client');

const startAudit = async (t: ExecutionContext, script: Partial<Script> = {}) =>
	startBigQuery(t, {
		tables: {'shop.logs.audit': auditTable},
		columns,
		...script,
	});

test('what a query would scan is told before it is asked, and nothing is asked', async t => {
	const server = await startAudit(t);
	const {read} = await openReader(t, server);
	const {source, tallies} = await read({isAgreed: false});
	t.is(source.state, 'costs');
	t.deepEqual(source.cost, {bytes: 5_000_000, most: 10_737_418_240});
	t.deepEqual(tallies, []);
	t.deepEqual(server.seen, ['token', 'table', 'dry-run']);
});

for (const isAgreed of [true, 'within-cap'] as const) {
	test(`a query that is agreed to by ${isAgreed} runs after its dry run, with the cap`, async t => {
		const server = await startAudit(t);
		const {read} = await openReader(t, server);
		const {source} = await read({isAgreed});
		t.is(source.state, 'read');
		t.deepEqual(server.seen, ['token', 'table', 'dry-run', 'query', 'results']);
		const [dryRun, query] = server.jobs;
		t.is(dryRun?.configuration.query.query, query?.configuration.query.query);
		t.is(query?.configuration.query.maximumBytesBilled, '10737418240');
		t.is(query?.jobReference.location, 'EU');
		t.regex(query?.jobReference.jobId ?? '', /^jetsam-/);
		t.regex([...server.agents].at(0) ?? '', /^jetsam\//);
	});
}

for (const isAgreed of [true, false, 'within-cap'] as const) {
	test(`a query over the cap is refused before it is sent, agreed to or not (${isAgreed})`, async t => {
		const server = await startAudit(t, {bytes: 12_000_000_000});
		const {read} = await openReader(t, server, {maxBytes: 10_000_000_000});
		const error = await t.throwsAsync(read({isAgreed}), {
			instanceOf: UserError,
		});
		t.is(
			error.sentence,
			'The query on shop.logs.audit would scan 12 GB, and the cap is 10 GB; it was not sent. Raise the cap with --max-bytes, or shorten --window.',
		);
		t.is(error.exitCode, 3);
		t.deepEqual(server.seen, ['token', 'table', 'dry-run']);
	});
}

test('everything that is asked about travels as a parameter', async t => {
	const server = await startAudit(t);
	const {read} = await openReader(t, server, {apartAgents: ["Tri'vy"]});
	await read();
	const [, query] = server.jobs;
	const parameters = query?.configuration.query.queryParameters ?? [];
	t.deepEqual(
		parameters
			.map(
				({name, parameterType, parameterValue}) =>
					`${name} ${parameterType.type} ${parameterType.arrayType?.type ?? ''} ${parameterValue.value ?? parameterValue.arrayValues?.map(({value}) => value).join('+')}`,
			)
			.toSorted(),
		[
			"apartAgents ARRAY STRING Tri'vy",
			'from TIMESTAMP  2026-08-27T12:00:00.000Z',
			'host STRING  europe-docker.pkg.dev',
			'hosts ARRAY STRING europe-docker.pkg.dev',
			'to TIMESTAMP  2026-11-25T12:00:00.000Z',
		],
	);
	t.notRegex(query?.configuration.query.query ?? '', /europe|Tri'vy|2026/);
});

test('no scanner at all is a list of texts too', async t => {
	const server = await startAudit(t);
	const {read} = await openReader(t, server, {apartAgents: []});
	await read();
	const parameter = server.jobs[1]?.configuration.query.queryParameters?.find(
		({name}) => name === 'apartAgents',
	);
	t.deepEqual(parameter?.parameterType, {
		type: 'ARRAY',
		arrayType: {type: 'STRING'},
	});
});

test('shards are found page by page, and pruned by their days', async t => {
	const server = await startBigQuery(t, {
		tables: {
			'shop.logs.events': eventTable,
			'shop.logs.events_20260101': usageTable,
			'shop.logs.events_20261124': eventTable,
			'shop.logs.events_old': usageTable,
		},
		columns: resultColumns('image'),
		pageLength: 1,
	});
	const {read} = await openReader(t, server, {
		kind: 'kubernetes-events',
		table: 'shop.logs.events_*',
	});
	await read({host: 'gcr.io'});
	t.is(server.seen.filter(kind => kind === 'list').length, 4);
	t.true(server.paths.some(path => path.endsWith('/tables/events_20261124')));
	const query = server.jobs[1]?.configuration.query;
	t.true(query?.query.includes('FROM `shop.logs.events_*`'));
	const shards = query?.queryParameters
		?.filter(({name}) => name.endsWith('Shard'))
		.map(({parameterValue}) => parameterValue.value);
	t.deepEqual(shards, ['20260827', '20261126']);
});

test('a table that is partitioned by arrival is pruned by it, in whole partitions', async t => {
	const server = await startAudit(t, {
		tables: {
			'shop.logs.audit': {...auditTable, timePartitioning: {type: 'MONTH'}},
		},
	});
	const {read} = await openReader(t, server);
	await read();
	const parameter = server.jobs[1]?.configuration.query.queryParameters?.find(
		({name}) => name === 'firstPartition',
	);
	t.is(parameter?.parameterType.type, 'TIMESTAMP');
	t.is(parameter?.parameterValue.value, '2026-08-01T00:00:00.000Z');
});

test('queries run in the project that the environment names, and tables stay in theirs', async t => {
	const server = await startAudit(t);
	const {read} = await openReader(t, server, {
		environment: {GOOGLE_CLOUD_PROJECT: 'billing'},
	});
	await read();
	t.is(server.jobs[1]?.jobReference.projectId, 'billing');
	t.true(
		server.paths.includes(
			'/bigquery/v2/projects/shop/datasets/logs/tables/audit',
		),
	);
});

test('a table of another kind is told by its columns', async t => {
	const server = await startAudit(t, {
		tables: {'shop.logs.audit': usageTable},
	});
	const {read} = await openReader(t, server);
	const error = await t.throwsAsync(read(), {instanceOf: UserError});
	t.regex(
		error.sentence,
		/^shop\.logs\.audit is no table of ar-audit: it has no column timestamp, insertId, /,
	);
	t.deepEqual(server.seen, ['token', 'table']);
});

test('a family without shards is told', async t => {
	const server = await startAudit(t);
	const {read} = await openReader(t, server, {table: 'shop.logs.audit*'});
	const error = await t.throwsAsync(read(), {instanceOf: UserError});
	t.regex(
		error.sentence,
		/has no tables shop\.logs\.audit\* that end with a day/,
	);
});

const failures: ReadonlyArray<
	readonly [reason: string, status: number, on: RequestKind, expected: RegExp]
> = [
	[
		'accessDenied',
		403,
		'table',
		/refuses to read shop\.logs\.audit: No way\. Ask for the roles/,
	],
	['notFound', 404, 'table', /knows no table shop\.logs\.audit: No way/],
	['invalidQuery', 400, 'dry-run', /cannot run the statement .*No way.* kind/],
	[
		'bytesBilledLimitExceeded',
		400,
		'query',
		/at the cap: No way\. Raise .*--max-bytes/,
	],
	['stopped', 400, 'results', /cancelled by someone else/],
	[
		'authError',
		401,
		'table',
		/does not accept the login .*gcloud auth application-default login/,
	],
	[
		'unheardOf',
		400,
		'results',
		/failed on shop\.logs\.audit \(unheardOf\): No way/,
	],
];

for (const [reason, status, on, expected] of failures) {
	test(`${reason} is one sentence with what to do, and is not tried again`, async t => {
		const server = await startAudit(t, {
			failures: [{on, status, reason, message: 'No way.'}],
		});
		const {read, clock} = await openReader(t, server);
		const error = await t.throwsAsync(read(), {instanceOf: UserError});
		t.regex(error.sentence, expected);
		t.is(error.cause, undefined);
		t.false(error.sentence.includes('\n'));
		t.deepEqual(clock.slept, []);
	});
}

test('what passes is tried again, each time after a longer while, and no job begins twice', async t => {
	const busy = {status: 503, reason: 'backendError', message: 'Busy.'};
	const limit = {status: 403, reason: 'rateLimitExceeded', message: 'Slow.'};
	const server = await startAudit(t, {
		failures: [
			{on: 'table', ...busy},
			{on: 'query', ...limit},
			{on: 'query', ...limit},
			{on: 'results', ...busy},
		],
	});
	const {read, clock} = await openReader(t, server);
	const {source} = await read();
	t.is(source.state, 'read');
	t.deepEqual(clock.slept, [1000, 1000, 2000, 1000]);
	t.is(server.jobs.length, 2);
});

test('a limit that stays is told after five times', async t => {
	const server = await startAudit(t, {
		failures: Array.from({length: 9}, () => ({
			on: 'query' as const,
			status: 403,
			reason: 'quotaExceeded',
			message: 'Too much.',
		})),
	});
	const {read, clock} = await openReader(t, server);
	const error = await t.throwsAsync(read(), {instanceOf: UserError});
	t.regex(
		error.sentence,
		/quota of the project shop .*\(quotaExceeded\): Too much\. Try again later/,
	);
	t.is(server.seen.filter(kind => kind === 'query').length, 5);
	t.deepEqual(clock.slept, [1000, 2000, 4000, 8000]);
});

test('a job whose reply was lost is found again under its name', async t => {
	const server = await startAudit(t, {
		failures: [
			{on: 'query', status: 409, reason: 'duplicate', message: 'Exists.'},
		],
	});
	const {read} = await openReader(t, server);
	const {source} = await read();
	t.is(source.state, 'read');
});

test('stopping while results are awaited cancels the job', async t => {
	const server = await startAudit(t, {silent: 'results'});
	const {read} = await openReader(t, server);
	const controller = new AbortController();
	const reading = read({}, controller.signal);
	await server.waitFor('results');
	controller.abort(new Error('stopped'));
	await t.throwsAsync(reading, {message: 'stopped'});
	await server.waitFor('cancel');
	t.is(server.seen.at(-1), 'cancel');
});

test('a query that still runs is asked about again', async t => {
	const server = await startAudit(t, {unfinished: 2});
	const {read} = await openReader(t, server);
	await read();
	t.is(server.seen.filter(kind => kind === 'results').length, 3);
	t.false(server.seen.includes('cancel'));
});

test('a login that Google refuses is told', async t => {
	const server = await startAudit(t, {
		failures: [
			{on: 'token', status: 400, reason: 'invalid_grant', message: 'Gone.'},
		],
	});
	const {read} = await openReader(t, server);
	const error = await t.throwsAsync(read(), {instanceOf: UserError});
	t.regex(error.sentence, /does not accept the login of this machine/);
	t.false(error.sentence.includes('PRIVATE'));
	t.deepEqual(server.seen, ['token']);
});

test('without a login nothing is asked, and what to run is said', async t => {
	const open = createClientOpener({environment: {}});
	const error = await t.throwsAsync(open('shop'), {instanceOf: UserError});
	t.is(
		error.sentence,
		'There is no login for Google Cloud on this machine. Run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS to the key file of a service account.',
	);
});

test('a server that is not there is told by the code', async t => {
	const server = await startAudit(t);
	const {read} = await openReader(t, server, {
		async openClient(project) {
			const {BigQuery} = await import('@google-cloud/bigquery');
			const client = new BigQuery({
				projectId: project,
				apiEndpoint: 'http://127.0.0.1:1',
				retryOptions: {autoRetry: false},
				credentials: server.credentials,
			});
			Object.assign(client.authClient, {
				authorizeRequest: async (options: unknown) => options,
			});
			return client;
		},
	});
	const error = await t.throwsAsync(read(), {instanceOf: UserError});
	t.regex(
		error.sentence,
		/could not be reached for shop\.logs\.audit \(ECONNREFUSED\)/,
	);
});
