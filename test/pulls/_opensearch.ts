/* eslint-disable ava/no-ignored-test-files, @typescript-eslint/naming-convention -- hub.test.ts loads it; OpenSearch's words have their own form */
import {Buffer} from 'node:buffer';
import {text as readText} from 'node:stream/consumers';
import test, {type ExecutionContext} from 'ava';
import {isJsonObject} from '../../source/oci/json.js';
import {createOpenSearchReader} from '../../source/pulls/opensearch.js';
import {UserError} from '../../source/user-error.js';
import {silentHost, startLoopback} from '../http/_loopback.js';
import {
	answerJson,
	at,
	clock,
	day,
	dayIn,
	http,
	iso,
	now,
	readHub,
	shorten,
} from './_hub-world.js';

type Question = Readonly<Record<string, unknown>>;

/** What a server answers: to the question about fields, and to each search. */
type Index = {
	readonly fields?: (() => readonly [number, unknown]) | undefined;
	readonly search: (
		question: Question,
		number: number,
	) => readonly [number, unknown];
};

const mapped = (type: string) => ({
	[type]: {type, searchable: true, aggregatable: type !== 'text'},
});

/** As S3's index is mapped: the namespace is left to OpenSearch, which keeps a text and a keyword beside it. */
const usualFields = {
	timestamp: mapped('date'),
	namespace: mapped('text'),
	'namespace.keyword': mapped('keyword'),
	name: mapped('keyword'),
	pull_count: mapped('long'),
};

const fieldsOf =
	(fields: unknown, indices: readonly string[] = ['metrics-2026-11']) =>
	() =>
		[200, {indices, fields}] as const;

/** Fields by which no index can count: a part of the indexes has the namespace as text only. */
const uncountable = fieldsOf({
	...usualFields,
	'namespace.keyword': {...mapped('keyword'), ...mapped('unmapped')},
});

const start = async (t: ExecutionContext, {fields, search}: Index) => {
	const questions: Question[] = [];
	const server = await startLoopback(t, (request, response) => {
		void answer(request.url ?? '', readText(request));
		async function answer(url: string, body: Promise<string>) {
			const text = await body;
			if (url.includes('_field_caps')) {
				const [status, reply] = (fields ?? fieldsOf(usualFields))();
				answerJson(response, reply, status);
				return;
			}

			const question: unknown = JSON.parse(text);
			questions.push(isJsonObject(question) ? question : {});
			const [status, reply] = search(questions.at(-1)!, questions.length);
			answerJson(response, reply, status);
		}
	});
	return {server, questions};
};

const open = (
	origin: string,
	options: {
		credentials?: {username: string; password: string};
		pageSize?: number;
	} = {},
) =>
	createOpenSearchReader({
		name: 'opensearch:x',
		where: `${origin}/metrics-*`,
		http,
		credentials: options.credentials,
		clock,
		pageSize: options.pageSize,
	});

const read = async (
	t: ExecutionContext,
	index: Index,
	options: Parameters<typeof open>[1] = {},
) => {
	const {server, questions} = await start(t, index);
	return {
		server,
		questions,
		...(await readHub(open(server.origin, options))),
	};
};

const bucket = (date: number, pulls: number | undefined, name = 'app') => ({
	key: {namespace: 'shop', name, day: at(date)},
	doc_count: 24,
	pulls: {value: pulls},
	time: {value: at(date, 23)},
});

const counted = (
	buckets: readonly unknown[],
	after?: unknown,
	more: Question = {},
) =>
	[
		200,
		{
			timed_out: false,
			_shards: {total: 5, failed: 0},
			aggregations: {
				days: {buckets, ...(after === undefined ? {} : {after_key: after})},
			},
			...more,
		},
	] as const;

const hitOf = (id: number, time: number, pulls: unknown) => ({
	_index: 'metrics-2026-11',
	_id: String(id),
	_source: {
		timestamp: iso(time),
		namespace: 'shop',
		name: 'app',
		pull_count: pulls,
	},
	sort: [time],
});

const found = (hits: readonly unknown[]) =>
	[200, {timed_out: false, hits: {hits}}] as const;

test('the index counts by itself, a day and a repository at a time, in pages', async t => {
	const after = {namespace: 'shop', name: 'app', day: at(11)};
	const {questions, server, tallies, source} = await read(
		t,
		{
			search: ({aggs}) =>
				JSON.stringify(aggs).includes('"after"')
					? counted([bucket(12, 1030), bucket(12, 7, 'web')])
					: counted([bucket(10, 1000), bucket(11, 1010)], after),
		},
		{pageSize: 2},
	);
	t.deepEqual(shorten(tallies), [
		`shop/app * pull ${dayIn(11)}=10 ${dayIn(12)}=20`,
	]);
	t.like(source, {
		state: 'read',
		proves: 'nothing',
		covers: {from: at(10, 23), to: at(12, 23)},
		records: 96,
		skipped: 0,
		gaps: [],
		remark: undefined,
	});
	t.is(questions.length, 2);
	t.like(questions[1], {
		size: 0,
		aggs: {
			days: {
				composite: {
					after,
					sources: [
						{namespace: {terms: {field: 'namespace.keyword'}}},
						{name: {terms: {field: 'name'}}},
						{
							day: {
								date_histogram: {field: 'timestamp', fixed_interval: '1d'},
							},
						},
					],
				},
			},
		},
		query: {
			bool: {
				filter: [
					{
						range: {
							timestamp: {
								gte: (Math.floor((now - 90 * day) / day) - 1) * day,
								lte: now,
								format: 'epoch_millis',
							},
						},
					},
					{exists: {field: 'pull_count'}},
				],
			},
		},
	});
	t.deepEqual(
		server.seen.map(({method, path}) => `${method} ${path?.split('?')[0]}`),
		[
			'GET /metrics-*/_field_caps',
			'POST /metrics-*/_search',
			'POST /metrics-*/_search',
		],
	);
});

test('where not every index can count so, the documents are read, none of them twice and none left out', async t => {
	const documents = [
		hitOf(1, at(10), 1000),
		hitOf(2, at(11), 1010),
		hitOf(3, at(11), 1010),
		hitOf(4, at(12), 1030),
		hitOf(5, at(13), '1031'),
	];
	const {questions, tallies, source} = await read(
		t,
		{
			fields: uncountable,
			search({search_after: after, size}) {
				const [from] = Array.isArray(after) ? after.map(Number) : [0];
				return found(
					documents
						.filter(({sort: [time]}) => time! > (from ?? 0))
						.slice(0, Number(size)),
				);
			},
		},
		{pageSize: 3},
	);
	t.deepEqual(shorten(tallies), [
		`shop/app * pull ${dayIn(11)}=10 ${dayIn(12)}=20 ${dayIn(13)}=1`,
	]);
	t.like(source, {records: 5, gaps: [], covers: {from: at(10), to: at(13)}});
	t.deepEqual(
		questions.map(({search_after: after}) => after),
		[undefined, [at(11) - 1], [at(12) - 1]],
	);
	t.like(questions[0], {
		size: 3,
		sort: [{timestamp: {order: 'asc', unmapped_type: 'date'}}],
		_source: [
			'timestamp',
			'_timestamp',
			'namespace',
			'user',
			'name',
			'pull_count',
		],
	});
});

test('a page full of documents of one time is a gap, and ends the reading', async t => {
	const {source} = await read(
		t,
		{
			fields: uncountable,
			search: () => found([hitOf(1, at(10), 1), hitOf(2, at(10), 1)]),
		},
		{pageSize: 2},
	);
	t.regex(source.gaps[0]?.message ?? '', /2 documents or more of one time/);
	t.false(source.gaps[0]?.canBeAccepted);
});

test('an index whose documents have their time under the older name too is read by both', async t => {
	const {questions} = await read(t, {
		fields: fieldsOf({...usualFields, _timestamp: mapped('date')}),
		search: () => found([]),
	});
	t.deepEqual(
		questions.map(({sort}) => JSON.stringify(sort)),
		['timestamp', '_timestamp'].map(
			name => `[{"${name}":{"order":"asc","unmapped_type":"date"}}]`,
		),
	);
});

for (const [title, fields, countFails] of [
	['tells nothing of its fields', () => [403, {}] as const, false],
	['refuses to count', undefined, true],
] as const) {
	test(`an index that ${title} is read document by document`, async t => {
		const {tallies} = await read(t, {
			fields,
			search: ({aggs, sort}) =>
				aggs !== undefined && countFails
					? [400, {error: {reason: 'unknown interval'}, status: 400}]
					: found(
							JSON.stringify(sort).includes('_timestamp')
								? []
								: [hitOf(1, at(10), 1), hitOf(2, at(11), 3)],
						),
		});
		t.deepEqual(shorten(tallies), [`shop/app * pull ${dayIn(11)}=2`]);
	});
}

test('an index of 32 bits says what is missing from it', async t => {
	const {source} = await read(t, {
		fields: fieldsOf({...usualFields, pull_count: mapped('integer')}),
		search: () => counted([bucket(10, 5), bucket(11, 3)]),
	});
	t.regex(
		source.remark ?? '',
		/32 bits: samples of repositories with more than 2,147,483,647/,
	);
	t.regex(source.remark ?? '', /The counter of shop\/app fell once/);
});

test('documents and days without usable counters are counted and told', async t => {
	const {source} = await read(t, {
		search: () => counted([bucket(10, 5), bucket(11, 2 ** 60)]),
	});
	t.like(source, {records: 24, skipped: 24});
	t.regex(source.firstProblem ?? '', /a day of shop\/app: /);
});

for (const [title, more, message] of [
	[
		'parts that did not answer',
		{_shards: {failed: 2}},
		/^2 parts of the index/,
	],
	['a time that ran out', {timed_out: true}, /for lack of time/],
] as const) {
	test(`an answer with ${title} is a gap`, async t => {
		const {source} = await read(t, {
			search: () => counted([bucket(10, 5)], undefined, more),
		});
		t.regex(source.gaps[0]?.message ?? '', message);
	});
}

test('a page that fails after others is a gap', async t => {
	const {source} = await read(t, {
		search: (_question, number) =>
			number === 1
				? counted([bucket(10, 5)], {namespace: 'shop'})
				: [400, {error: {root_cause: [{reason: 'too many buckets'}]}}],
	});
	t.regex(
		source.gaps[0]?.message ?? '',
		/^It broke off: .*400 too many buckets/,
	);
	t.is(source.state, 'read');
});

test('the login goes along from the first request on, and the question under --read-only', async t => {
	const {server} = await read(
		t,
		{search: () => counted([])},
		{credentials: {username: 'reader', password: 'a:b'}},
	);
	t.true(http.readOnly);
	t.is(server.seen.length, 2);
	t.true(
		server.seen.every(
			({authorization}) =>
				authorization ===
				`Basic ${Buffer.from('reader:a:b').toString('base64')}`,
		),
	);
});

test('a server that fails once is asked the same again', async t => {
	const {questions, source} = await read(t, {
		search: (_question, number) =>
			number === 1 ? [503, {}] : counted([bucket(10, 5)]),
	});
	t.is(questions.length, 2);
	t.is(source.records, 24);
});

const failures: ReadonlyArray<readonly [string, Index, RegExp]> = [
	[
		'no login',
		{fields: () => [401, {}], search: () => found([])},
		/wants a login \(401\)\. Set JETSAM_OPENSEARCH_USERNAME/,
	],
	[
		'an index that is missing',
		{
			fields: () => [404, {error: {reason: 'no such index [metrics]'}}],
			search: () => found([]),
		},
		/has no index metrics-\* \(404 no such index \[metrics]\)/,
	],
	[
		'a pattern that no index has',
		{fields: fieldsOf({}, []), search: () => found([])},
		/has no index metrics-\*\. Check the index pattern/,
	],
	[
		'no right to read',
		{search: () => [403, {error: {reason: 'no permissions'}}]},
		/does not let this login read metrics-\* \(403 no permissions\)/,
	],
	[
		'a cluster that is down',
		{search: () => [503, {}]},
		/^OpenSearch at 127\.0\.0\.1:\d+ failed \(503\)\. Try again later/,
	],
	[
		'something else that answers',
		{search: () => [200, {welcome: true}]},
		/does not answer like OpenSearch/,
	],
];

for (const [title, index, message] of failures) {
	test(`${title} is one sentence`, async t => {
		const {server} = await start(t, index);
		const error = await t.throwsAsync(readHub(open(server.origin)), {
			instanceOf: UserError,
		});
		t.regex(error?.sentence ?? '', message);
	});
}

test('a host where nothing answers is one sentence', async t => {
	const error = await t.throwsAsync(readHub(open(`http://${silentHost}`)), {
		instanceOf: UserError,
	});
	t.regex(error?.sentence ?? '', /Nothing answers at OpenSearch at .*refused/);
});

for (const [title, where, credentials, message] of [
	[
		'with a login in it',
		'https://reader:hidden@search.example/metrics',
		undefined,
		/search\.example has a login in it/,
	],
	['without an index', 'https://search.example/', undefined, /names no index/],
	[
		'with a path',
		'https://search.example/a/_search',
		undefined,
		/names no index/,
	],
	[
		'that is not encrypted, with a login',
		'http://search.example/metrics',
		{username: 'reader', password: 'hidden'},
		/would go there in the clear/,
	],
] as const) {
	test(`an address ${title} is refused before anything is sent`, t => {
		const error = t.throws(
			() =>
				createOpenSearchReader({
					name: 'opensearch:x',
					where,
					http,
					credentials,
					clock,
				}),
			{instanceOf: UserError},
		);
		t.regex(error?.sentence ?? '', message);
		t.false(error?.sentence.includes('hidden'));
		t.is(error?.exitCode, 2);
	});
}
