import {generateKeyPairSync, randomUUID} from 'node:crypto';
import {once} from 'node:events';
import {
	createServer,
	type IncomingMessage,
	type ServerResponse,
} from 'node:http';
import type {AddressInfo} from 'node:net';
import {text} from 'node:stream/consumers';
import type {ExecutionContext} from 'ava';

/** A column as the API describes it. */
export type Column = {
	readonly name: string;
	readonly type: string;
	readonly fields?: readonly Column[];
};

/** A table that the server knows, or one shard of a family. */
export type ServedTable = {
	readonly columns: readonly Column[];
	readonly timePartitioning?: {readonly type: string; readonly field?: string};
};

/** A parameter of a query as it travels. */
export type SentParameter = {
	readonly name: string;
	readonly parameterType: {
		readonly type: string;
		readonly arrayType?: {readonly type: string};
	};
	readonly parameterValue: {
		readonly value?: string;
		readonly arrayValues?: ReadonlyArray<{readonly value: string}>;
	};
};

/** A query job that was asked for. */
export type SentJob = {
	readonly jobReference: {
		readonly projectId: string;
		readonly jobId?: string;
		readonly location?: string;
	};
	readonly configuration: {
		readonly dryRun?: boolean;
		readonly query: {
			readonly query: string;
			readonly useLegacySql: boolean;
			readonly parameterMode?: string;
			readonly queryParameters?: readonly SentParameter[];
			readonly maximumBytesBilled?: string;
		};
	};
};

/** An error as the API tells it. */
export type ServedError = {
	readonly status: number;
	readonly reason: string;
	readonly message: string;
};

/** What the server does; a test may change it between requests. */
export type Script = {
	/** By `PROJECT.DATASET.TABLE`. */
	tables: Readonly<Record<string, ServedTable>>;
	/** What every query gives. */
	columns: readonly Column[];
	rows: ReadonlyArray<Readonly<Record<string, string | number | undefined>>>;
	/** Rows in one page of results, and tables in one page of a list. */
	pageLength: number;
	/** What a dry run says. */
	bytes: number;
	/** How often results are asked for before the query is done. */
	unfinished: number;
	/** The next requests of a kind fail so, in turn. */
	failures: Array<ServedError & {readonly on: RequestKind}>;
	/** Requests of a kind get no answer at all. */
	silent: RequestKind | undefined;
};

/** What a request is. */
export type RequestKind =
	'token' | 'list' | 'table' | 'dry-run' | 'query' | 'results' | 'cancel';

/** BigQuery on 127.0.0.1, as far as its own client asks for it. */
export type BigQueryServer = {
	readonly origin: string;
	readonly script: Script;
	/** Every request, in order. */
	readonly seen: readonly RequestKind[];
	/** Their paths, in the same order. */
	readonly paths: readonly string[];
	/** Every query job, dry runs too. */
	readonly jobs: readonly SentJob[];
	/** The user agents of all requests but those for tokens. */
	readonly agents: ReadonlySet<string>;
	/** What a key file of a service account holds; the key was made for this run. */
	readonly credentials: Readonly<Record<string, string>>;
	/** Resolves when a request of a kind has arrived. */
	readonly waitFor: (kind: RequestKind) => Promise<void>;
};

const token = 'token-of-the-test';

const send = (
	response: ServerResponse,
	status: number,
	body: unknown,
): void => {
	response.writeHead(status, {'content-type': 'application/json'});
	response.end(JSON.stringify(body));
};

const fail = (
	response: ServerResponse,
	{status, reason, message}: ServedError,
): void => {
	send(response, status, {
		error: {
			code: status,
			message,
			errors: [{reason, message, domain: 'global'}],
		},
	});
};

/** What is wrong with a statement and its parameters, as BigQuery would find it or as jetsam promises. */
const findFault = (
	{configuration: {query}}: SentJob,
	isKnown: (table: string) => boolean,
): string | undefined => {
	const code = query.query.replaceAll(/r?'(?:[^'\\]|\\.)*'/g, "''");
	const used = new Set(
		[...code.matchAll(/@(?<name>\w+)/g)].map(match => match[1]),
	);
	const bound = new Set((query.queryParameters ?? []).map(({name}) => name));
	const isWhole = (query.queryParameters ?? []).every(
		({parameterValue: {value, arrayValues}}) =>
			value !== undefined || arrayValues !== undefined,
	);
	const unbound = [...used].find(name => !bound.has(name ?? ''));
	const unused = [...bound].find(name => !used.has(name));
	const tables = [...code.matchAll(/\bFROM `(?<table>[^`]*)`/g)].map(
		match => match[1] ?? '',
	);
	if (query.useLegacySql || query.parameterMode !== 'named') {
		return 'It is no standard SQL with named parameters.';
	}

	if (!isWhole) {
		return 'A query parameter has no value';
	}

	if (unbound !== undefined || unused !== undefined) {
		return `Query parameter '${unbound ?? unused}' not found`;
	}

	return tables.length === 1 && tables.every(table => isKnown(table))
		? undefined
		: 'It does not read one table between backticks.';
};

const readJob = (body: string): SentJob =>
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the client wrote it
	JSON.parse(body) as SentJob;

type Told = {
	readonly script: Script;
	readonly jobs: SentJob[];
	readonly begun: Set<string>;
	readonly polls: Map<string, number>;
};

const isKnownTable = ({tables}: Script, name: string): boolean =>
	name.endsWith('*')
		? Object.keys(tables).some(table => table.startsWith(name.slice(0, -1)))
		: Object.hasOwn(tables, name);

const insertJob = (
	sent: SentJob,
	response: ServerResponse,
	{script, jobs, begun}: Told,
): void => {
	jobs.push(sent);
	const {configuration, jobReference} = sent;
	const {maximumBytesBilled} = configuration.query;
	const fault = findFault(sent, name => isKnownTable(script, name));
	if (fault !== undefined) {
		fail(response, {status: 400, reason: 'invalidQuery', message: fault});
		return;
	}

	if (
		configuration.dryRun !== true &&
		maximumBytesBilled !== undefined &&
		Number(maximumBytesBilled) < script.bytes
	) {
		fail(response, {
			status: 400,
			reason: 'bytesBilledLimitExceeded',
			message: `Query exceeded limit for bytes billed: ${maximumBytesBilled}.`,
		});
		return;
	}

	const id = jobReference.jobId ?? randomUUID();
	if (begun.has(id)) {
		fail(response, {
			status: 409,
			reason: 'duplicate',
			message: `Already Exists: Job ${id}`,
		});
		return;
	}

	begun.add(id);
	send(response, 200, {
		jobReference: {...jobReference, jobId: id},
		configuration,
		status: {state: configuration.dryRun ? 'DONE' : 'RUNNING'},
		statistics: {totalBytesProcessed: String(script.bytes)},
	});
};

const sendResults = (
	id: string,
	parameters: URLSearchParams,
	{response, told}: {response: ServerResponse; told: Told},
): void => {
	const {script, polls} = told;
	const asked = (polls.get(id) ?? 0) + 1;
	polls.set(id, asked);
	const jobReference = {projectId: 'shop', jobId: id};
	if (asked <= script.unfinished) {
		send(response, 200, {jobReference, jobComplete: false});
		return;
	}

	const start = Number(parameters.get('pageToken') ?? 0);
	const end = start + script.pageLength;
	send(response, 200, {
		jobReference,
		jobComplete: true,
		schema: {fields: script.columns},
		totalRows: String(script.rows.length),
		rows: script.rows.slice(start, end).map(row => ({
			f: script.columns.map(({name}) => {
				const value = row[name];
				// BigQuery writes numbers as texts.
				return {v: value === undefined ? null : String(value)};
			}),
		})),
		...(end < script.rows.length && {pageToken: String(end)}),
	});
};

const listTables = (
	prefix: string,
	parameters: URLSearchParams,
	{response, script}: {response: ServerResponse; script: Script},
): void => {
	const names = Object.keys(script.tables)
		.filter(name => name.startsWith(`${prefix}.`))
		.map(name => name.slice(prefix.length + 1));
	const start = Number(parameters.get('pageToken') ?? 0);
	const end = start + script.pageLength;
	send(response, 200, {
		tables: names
			.slice(start, end)
			.map(tableId => ({tableReference: {tableId}})),
		...(end < names.length && {nextPageToken: String(end)}),
	});
};

type Request = {
	readonly kind: RequestKind;
	readonly project: string;
	readonly dataset: string;
	/** Of a table or a job. */
	readonly id: string;
	readonly body: string;
};

const roads: ReadonlyArray<readonly [RegExp, RequestKind]> = [
	[/^jobs\/(?<id>[^/]+)\/cancel$/, 'cancel'],
	[/^queries\/(?<id>[^/]+)$/, 'results'],
	[/^datasets\/(?<dataset>[^/]+)\/tables$/, 'list'],
	[/^datasets\/(?<dataset>[^/]+)\/tables\/(?<id>[^/]+)$/, 'table'],
];

const kindOf = (path: string, body: string): Request => {
	const [, project = '', rest = ''] =
		/^\/bigquery\/v2\/projects\/([^/]+)\/(.*)$/.exec(path) ?? [];
	const shared = {project: decodeURIComponent(project), body};
	for (const [road, kind] of roads) {
		const match = road.exec(rest);
		if (match) {
			const {dataset = '', id = ''} = match.groups ?? {};
			return {...shared, kind, dataset, id};
		}
	}

	const kind =
		path === '/token'
			? 'token'
			: readJob(body).configuration.dryRun
				? 'dry-run'
				: 'query';
	return {...shared, kind, dataset: '', id: ''};
};

const answer = (
	{kind, project, dataset, id, body}: Request,
	parameters: URLSearchParams,
	{response, told}: {response: ServerResponse; told: Told},
): void => {
	const {script} = told;
	switch (kind) {
		case 'token': {
			response.writeHead(200, {'content-type': 'application/json'});
			response.end(
				`{"access_token": "${token}", "token_type": "Bearer", "expires_in": 3600}`,
			);
			return;
		}

		case 'list': {
			listTables(`${project}.${dataset}`, parameters, {response, script});
			return;
		}

		case 'table': {
			const name = `${project}.${dataset}.${id}`;
			const table = script.tables[name];
			if (table === undefined) {
				fail(response, {
					status: 404,
					reason: 'notFound',
					message: `Not found: Table ${name}`,
				});
				return;
			}

			const {columns, timePartitioning} = table;
			send(response, 200, {
				id: name,
				location: 'EU',
				schema: {fields: columns},
				...(timePartitioning && {timePartitioning}),
			});
			return;
		}

		case 'dry-run':
		case 'query': {
			insertJob(readJob(body), response, told);
			return;
		}

		case 'results': {
			sendResults(id, parameters, {response, told});
			return;
		}

		case 'cancel': {
			send(response, 200, {job: {status: {state: 'DONE'}}});
		}
	}
};

/* eslint-disable @typescript-eslint/naming-convention -- Google's names */
let made: Readonly<Record<string, string>> | undefined;

// Making a key takes long.
const makeCredentials = (): Readonly<Record<string, string>> => {
	made ??= makeAccount();
	return made;
};

const makeAccount = (): Readonly<Record<string, string>> => {
	const {privateKey} = generateKeyPairSync('rsa', {modulusLength: 2048});
	return {
		type: 'service_account',
		project_id: 'shop',
		private_key_id: 'test',
		private_key: privateKey.export({type: 'pkcs8', format: 'pem'}).toString(),
		client_email: 'jetsam@shop.iam.gserviceaccount.test',
	};
};

/* eslint-enable @typescript-eslint/naming-convention */

/** Starts a server that lives as long as its test. */
export const startBigQuery = async (
	t: ExecutionContext,
	script: Partial<Script>,
): Promise<BigQueryServer> => {
	const told: Told = {
		script: {
			tables: {},
			columns: [],
			rows: [],
			pageLength: 1000,
			bytes: 5_000_000,
			unfinished: 0,
			failures: [],
			silent: undefined,
			...script,
		},
		jobs: [],
		begun: new Set(),
		polls: new Map(),
	};
	const seen: RequestKind[] = [];
	const paths: string[] = [];
	const agents = new Set<string>();
	const waiting: Array<() => void> = [];
	const serve = async (
		request: IncomingMessage,
		response: ServerResponse,
	): Promise<void> => {
		const {pathname, searchParams} = new URL(
			request.url ?? '/',
			'http://127.0.0.1',
		);
		const body = await text(request);
		const asked = kindOf(pathname, body);
		seen.push(asked.kind);
		paths.push(pathname);
		for (const wake of waiting.splice(0)) {
			wake();
		}

		const {failures, silent} = told.script;
		const failing = failures.findIndex(({on}) => on === asked.kind);
		const [failure] = failing === -1 ? [] : failures.splice(failing, 1);
		if (silent === asked.kind) {
			return;
		}

		if (failure) {
			fail(response, failure);
		} else if (
			asked.kind !== 'token' &&
			request.headers.authorization !== `Bearer ${token}`
		) {
			fail(response, {
				status: 401,
				reason: 'authError',
				message: 'Invalid Credentials',
			});
		} else {
			if (asked.kind !== 'token') {
				agents.add(request.headers['user-agent'] ?? '');
			}

			answer(asked, searchParams, {response, told});
		}
	};

	const server = createServer((request, response) => {
		void serve(request, response);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.teardown(async () => {
		const closed = once(server, 'close');
		server.close();
		server.closeAllConnections();
		await closed;
	});
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- it listens on a port
	const {port} = server.address() as AddressInfo;
	return {
		origin: `http://127.0.0.1:${port}`,
		script: told.script,
		seen,
		paths,
		jobs: told.jobs,
		agents,
		credentials: makeCredentials(),
		async waitFor(kind) {
			while (!seen.includes(kind)) {
				await new Promise<void>(resolve => {
					waiting.push(resolve);
				});
			}
		},
	};
};
