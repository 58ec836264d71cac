/* eslint-disable ava/no-ignored-test-files -- formats.test.ts loads it */
/* eslint-disable @typescript-eslint/naming-convention -- names as the logs have them */
import test from 'ava';
import {readKubernetesEvent} from '../../source/pulls/kubernetes-events.js';
import {kubernetesEventsFormat} from '../../source/pulls/log-formats.js';
import {digestOf} from '../helpers/build-repository.js';
import {describeRead, idsOf, readAll} from './_describe-records.js';

const digest = digestOf('one');
const at = '2025-11-03T14:05:30.000Z';

const entry = (message: string, payload: Record<string, unknown> = {}) => ({
	insertId: 'a1',
	logName: 'projects/shop/logs/events',
	timestamp: '2025-11-03T14:05:30Z',
	resource: {type: 'k8s_pod', labels: {cluster_name: 'eu'}},
	jsonPayload: {
		kind: 'Event',
		reason: 'Pulling',
		message,
		involvedObject: {uid: 'u1', fieldPath: 'spec.containers{web}'},
		source: {component: 'kubelet', host: 'node-1'},
		...payload,
	},
});

const messages: ReadonlyArray<readonly [string, string]> = [
	['pulling image "busybox"', `attempt docker.io/library/busybox:latest ${at}`],
	[
		'Pulling image "ubuntu:18.04"',
		`attempt docker.io/library/ubuntu:18.04 ${at}`,
	],
	[
		'Pulling image "127.0.0.1:5000/app"',
		`attempt 127.0.0.1:5000/app:latest ${at}`,
	],
	[
		`Successfully pulled image "gcr.io/shop/web@${digest}" in 796ms (1.594s including waiting). Image size: 5437 bytes.`,
		`pull gcr.io/shop/web@one ${at}`,
	],
	// A runtime ignores the tag beside a digest, so that it tells nothing of the tag.
	[
		`Successfully pulled image "gcr.io/shop/web:v1@${digest}"`,
		`pull gcr.io/shop/web@one ${at}`,
	],
	[
		'Container image "quay.io/a/b:V1" already present on machine and can be accessed by the pod',
		`present quay.io/a/b:V1 ${at}`,
	],
	[
		'Successfully pulled image "index.docker.io/a/b:1"',
		`pull docker.io/a/b:1 ${at}`,
	],
	[
		'Failed to pull image "quay.io/a/b:1": rpc error: not found',
		`other  ${at}`,
	],
	[
		'Back-off pulling image "quay.io/a/b:1": ErrImagePull: gone',
		`other  ${at}`,
	],
	[
		'Container image "quay.io/a/b:1" is not present with pull policy of Never',
		`other  ${at}`,
	],
	['Error: ImagePullBackOff', `other  ${at}`],
	['Created container web', `other  ${at}`],
	['Pulling image ""', `other  ${at}`],
	['Pulling image "QUAY/!:é"', `other  ${at}`],
	[`Pulling image "${digest}"`, `other  ${at}`],
	['It says: Pulling image "busybox"', `other  ${at}`],
];

test('the messages of a kubelet, as Cloud Logging keeps them', t => {
	for (const [message, expected] of messages) {
		t.deepEqual(
			describeRead(readKubernetesEvent(entry(message))),
			[expected],
			`${message}`,
		);
	}
});

test('an entry sent again is the same one, a later one is not', t => {
	const one = entry('Pulling image "busybox"');
	const again = {...one, insertId: 'b2'};
	const later = {...one, timestamp: '2025-11-03T14:05:31.123456789Z'};
	const [first, second, third] = idsOf(
		[one, again, later].flatMap(value => readKubernetesEvent(value)),
	);
	t.is(first, second);
	t.not(first, third);
});

test('rows of the table that a sink makes, in any spelling', t => {
	const message = 'Successfully pulled image "quay.io/a/b:1"';
	const timestamp = '2025-11-03 14:05:30.000 UTC';
	const rows = [
		{timestamp, jsonPayload: {message, reason: 'Pulled'}},
		{timestamp, jsonpayload: {message, involvedobject: {uid: 'u'}}},
		{timestamp, 'jsonPayload.message': message, 'jsonPayload.reason': 'Pulled'},
		{
			timestamp,
			jsonpayload_message: message,
			jsonpayload_involvedobject_uid: 'u',
		},
		{TIMESTAMP: '1.7621787300E9', jsonPayload: {Message: message}},
	];
	for (const row of rows) {
		t.deepEqual(describeRead(readKubernetesEvent(row)), [
			`pull quay.io/a/b:1 ${at}`,
		]);
	}

	t.deepEqual(
		describeRead(
			readKubernetesEvent({
				logName: 'projects/shop/logs/events',
				textPayload: 'Event exporter started watching.',
				jsonPayload: null,
				timestamp,
			}),
		),
		[`other  ${at}`],
	);
});

const listed = (count: number) => ({
	kind: 'Event',
	apiVersion: 'v1',
	metadata: {uid: 'e1', creationTimestamp: '2025-11-03T10:00:00Z'},
	message: 'Pulling image "quay.io/a/b:1"',
	involvedObject: {uid: 'u1'},
	firstTimestamp: '2025-11-02T23:00:00Z',
	lastTimestamp: '2025-11-03T14:05:30Z',
	eventTime: null,
	count,
});

test('an event of the API counts as often as it happened, and listed again only what is new', t => {
	t.deepEqual(
		describeRead(readKubernetesEvent({kind: 'List', items: [listed(3)]})),
		[
			'attempt quay.io/a/b:1 2025-11-02T23:00:00.000Z',
			`attempt quay.io/a/b:1 ${at}`,
			`attempt quay.io/a/b:1 ${at}`,
		],
	);
	const before = new Set(idsOf(readKubernetesEvent(listed(3))));
	const after = idsOf(
		readKubernetesEvent({type: 'MODIFIED', object: listed(5)}),
	);
	t.is(after.filter(id => !before.has(id)).length, 2);
});

test('an event with a huge count makes few records', t => {
	const read = readKubernetesEvent(listed(9_000_000_000));
	t.true(read.length < 200);
	t.is(
		read.reduce(
			(sum, piece) => sum + (piece.kind === 'record' ? piece.record.count : 0),
			0,
		),
		9_000_000_000,
	);
});

test('an event of events.k8s.io', t => {
	const event = {
		kind: 'Event',
		apiVersion: 'events.k8s.io/v1',
		metadata: {uid: 'e2'},
		note: 'Successfully pulled image "quay.io/a/b:1"',
		regarding: {uid: 'u1'},
		eventTime: '2025-11-03T14:00:00.123456Z',
	};
	t.deepEqual(describeRead(readKubernetesEvent(event)), [
		'pull quay.io/a/b:1 2025-11-03T14:00:00.123Z',
	]);
	t.deepEqual(
		describeRead(
			readKubernetesEvent({
				...event,
				series: {count: 2, lastObservedTime: '2025-11-03T14:05:30.000000Z'},
			}),
		),
		['pull quay.io/a/b:1 2025-11-03T14:00:00.123Z', `pull quay.io/a/b:1 ${at}`],
	);
});

test('the counts that Google’s guide makes', t => {
	const rows: ReadonlyArray<readonly [Record<string, unknown>, string]> = [
		[
			{imageName: 'busybox', numberOfPulls: '12'},
			'attempt docker.io/library/busybox:latest x12 undated',
		],
		[
			{IMAGENAME: 'quay.io/a/b:1', numberofpulls: 2},
			'attempt quay.io/a/b:1 x2 undated',
		],
		[
			{
				timeOfImagePull: '11/03/25 14:05',
				imageName: 'quay.io/a/b:1',
				numberOfPulls: '2',
			},
			'attempt quay.io/a/b:1 x2 2025-11-03T14:05:00.000Z',
		],
		[{imageName: null, numberOfPulls: '7'}, 'other  undated'],
		[{imageName: '', numberOfPulls: '7'}, 'other  undated'],
		[{imageName: 'busybox', numberOfPulls: '99999999999999999999'}, 'bad'],
		[{imageName: 'busybox', numberOfPulls: '-1'}, 'bad'],
		[{imageName: 'busybox', numberOfPulls: 'many'}, 'bad'],
		[
			{timeOfImagePull: 'noon', imageName: 'busybox', numberOfPulls: '1'},
			'bad',
		],
	];
	for (const [row, expected] of rows) {
		t.deepEqual(
			describeRead(readKubernetesEvent(row)),
			[expected],
			`${JSON.stringify(row)}`,
		);
	}
});

test('counts as CSV', t => {
	const head = '"imageName","numberOfPulls"\n';
	t.deepEqual(kubernetesEventsFormat.shapeOf?.('a.csv', head), {kind: 'rows'});
	const reader = kubernetesEventsFormat.open('a.csv', [
		'imageName',
		'numberOfPulls',
	]);
	t.deepEqual(
		describeRead(
			readAll(reader, [
				'"quay.io/a/b:1","3"',
				'busybox,1',
				'cut',
				'"quay.io/a',
				'a,b,c',
			]),
		),
		[
			'attempt quay.io/a/b:1 x3 undated',
			'attempt docker.io/library/busybox:latest undated',
			'bad',
			'bad',
			'bad',
		],
	);
});

test('what is no event is bad, and stops nothing', t => {
	const good = JSON.stringify(entry('Pulling image "busybox"'));
	const reader = kubernetesEventsFormat.open('a.json', []);
	t.deepEqual(
		describeRead(
			readAll(reader, [
				good,
				good.slice(0, 90),
				'null',
				'[]',
				'"text"',
				'{"a":1}',
				'\0\0',
				'{"jsonPayload":{}}',
				good,
			]),
		),
		[
			`attempt docker.io/library/busybox:latest ${at}`,
			...Array.from({length: 7}, () => 'bad'),
			`attempt docker.io/library/busybox:latest ${at}`,
		],
	);
});

test('how files of Kubernetes events are cut up', t => {
	const shape = (head: string) => kubernetesEventsFormat.shapeOf?.('f', head);
	const list = {kind: 'elements', list: 'items'} as const;
	t.deepEqual(shape('[\n  {"a": 1}'), {kind: 'elements', list: undefined});
	t.deepEqual(shape('{\n  "apiVersion": "v1",\n  "items": [\n'), list);
	t.deepEqual(shape('{"apiVersion":"v1","items":[{"kind":"Ev'), list);
	t.deepEqual(shape('{"items":[]}\n{"items":[]}\n'), {kind: 'lines'});
	t.deepEqual(shape('{"a":1}\n{"b"'), {kind: 'lines'});
	t.deepEqual(shape('{\n  "kind": "Event"\n}'), {kind: 'whole'});
});
