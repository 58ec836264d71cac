/* eslint-disable ava/no-ignored-test-files -- bigquery.test.ts loads it: one process for all that need the client library */
/* eslint-disable @typescript-eslint/naming-convention -- tables are named by what their names are */
import test, {type ExecutionContext} from 'ava';
import type {Row} from '../../source/pulls/engines/bigquery/run-query.js';
import {readAuditRow} from '../../source/pulls/engines/bigquery/read-row.js';
import {dayOf} from '../../source/pulls/tally-book.js';
import {digestOf} from '../helpers/build-repository.js';
import {type Script, startBigQuery} from '../helpers/bigquery-server.js';
import {
	auditTable,
	day,
	eventTable,
	now,
	openReader,
	resultColumns,
	usageTable,
	window,
} from './_open-bigquery.js';

type Cells = Script['rows'][number];

const one = digestOf('one');
const host = 'europe-docker.pkg.dev';
const resource =
	'projects/shop/locations/europe/repositories/apps/dockerImages/web%2Ffront';

const auditRow = (fields: Cells = {}): Cells => ({
	host,
	action: 'pull',
	project: 'shop',
	resource,
	asked: `/v2/shop/apps/web/front/manifests/${one}`,
	client: 'containerd',
	requests: 3,
	firstTime: now - 5 * day,
	lastTime: now - 5 * day + 1000,
	...fields,
});

const readAudit = async (
	t: ExecutionContext,
	rows: readonly Cells[],
	fields: Parameters<typeof openReader>[2] = {},
	script: Partial<Script> = {},
) => {
	const server = await startBigQuery(t, {
		tables: {'shop.logs.audit': auditTable},
		columns: resultColumns('project', 'resource', 'asked', 'client'),
		rows,
		...script,
	});
	const {read} = await openReader(t, server, fields);
	return read();
};

test('rows become counts by day, over all pages', async t => {
	const {tallies, source} = await readAudit(
		t,
		[
			auditRow(),
			auditRow({requests: 2, client: 'docker', lastTime: now - 2 * day}),
			auditRow({action: 'check', requests: 1}),
			auditRow({client: 'ContainerAnalysis', requests: 7}),
			auditRow({asked: '/v2/shop/apps/web/front/manifests/v1', requests: 4}),
		],
		{},
		{pageLength: 2},
	);
	const pulls = tallies.find(
		({action, isApart, image}) =>
			action === 'pull' && !isApart && image.kind === 'digest',
	);
	t.deepEqual(pulls, {
		source: 'ar-audit:bigquery://shop.logs.audit',
		host,
		repository: 'shop/apps/web/front',
		image: {kind: 'digest', digest: one},
		action: 'pull',
		isApart: false,
		days: new Map([
			[dayOf(now - 5 * day), 3],
			[dayOf(now - 2 * day), 2],
		]),
		undated: 0,
		last: now - 2 * day,
		clients: new Map([
			['containerd', 3],
			['docker', 2],
		]),
	});
	t.deepEqual(
		tallies.map(({action, isApart, image}) => [action, isApart, image.kind]),
		[
			['pull', false, 'digest'],
			['check', false, 'digest'],
			['pull', true, 'digest'],
			['pull', false, 'tag'],
		],
	);
	t.is(source.records, 17);
	t.is(source.readAt, now);
});

test('an audit log proves from its oldest request that reads until an hour ago, and names the projects that it knows', async t => {
	const {source} = await readAudit(t, [
		auditRow(),
		auditRow({
			action: 'other',
			resource: undefined,
			asked: undefined,
			firstTime: now - 80 * day,
		}),
		auditRow({
			action: 'read',
			resource: undefined,
			asked: undefined,
			firstTime: now - 60 * day,
		}),
		auditRow({project: 'tools', firstTime: now - 5 * day}),
	]);
	t.is(source.proves, 'all-digests');
	t.deepEqual(source.covers, {from: now - 60 * day, to: now - 3_600_000});
	t.deepEqual(
		source.gaps.map(({name, span, canBeAccepted}) => ({
			name,
			span,
			canBeAccepted,
		})),
		[
			{name: 'only shop, tools', span: undefined, canBeAccepted: true},
			{
				name: 'tools before 2026-11-20',
				span: {from: now - 60 * day, to: now - 5 * day},
				canBeAccepted: true,
			},
		],
	);
});

test('coverage begins no earlier than the window', async t => {
	const {source} = await readAudit(t, [
		auditRow({action: 'read', firstTime: now - 400 * day}),
	]);
	t.is(source.covers?.from, window.from);
});

test('an audit log of a registry that lets anybody read proves nothing', async t => {
	const {source} = await readAudit(t, [auditRow()], {
		anonymousReadsAreRefused: false,
	});
	t.is(source.proves, 'nothing');
	t.deepEqual(source.gaps, []);
});

test('a table without any request that reads covers nothing', async t => {
	const {source} = await readAudit(t, [auditRow({action: 'push'})]);
	t.is(source.covers, undefined);
});

test('a day without a shard is a gap that can be accepted', async t => {
	const shards = Object.fromEntries(
		[20, 21, 23, 24, 25].map(date => [
			`shop.logs.audit_202611${date}`,
			auditTable,
		]),
	);
	const {source} = await readAudit(
		t,
		[auditRow({firstTime: Date.UTC(2026, 10, 20, 3)})],
		{table: 'shop.logs.audit_*'},
		{tables: shards},
	);
	t.deepEqual(
		source.gaps.map(({name}) => name),
		['only shop', '2026-11-22'],
	);
	t.deepEqual(source.gaps[1]?.span, {
		from: Date.UTC(2026, 10, 22),
		to: Date.UTC(2026, 10, 23),
	});
});

test('a log of another registry says so', async t => {
	const {source} = await readAudit(t, [
		auditRow({
			host: 'us-docker.pkg.dev',
			action: 'elsewhere',
			requests: 12_345,
		}),
		auditRow({host: undefined, action: 'elsewhere', requests: 1}),
	]);
	t.is(
		source.remark,
		'None of its 12,345 records is about this registry; they are about us-docker.pkg.dev.',
	);
	t.is(source.covers, undefined);
});

test('a row that names no image is counted and told', async t => {
	const {source} = await readAudit(t, [
		auditRow({asked: undefined, requests: 2}),
		auditRow(),
	]);
	t.is(source.skipped, 2);
	t.is(source.records, 3);
	t.is(source.firstProblem, `A row names no image in "${resource}".`);
});

const places: ReadonlyArray<
	readonly [
		title: string,
		host: string,
		resource: string,
		asked: string,
		repositories: readonly string[],
	]
> = [
	[
		'a nested image',
		host,
		resource,
		'/v2/shop/apps/web/front/manifests/v1',
		['shop/apps/web/front'],
	],
	[
		'an image that stands in for Container Registry, under its own host',
		'eu.gcr.io',
		'projects/shop/locations/europe/repositories/eu.gcr.io/dockerImages/web',
		'/v2/shop/eu.gcr.io/web/manifests/v1',
		['shop/web'],
	],
	[
		'the same under the host of its place',
		host,
		'projects/shop/locations/europe/repositories/eu.gcr.io/dockerImages/web',
		'/v2/shop/eu.gcr.io/web/manifests/v1',
		['shop/eu.gcr.io/web'],
	],
	[
		'a project of a domain',
		host,
		'projects/example.com:shop/locations/europe/repositories/apps/dockerImages/web',
		'/v2/example.com/shop/apps/web/manifests/v1',
		['example.com/shop/apps/web'],
	],
	[
		'what a virtual repository passes on',
		host,
		'projects/shop/locations/europe/repositories/held/dockerImages/web',
		'/v2/shop/all/web/manifests/v1',
		['shop/held/web', 'shop/all/web'],
	],
	[
		'a resource without an image',
		host,
		'projects/shop',
		'/v2/x/manifests/v1',
		[],
	],
	[
		'a broken escape',
		host,
		'projects/shop/locations/europe/repositories/apps/dockerImages/%zz',
		'/v2/%zz/manifests/v1',
		[],
	],
];

for (const [title, where, of, asked, repositories] of places) {
	test(`${title} is ${repositories.join(' and ') || 'none'} at ${where}`, t => {
		const row: Row = {resource: of, asked};
		t.deepEqual(
			readAuditRow(row, where).map(({repository}) => repository),
			repositories,
		);
	});
}

test('events of a cluster: attempts and pulls stand apart, and prove nothing', async t => {
	const server = await startBigQuery(t, {
		tables: {'shop.logs.events': eventTable},
		columns: resultColumns('image'),
		rows: [
			{
				host: 'docker.io',
				action: 'attempt',
				image: 'nginx',
				requests: 9,
				firstTime: now - day,
				lastTime: now - day,
			},
			{
				host: 'docker.io',
				action: 'pull',
				image: `docker.io/library/nginx:1@${one}`,
				requests: 5,
				firstTime: now - day,
				lastTime: now - day,
			},
			{
				host: 'docker.io',
				action: 'present',
				image: 'index.docker.io/library/nginx:1',
				requests: 2,
				firstTime: now - day,
				lastTime: now - day,
			},
			{
				host: undefined,
				action: 'other',
				requests: 100,
				firstTime: now - 9 * day,
				lastTime: now,
			},
		],
	});
	const {read} = await openReader(t, server, {
		name: 'kubernetes-events:bigquery://shop.logs.events',
		kind: 'kubernetes-events',
		table: 'shop.logs.events',
	});
	const {tallies, source} = await read({host: 'docker.io'});
	t.deepEqual(
		tallies.map(({repository, action, image}) => [repository, action, image]),
		[
			['library/nginx', 'attempt', {kind: 'tag', tag: 'latest'}],
			['library/nginx', 'pull', {kind: 'digest', digest: one}],
			['library/nginx', 'present', {kind: 'tag', tag: '1'}],
		],
	);
	t.is(source.proves, 'nothing');
	t.is(source.covers?.from, now - day);
	const hosts = server.jobs[1]?.configuration.query.queryParameters?.find(
		({name}) => name === 'hosts',
	);
	// Under every name that Docker Hub has.
	t.is(hosts?.parameterValue.arrayValues?.length, 5);
});

test('usage logs count blobs, and say how many name no repository', async t => {
	const server = await startBigQuery(t, {
		tables: {'shop.storageanalysis.usage': usageTable},
		columns: resultColumns('repository', 'digest', 'client'),
		rows: [
			{
				host: 'gcr.io',
				action: 'pull',
				repository: 'shop/foo/bar/svc',
				digest: one,
				client: 'docker',
				requests: 2,
				firstTime: now - day,
				lastTime: now - day,
			},
			{
				host: 'gcr.io',
				action: 'unplaced',
				requests: 4,
				firstTime: now - 9 * day,
				lastTime: now,
			},
		],
	});
	const {read, reader} = await openReader(t, server, {
		name: 'gcs-usage:bigquery://shop.storageanalysis.usage',
		kind: 'gcs-usage',
		table: 'shop.storageanalysis.usage',
	});
	t.true(reader.isFor('eu.gcr.io'));
	t.false(reader.isFor('europe-docker.pkg.dev'));
	const {tallies, source} = await read({host: 'gcr.io'});
	t.deepEqual(
		tallies.map(({repository, image}) => [repository, image]),
		[['shop/foo/bar/svc', {kind: 'blob', digest: one}]],
	);
	t.is(source.proves, 'nothing');
	t.is(
		source.remark,
		'4 downloads of blobs named no repository and do not count.',
	);
});
