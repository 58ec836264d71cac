/* eslint-disable ava/no-ignored-test-files -- formats.test.ts loads it */

import test from 'ava';
import {
	proveByEvents,
	readDistributionEvent,
} from '../../source/pulls/distribution-events.js';
import {createDistributionEventsFormat} from '../../source/pulls/log-formats.js';
import {manifestMediaTypes} from '../../source/oci/manifest.js';
import {digestOf} from '../helpers/build-repository.js';
import {describeRead, idsOf, readAll} from './_describe-records.js';

const at = '2025-11-03T22:05:30.123Z';
const host = 'registry.test:5000';

type Fields = {
	readonly action?: string;
	readonly target?: Record<string, unknown>;
	readonly request?: Record<string, unknown>;
	readonly timestamp?: unknown;
};

const event = ({
	action = 'pull',
	target = {},
	request = {},
	...rest
}: Fields = {}) => ({
	id: 'e1',
	timestamp: '2025-11-03T14:05:30.123456789-08:00',
	action,
	target: {
		mediaType: manifestMediaTypes.image,
		digest: digestOf('one'),
		size: 708,
		repository: 'shop/web',
		url: `http://Registry.test:5000/v2/shop/web/manifests/${digestOf('one')}`,
		...target,
	},
	request: {
		id: 'r1',
		addr: '192.0.2.7:42961',
		host: 'inner:5000',
		method: 'GET',
		useragent: 'containerd/1.7.2 (ünïcode)',
		...request,
	},
	actor: {name: 'ci'},
	source: {addr: 'registry:5000'},
	...rest,
});

const cases: ReadonlyArray<readonly [string, Fields, string]> = [
	['a pull by digest', {}, `pull ${host}/shop/web@one ${at}`],
	[
		'a pull by tag',
		{target: {tag: 'v1'}},
		`pull ${host}/shop/web@one as v1 ${at}`,
	],
	[
		'an index',
		{target: {mediaType: manifestMediaTypes.dockerIndex}},
		`pull ${host}/shop/web@one ${at}`,
	],
	['a HEAD', {request: {method: 'HEAD'}}, `check ${host}/shop/web@one ${at}`],
	[
		'a push',
		{action: 'push', target: {tag: 'v1'}, request: {method: 'PUT'}},
		`push ${host}/shop/web@one as v1 ${at}`,
	],
	[
		'a layer',
		{
			target: {
				mediaType: 'application/octet-stream',
				url: 'http://registry.test:5000/v2/shop/web/blobs/x',
			},
		},
		`other ${host} ${at}`,
	],
	[
		'a config',
		{
			target: {
				mediaType: 'application/vnd.docker.container.image.v1+json',
				url: '',
			},
		},
		`other inner:5000 ${at}`,
	],
	[
		'a manifest of an old or unknown type',
		{target: {mediaType: ''}},
		`pull ${host}/shop/web@one ${at}`,
	],
	['a mount', {action: 'mount'}, `other ${host} ${at}`],
	['a delete', {action: 'delete'}, `other ${host} ${at}`],
	['no address', {target: {url: ''}}, `pull inner:5000/shop/web@one ${at}`],
	[
		'a tag that is none',
		{target: {tag: '<nil>'}},
		`pull ${host}/shop/web@one ${at}`,
	],
	['a digest that is none', {target: {digest: '<nil>'}}, 'bad'],
	['a repository that is none', {target: {repository: 'Shop'}}, 'bad'],
	['no time', {timestamp: null}, 'bad'],
	['a time that is none', {timestamp: 'yesterday'}, 'bad'],
];

test('events of a registry', t => {
	for (const [title, fields, expected] of cases) {
		t.deepEqual(
			describeRead(readDistributionEvent(event(fields))),
			[expected],
			`${title}`,
		);
	}
});

test('envelopes hold any number of them; each has its own id, and its client without the port', t => {
	const envelope = {events: [event(), {...event(), id: 'e2'}, 7]};
	const read = readDistributionEvent(envelope);
	t.deepEqual(describeRead(read), [
		`pull ${host}/shop/web@one ${at}`,
		`pull ${host}/shop/web@one ${at}`,
		'bad',
	]);
	t.deepEqual(idsOf(read), ['e1', 'e2']);
	t.like(read[0], {
		record: {
			client: '192.0.2.7 ci',
			agent: 'containerd/1.7.2 (ünïcode)',
			mediaType: manifestMediaTypes.image,
		},
	});
	t.deepEqual(readDistributionEvent({events: []}), []);
});

test('an index and its child are one pull, whatever comes twice', t => {
	const format = createDistributionEventsFormat({declared: undefined});
	const index = event({
		target: {
			tag: 'v1',
			mediaType: manifestMediaTypes.index,
			digest: digestOf('index'),
		},
	});
	const child = {...event({timestamp: '2025-11-03T14:05:31-08:00'}), id: 'e2'};
	const lines = [{events: [index]}, {events: [child, index]}].map(envelope =>
		JSON.stringify(envelope),
	);
	t.deepEqual(
		describeRead(
			readAll(format.open('f', []), [...lines, lines[0]?.slice(0, 50) ?? '']),
		),
		[
			'bad',
			`pull ${host}/shop/web@index as v1 ${at}`,
			`pull ${host}/shop/web@one part 2025-11-03T22:05:31.000Z`,
		],
	);
});

test('they prove absence only in a time that the operator declares', t => {
	t.is(proveByEvents({declared: undefined}), 'nothing');
	t.is(proveByEvents({declared: {from: 1, to: 2}}), 'all-digests');
});

test('how files of notifications are cut up', t => {
	const shape = (head: string) =>
		createDistributionEventsFormat({declared: undefined}).shapeOf?.('f', head);
	t.deepEqual(shape('{"events":[{}]}\n{"events":[{}]}\n'), {kind: 'lines'});
	t.deepEqual(shape('{\n  "events": [\n'), {kind: 'elements', list: 'events'});
	t.deepEqual(shape('[{"events"'), {kind: 'elements', list: undefined});
});
