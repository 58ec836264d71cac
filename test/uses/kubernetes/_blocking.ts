/* eslint-disable ava/no-ignored-test-files -- kubernetes.test.ts loads it: one process for all that need the client library */
import test from 'ava';
import type {StoredObject} from '../../../source/demo/cluster-content.js';
import {
	describeControllerRevision,
	describeCronJob,
	describeJob,
	describePod,
	describePodSpec,
	describeWorkload,
} from '../../../source/demo/cluster-workloads.js';
import {createPlan} from '../../../source/plan/create-plan.js';
import {
	buildReading,
	digestOf,
	nameOf,
} from '../../helpers/build-repository.js';
import {
	createClock,
	createContent,
	readText,
	startCluster,
	writeKubeconfig,
} from './_cluster.js';

const since = new Date('2026-11-01T10:00:00Z');
const registry = 'r.example';
const repository = 'shop/api';

type Containers = ReadonlyArray<{
	readonly name: string;
	readonly image: string;
}>;

const place = (name: string) => ({namespace: 'shop', name, since});

const workload =
	(kind: string, replicas: number) =>
	(name: string, containers: Containers): StoredObject =>
		describeWorkload(kind, {...place(name), replicas, containers});

/** What names an image of its own, by a name that is also the image's tag; whether a delete is blocked by it. */
const makers: ReadonlyArray<
	readonly [
		name: string,
		blocks: boolean,
		make: (name: string, containers: Containers) => StoredObject,
	]
> = [
	...['Running', 'Pending', 'Unknown'].map(
		phase =>
			[
				`pod-${phase.toLowerCase()}`,
				true,
				(name: string, containers: Containers) =>
					describePod({...place(name), phase, containers}),
			] as const,
	),
	...['Succeeded', 'Failed'].map(
		phase =>
			[
				`pod-${phase.toLowerCase()}`,
				false,
				(name: string, containers: Containers) =>
					describePod({...place(name), phase, containers}),
			] as const,
	),
	[
		'pod-init',
		true,
		(name, initContainers) =>
			describePod({...place(name), initContainers, containers: []}),
	],
	[
		'pod-ephemeral',
		true,
		(name, ephemeralContainers) =>
			describePod({...place(name), ephemeralContainers, containers: []}),
	],
	[
		'pod-volume',
		true,
		(name, containers) =>
			describePod({
				...place(name),
				containers: [],
				volumes: containers.map(({image}) => image),
			}),
	],
	...[
		'Deployment',
		'ReplicaSet',
		'StatefulSet',
		'DaemonSet',
		'ReplicationController',
		'Rollout',
		'Service',
	].flatMap(kind =>
		[0, 2].map(
			replicas =>
				[
					`${kind.toLowerCase()}-${replicas}`,
					true,
					workload(kind, replicas),
				] as const,
		),
	),
	[
		'controllerrevision',
		true,
		(name, containers) =>
			describeControllerRevision({
				...place(name),
				revision: 2,
				owner: {kind: 'StatefulSet', name: 'db'},
				containers,
			}),
	],
	[
		'knative-revision',
		true,
		(name, containers) => ({
			...describeWorkload('Revision', {...place(name), containers: []}),
			spec: describePodSpec({containers}),
		}),
	],
	...[false, true].map(
		isSuspended =>
			[
				`cronjob-${isSuspended ? 'suspended' : 'active'}`,
				true,
				(name: string, containers: Containers) =>
					describeCronJob(
						{...place(name), containers},
						{schedule: '0 3 * * *', isSuspended},
					),
			] as const,
	),
	[
		'job',
		true,
		(name, containers) => describeJob({...place(name), containers}),
	],
	...(['Complete', 'Failed'] as const).map(
		end =>
			[
				`job-${end.toLowerCase()}`,
				false,
				(name: string, containers: Containers) =>
					describeJob({...place(name), containers}, end),
			] as const,
	),
];

test('safeguard 3: each kind blocks a delete of what it names, and what has ended warns', async t => {
	const cluster = await startCluster(t, {
		content: createContent(
			...makers.map(([name, , make]) =>
				make(name, [{name: 'app', image: `${registry}/${repository}:${name}`}]),
			),
		),
	});
	const clock = createClock();
	const {reading} = await readText(writeKubeconfig(cluster.url), {clock});
	const names = [...makers.map(([name]) => name), 'nobody'];
	const plan = createPlan(
		names.map(name => ({registry, repository, digest: digestOf(name)})),
		{
			registry,
			readings: new Map([
				[
					repository,
					buildReading(
						repository,
						Object.fromEntries(names.map(name => [name, {tags: [name]}])),
					),
				],
			]),
			problems: new Map(),
			uses: {reading, accepted: [], isHeldBy: () => false},
			lifts: new Set(),
			now: clock.now(),
		},
	);
	t.deepEqual(
		plan.blocked.map(({digest, findings}) => [
			nameOf(digest),
			...findings.map(({rule}) => rule),
			// What owns a revision is what an operator knows.
			[` shop/${nameOf(digest)} `, 'StatefulSet shop/db '].some(text =>
				findings[0]?.sentence.includes(text),
			),
		]),
		makers
			.filter(([, blocks]) => blocks)
			.map(([name]) => [name, 'in-use', true]),
	);
	t.deepEqual(
		plan.steps.map(({digest, findings}) => [
			nameOf(digest),
			...findings.map(({rule}) => rule),
		]),
		[
			...makers
				.filter(([, blocks]) => !blocks)
				.map(([name]) => [name, 'was-used']),
			['nobody'],
		],
	);
	t.is(plan.phrase, `delete 5 from ${registry}`);
});
