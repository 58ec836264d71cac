/* eslint-disable ava/no-ignored-test-files -- formats.test.ts loads it */
/* eslint-disable @typescript-eslint/naming-convention -- names as the logs have them */
import test from 'ava';
import {distributionLogFormat} from '../../source/pulls/log-formats.js';
import {parseLogfmt} from '../../source/pulls/logfmt.js';
import {digestOf} from '../helpers/build-repository.js';
import {describeRead, idsOf, readAll} from './_describe-records.js';

const at = '2025-11-03T14:05:30.123Z';
const host = 'registry.test:5000';
const digest = digestOf('one');

const fields = (more: Readonly<Record<string, unknown>> = {}) => ({
	'go.version': 'go1.19.8',
	'http.request.host': host,
	'http.request.id': 'r1',
	'http.request.method': 'GET',
	'http.request.remoteaddr': '192.0.2.7:42961',
	'http.request.uri': '/v2/shop/web/manifests/v1',
	'http.request.useragent': 'containerd/1.7.2',
	'http.response.status': 200,
	'http.response.written': 708,
	level: 'info',
	msg: 'response completed',
	time: '2025-11-03T14:05:30.123456789Z',
	...more,
});

const json = (more?: Readonly<Record<string, unknown>>): string =>
	JSON.stringify(fields(more));

const logfmt = (more?: Readonly<Record<string, unknown>>): string =>
	Object.entries(fields(more))
		.map(
			([name, value]) =>
				`${name}=${/[ "]/.test(String(value)) || name === 'time' ? JSON.stringify(value) : String(value)}`,
		)
		.join(' ')
		// As logrus writes it: the time leads.
		.replace(/^(.*) (time="[^"]+")/, '$2 $1');

const combined =
	'192.0.2.7 - - [03/Nov/2025:14:05:30 +0000] "GET /v2/shop/web/manifests/v1 HTTP/1.1" 200 708 "" "containerd/1.7.2"';

const read = (...lines: readonly string[]) =>
	describeRead(readAll(distributionLogFormat.open('f', []), lines));

const pull = `pull ${host}/shop/web:v1 ${at}`;

const lines: ReadonlyArray<readonly [string, string, string]> = [
	['JSON', json(), pull],
	['text', logfmt(), pull],
	[
		'logstash',
		JSON.stringify({
			...fields({msg: undefined, time: undefined}),
			message: 'response completed',
			'@timestamp': fields().time,
		}),
		pull,
	],
	[
		'the repository apart',
		json({
			'vars.name': 'shop/web',
			'vars.reference': 'v1',
			'http.request.uri': '/v2/shop/web/manifests/v1?n=1',
		}),
		pull,
	],
	[
		'a digest',
		json({'http.request.uri': `/v2/shop/web/manifests/${digest}`}),
		`pull ${host}/shop/web@one ${at}`,
	],
	[
		'a HEAD',
		json({'http.request.method': 'HEAD'}),
		`check ${host}/shop/web:v1 ${at}`,
	],
	[
		'a push',
		json({'http.request.method': 'PUT', 'http.response.status': 201}),
		`push ${host}/shop/web:v1 ${at}`,
	],
	['a status as a text', json({'http.response.status': '200'}), pull],
	['not changed', json({'http.response.status': 304}), `other ${host} ${at}`],
	[
		'a failure',
		json({
			msg: 'response completed with error',
			level: 'error',
			'http.response.status': 404,
		}),
		`other ${host} ${at}`,
	],
	[
		'the first of the three lines',
		json({msg: 'authorized request'}),
		`other ${host} ${at}`,
	],
	[
		'a delete',
		json({'http.request.method': 'DELETE', 'http.response.status': 202}),
		`other ${host} ${at}`,
	],
	[
		'a blob',
		json({'http.request.uri': `/v2/shop/web/blobs/${digest}`}),
		`other ${host} ${at}`,
	],
	[
		'docker’s wrapper',
		JSON.stringify({
			log: `${json()}\n`,
			stream: 'stderr',
			time: '2026-01-01T00:00:00Z',
		}),
		pull,
	],
	[
		'docker’s wrapper of text',
		JSON.stringify({
			log: `${logfmt()}\n`,
			stream: 'stderr',
			time: '2026-01-01T00:00:00Z',
		}),
		pull,
	],
	['a prefix of CRI', `2025-11-03T14:05:31.5Z stdout F ${json()}`, pull],
	[
		'a prefix of CRI before text',
		`2025-11-03T14:05:31.5Z stderr F ${logfmt()}`,
		pull,
	],
	['a prefix of kubectl', `[pod/registry-0/registry] ${json()}`, pull],
	[
		'a user agent with quotes and more',
		logfmt({'http.request.useragent': 'a "b" {"c=d" ü \\'}),
		pull,
	],
	['no time', json({time: '<nil>'}), 'bad'],
	['no tag', json({'vars.reference': 'a b'}), 'bad'],
	['JSON cut off', json().slice(0, 150), 'bad'],
	['text cut off', `${logfmt()} http.x="cut`, 'bad'],
	['another program', 'Configuration OK', 'other  undated'],
	['another program’s JSON', '{"a":1}', 'other  undated'],
	['NUL bytes', '\0\0\0', 'other  undated'],
];

test('lines of a registry’s log', t => {
	for (const [title, line, expected] of lines) {
		t.deepEqual(read(line), [expected], `${title}`);
	}
});

test('the id, the agent and the client', t => {
	const line = logfmt({
		'auth.user.name': 'ci',
		'http.request.remoteaddr': '[::1]:80',
		'http.request.useragent': 'a "b"',
	});
	const all = readAll(distributionLogFormat.open('f', []), [line]);
	t.deepEqual(idsOf(all), ['r1']);
	t.like(all[0], {record: {agent: 'a "b"', client: '[::1] ci'}});
});

test('a combined line counts where no other tells of requests', t => {
	const other = 'other  undated';
	t.deepEqual(read('listening', combined), [
		other,
		'pull /shop/web:v1 2025-11-03T14:05:30.000Z',
	]);
	t.deepEqual(read(json(), combined), [other, pull]);
	t.deepEqual(read(logfmt({msg: 'authorized request'}), combined), [
		`other ${host} ${at}`,
		other,
	]);
	// A registry that only logs errors writes no line for what went well.
	t.is(read(json({level: 'error', msg: 'unknown tag'}), combined).length, 2);
	t.true(
		read(json({level: 'error', msg: 'unknown tag'}), combined).includes(
			'pull /shop/web:v1 2025-11-03T14:05:30.000Z',
		),
	);
	t.deepEqual(read(combined.replace('200 708', '404 19')), [
		'other  2025-11-03T14:05:30.000Z',
	]);
	t.deepEqual(read(combined.replace('manifests/v1', 'blobs/x')), [
		'other  2025-11-03T14:05:30.000Z',
	]);
});

test('the type of the response tells whether what comes next is a child', t => {
	const second = {
		'http.request.uri': `/v2/shop/web/manifests/${digest}`,
		'http.request.id': 'r2',
	};
	const type = (mediaType: string) => ({
		'http.response.contenttype': `${mediaType}; charset=utf-8`,
	});
	t.deepEqual(
		read(
			json(type('application/vnd.oci.image.manifest.v1+json')),
			json(second),
		),
		[pull, `pull ${host}/shop/web@one ${at}`],
	);
	t.deepEqual(
		read(json(type('application/vnd.oci.image.index.v1+json')), logfmt(second)),
		[pull, `pull ${host}/shop/web@one part ${at}`],
	);
});

test('pairs of logfmt', t => {
	t.deepEqual(
		{...parseLogfmt(String.raw`a=1 b="x \"y\" \\ \n" c= d="" e="a=b"`)},
		{
			a: '1',
			b: 'x "y" \\ \n',
			c: '',
			d: '',
			e: 'a=b',
		},
	);
	t.is(parseLogfmt('a=1 b="cut'), undefined);
	t.is(parseLogfmt('a=1 noise'), undefined);
	t.false(parseLogfmt('__proto__=1')?.['toString'] === undefined);
});
