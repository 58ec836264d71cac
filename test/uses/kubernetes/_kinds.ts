/* eslint-disable ava/no-ignored-test-files -- kubernetes.test.ts loads it: one process for all that need the client library */
import test from 'ava';
import {
	describeControllerRevision,
	describeCronJob,
	describeJob,
	describePod,
	describePodSpec,
	describeWorkload,
} from '../../../source/demo/cluster-workloads.js';
import type {StoredObject} from '../../../source/demo/cluster-content.js';
import type {EmbeddedClusterOptions} from '../../../source/demo/embedded-cluster.js';
import {
	createContent,
	readText,
	startCluster,
	tellUse,
	writeKubeconfig,
} from './_cluster.js';

const since = new Date('2026-11-01T10:00:00Z');
const shop = {namespace: 'shop', since};
const digestOf = (digit: string): string => `sha256:${digit.repeat(64)}`;
const app = [{name: 'app', image: 'r.example/shop/api:1'}];

/** Each kind: objects as the API writes them, and the uses that they are. */
const table: ReadonlyArray<{
	readonly title: string;
	readonly objects: readonly StoredObject[];
	readonly uses: readonly string[];
}> = [
	{
		title:
			'a running Pod: containers of all sorts, image volumes, and what its status reports',
		objects: [
			describePod({
				...shop,
				name: 'api-1',
				containers: [
					{
						name: 'app',
						image: 'r.example/shop/api:1',
						imageId: `r.example/shop/api@${digestOf('a')}`,
					},
				],
				initContainers: [
					{
						name: 'migrate',
						image: 'r.example/shop/migrate:1',
						imageId: `docker-pullable://r.example/shop/migrate@${digestOf('b')}`,
					},
				],
				ephemeralContainers: [
					{name: 'debug', image: 'busybox', imageId: digestOf('c')},
				],
				volumes: ['r.example/shop/model:7'],
			}),
		],
		uses: [
			'running Pod shop/api-1 app = r.example/shop/api:1',
			'running Pod shop/api-1 migrate = r.example/shop/migrate:1',
			'running Pod shop/api-1 debug = docker.io/library/busybox:latest',
			'running Pod shop/api-1  = r.example/shop/model:7',
			`running Pod shop/api-1 app = r.example/shop/api@${digestOf('a')}`,
			`running Pod shop/api-1 migrate = r.example/shop/migrate@${digestOf('b')}`,
			`running Pod shop/api-1 debug = @${digestOf('c')}`,
		],
	},
	{
		title: 'a Pod that waits for its image',
		objects: [
			describePod({...shop, name: 'api-2', phase: 'Pending', containers: app}),
		],
		uses: ['running Pod shop/api-2 app = r.example/shop/api:1'],
	},
	{
		title: 'a Pod whose runtime has no digest for it, but another name',
		objects: [
			describePod({
				...shop,
				name: 'api-3',
				containers: [
					{
						name: 'app',
						image: 'r.example/shop/api:1',
						reported: 'r.example/shop/api:2',
					},
				],
			}),
		],
		uses: [
			'running Pod shop/api-3 app = r.example/shop/api:1',
			'running Pod shop/api-3 app = r.example/shop/api:2',
		],
	},
	{
		title: 'Pods that have ended',
		objects: ['Succeeded', 'Failed'].map(phase =>
			describePod({...shop, name: `run-${phase}`, phase, containers: app}),
		),
		uses: [
			'finished Pod shop/run-Failed app = r.example/shop/api:1',
			'finished Pod shop/run-Succeeded app = r.example/shop/api:1',
		],
	},
	{
		title: 'a Pod whose phase is not known',
		objects: [
			describePod({...shop, name: 'lost', phase: 'Unknown', containers: app}),
		],
		uses: ['running Pod shop/lost app = r.example/shop/api:1'],
	},
	...[
		'Deployment',
		'StatefulSet',
		'DaemonSet',
		'ReplicationController',
		'ReplicaSet',
		'Rollout',
		'Service',
	].map(kind => ({
		title: `a ${kind}, scaled to zero too`,
		objects: [
			describeWorkload(kind, {
				...shop,
				name: 'api',
				replicas: 0,
				containers: app,
			}),
		],
		uses: [`template ${kind} shop/api app = r.example/shop/api:1`],
	})),
	{
		title:
			'ReplicaSets of a Deployment: the current one, an old one, an old one that still has replicas',
		objects: [
			describeWorkload('Deployment', {
				...shop,
				name: 'api',
				revision: 3,
				replicas: 0,
				containers: [],
			}),
			...[
				{name: 'api-1', revision: 1, replicas: 0},
				{name: 'api-2', revision: 2, replicas: 4},
				{name: 'api-3', revision: 3, replicas: 0},
			].map(sketch =>
				describeWorkload('ReplicaSet', {
					...shop,
					...sketch,
					owner: {kind: 'Deployment', name: 'api'},
					containers: app,
				}),
			),
		],
		uses: [
			'revision ReplicaSet shop/api-1 of Deployment/api app = r.example/shop/api:1',
			'template ReplicaSet shop/api-2 of Deployment/api app = r.example/shop/api:1',
			'template ReplicaSet shop/api-3 of Deployment/api app = r.example/shop/api:1',
		],
	},
	{
		title: 'a Pod of a ReplicaSet of a Deployment',
		objects: [
			describeWorkload('Deployment', {...shop, name: 'api', containers: []}),
			describeWorkload('ReplicaSet', {
				...shop,
				name: 'api-7d9',
				owner: {kind: 'Deployment', name: 'api'},
				containers: [],
			}),
			describePod({
				...shop,
				name: 'api-7d9-x',
				owner: {kind: 'ReplicaSet', name: 'api-7d9'},
				containers: app,
			}),
		],
		uses: [
			'running Pod shop/api-7d9-x of Deployment/api app = r.example/shop/api:1',
		],
	},
	{
		title: 'a Pod of a Job of a CronJob',
		objects: [
			describeJob({
				...shop,
				name: 'bill-29',
				owner: {kind: 'CronJob', name: 'bill'},
				containers: [],
			}),
			describePod({
				...shop,
				name: 'bill-29-x',
				owner: {kind: 'Job', name: 'bill-29'},
				containers: app,
			}),
		],
		uses: [
			'running Pod shop/bill-29-x of CronJob/bill app = r.example/shop/api:1',
		],
	},
	{
		title: 'owners that go round',
		objects: ['one', 'two'].map(name =>
			describeWorkload('ReplicaSet', {
				...shop,
				name,
				owner: {kind: 'ReplicaSet', name: name === 'one' ? 'two' : 'one'},
				containers: app.slice(name === 'one' ? 0 : 1),
			}),
		),
		uses: [
			'template ReplicaSet shop/one of ReplicaSet/two app = r.example/shop/api:1',
		],
	},
	{
		title: 'Jobs: one that goes on, one that is complete, one that has failed',
		objects: [
			describeJob({...shop, name: 'a', containers: app}),
			describeJob({...shop, name: 'b', containers: app}, 'Complete'),
			describeJob({...shop, name: 'c', containers: app}, 'Failed'),
		],
		uses: [
			'template Job shop/a app = r.example/shop/api:1',
			'finished Job shop/b app = r.example/shop/api:1',
			'finished Job shop/c app = r.example/shop/api:1',
		],
	},
	{
		title: 'CronJobs, suspended too',
		objects: [
			describeCronJob(
				{...shop, name: 'bill', containers: app},
				{schedule: '0 3 * * *', isSuspended: false},
			),
			describeCronJob(
				{...shop, name: 'clean', containers: app},
				{schedule: '0 4 * * *', isSuspended: true},
			),
		],
		uses: [
			'template CronJob shop/bill app = r.example/shop/api:1',
			'template CronJob shop/clean app = r.example/shop/api:1',
		],
	},
	{
		title: 'a ControllerRevision',
		objects: [
			describeControllerRevision({
				...shop,
				name: 'db-5f',
				revision: 2,
				owner: {kind: 'StatefulSet', name: 'db'},
				containers: app,
			}),
		],
		uses: [
			'revision ControllerRevision shop/db-5f of StatefulSet/db app = r.example/shop/api:1',
		],
	},
	{
		title:
			'a Rollout that takes its template from a Deployment, and its old ReplicaSet',
		objects: [
			describeWorkload('Deployment', {
				...shop,
				name: 'api',
				replicas: 0,
				containers: app,
			}),
			describeWorkload(
				'Rollout',
				{...shop, name: 'api', revision: 2, replicas: 3, containers: []},
				{
					spec: {
						workloadRef: {
							apiVersion: 'apps/v1',
							kind: 'Deployment',
							name: 'api',
						},
					},
				},
			),
			describeWorkload('ReplicaSet', {
				...shop,
				name: 'api-1',
				revision: 1,
				replicas: 0,
				owner: {kind: 'Rollout', name: 'api'},
				containers: app,
			}),
		],
		uses: [
			'template Deployment shop/api app = r.example/shop/api:1',
			'revision ReplicaSet shop/api-1 of Rollout/api app = r.example/shop/api:1',
			'template Rollout shop/api app = r.example/shop/api:1',
		],
	},
	{
		title: 'a Knative Revision',
		objects: [
			{
				...describeWorkload('Revision', {
					...shop,
					name: 'api-1',
					containers: [],
				}),
				spec: describePodSpec({containers: app}),
				status: {
					containerStatuses: [
						{
							name: 'app',
							imageDigest: `r.example/shop/api@${digestOf('d')}`,
						},
					],
				},
			},
		],
		uses: [
			'revision Revision shop/api-1 app = r.example/shop/api:1',
			`revision Revision shop/api-1 app = r.example/shop/api@${digestOf('d')}`,
		],
	},
	{
		title:
			'a template whose image is filled in later, and fields that nobody knows',
		objects: [
			{
				...describeWorkload('Deployment', {
					...shop,
					name: 'api',
					containers: [{name: 'app', image: ''}, ...app],
				}),
				aFieldOfTheFuture: [{image: 'r.example/not/this:1'}],
			},
		],
		uses: ['template Deployment shop/api app = r.example/shop/api:1'],
	},
];

for (const {title, objects, uses} of table) {
	test(title, async t => {
		const cluster = await startCluster(t, {content: createContent(...objects)});
		const read = await readText(writeKubeconfig(cluster.url));
		t.deepEqual(
			read.uses.map(use => tellUse(use)),
			[...uses],
		);
		t.deepEqual(read.source.gaps, []);
		t.is(read.source.state, 'read');
	});
}

test('a use says where it is, how many replicas there are and since when', async t => {
	const cluster = await startCluster(t, {
		content: createContent(
			describeWorkload('Deployment', {
				...shop,
				name: 'api',
				replicas: 4,
				containers: app,
			}),
		),
	});
	const {uses, source} = await readText(writeKubeconfig(cluster.url));
	t.deepEqual(uses, [
		{
			image: {
				kind: 'reference',
				host: 'r.example',
				repository: 'shop/api',
				tag: '1',
				digest: undefined,
			},
			written: 'r.example/shop/api:1',
			role: 'template',
			kind: 'Deployment',
			context: 'prod',
			namespace: 'shop',
			name: 'api',
			container: 'app',
			owner: undefined,
			replicas: 4,
			since: since.getTime(),
		},
	]);
	t.deepEqual(
		source.kinds.filter(({count}) => count > 0),
		[{kind: 'Deployment', count: 1}],
	);
	t.is(source.kinds.length, 12);
	t.deepEqual(source.namespaces, ['shop']);
});

/** What cannot be read of an object, and the repositories that it may be about. */
const unreadable: ReadonlyArray<{
	readonly title: string;
	readonly object: StoredObject;
	readonly repositories: readonly string[] | undefined;
}> = [
	{
		title: 'a tag that is none',
		object: describeWorkload('Deployment', {
			...shop,
			name: 'api',
			containers: [{name: 'app', image: 'r.example/shop/api:no tag'}],
		}),
		repositories: ['r.example/shop/api'],
	},
	{
		title: 'a name that is none',
		object: describeWorkload('Deployment', {
			...shop,
			name: 'api',
			containers: [{name: 'app', image: '$IMAGE'}],
		}),
		repositories: undefined,
	},
	{
		title: 'an imageID that tells no digest',
		object: describePod({
			...shop,
			name: 'api',
			containers: [
				{name: 'app', image: 'r.example/shop/api:1', imageId: 'opaque-17'},
			],
		}),
		repositories: ['r.example/shop/api'],
	},
	{
		title: 'a Rollout whose template lies where nobody reads',
		object: describeWorkload(
			'Rollout',
			{...shop, name: 'api', containers: []},
			{spec: {workloadRef: {kind: 'PodTemplate', name: 'api'}}},
		),
		repositories: undefined,
	},
];

for (const {title, object, repositories} of unreadable) {
	test(`${title} is a gap`, async t => {
		const cluster = await startCluster(t, {content: createContent(object)});
		const {source} = await readText(writeKubeconfig(cluster.url));
		t.is(source.gaps.length, 1);
		t.like(source.gaps[0], {
			kind: object.kind,
			namespace: 'shop',
			isRefusal: false,
			repositories,
		});
		t.regex(source.gaps[0]?.message ?? '', /shop\/api of the context prod/v);
	});
}

test('what has ended leaves no gap', async t => {
	const cluster = await startCluster(t, {
		content: createContent(
			describePod({
				...shop,
				name: 'api',
				phase: 'Succeeded',
				containers: [{name: 'app', image: '$IMAGE', imageId: 'opaque-17'}],
			}),
		),
	});
	const {source} = await readText(writeKubeconfig(cluster.url));
	t.deepEqual(source.gaps, []);
});

for (const discovery of ['aggregated', 'plain'] as const) {
	const options = {discovery} satisfies Partial<EmbeddedClusterOptions>;
	test(`kinds are found by ${discovery} discovery`, async t => {
		const content = createContent(
			describeWorkload('Rollout', {...shop, name: 'api', containers: app}),
			describePod({...shop, name: 'api-1', containers: app}),
		);
		const cluster = await startCluster(t, {...options, content});
		const {uses, source} = await readText(writeKubeconfig(cluster.url));
		t.deepEqual(
			uses.map(use => tellUse(use)),
			[
				'running Pod shop/api-1 app = r.example/shop/api:1',
				'template Rollout shop/api app = r.example/shop/api:1',
			],
		);
		t.is(source.kinds.length, 12);
		t.deepEqual(source.gaps, []);
	});

	test(`a group whose ${discovery} discovery failed is a gap, and is asked all the same`, async t => {
		const content = createContent(
			describeWorkload('Deployment', {...shop, name: 'api', containers: app}),
		);
		const cluster = await startCluster(t, {
			...options,
			content,
			staleGroups: ['apps'],
		});
		const {uses, source} = await readText(writeKubeconfig(cluster.url));
		t.is(uses.length, 1);
		t.is(source.gaps.length, 1);
		t.like(source.gaps[0], {kind: '', namespace: '', isRefusal: false});
		t.regex(source.gaps[0]?.message ?? '', /the API group apps/v);
	});
}
