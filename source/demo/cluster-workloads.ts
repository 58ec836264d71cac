import type {StoredObject} from './cluster-content.js';

/** A container of a Pod, and what its status reports of it. */
export type ContainerSketch = {
	readonly name: string;
	readonly image: string;
	/** Left out: nothing has been pulled yet. */
	readonly imageId?: string;
	/** What the runtime calls the image; the spec's text when left out. */
	readonly reported?: string;
};

/** A Pod, before the API's form is put around it. */
export type PodSketch = {
	readonly namespace: string;
	readonly name: string;
	readonly containers: readonly ContainerSketch[];
	readonly initContainers?: readonly ContainerSketch[];
	readonly ephemeralContainers?: readonly ContainerSketch[];
	/** References of image volumes. */
	readonly volumes?: readonly string[];
	/** `Running` when left out. */
	readonly phase?: string;
	readonly owner?: OwnerSketch;
	/** When it started. */
	readonly since: Date;
};

/** A controller. */
export type OwnerSketch = {readonly kind: string; readonly name: string};

/** A workload with a template, before the API's form is put around it. */
export type WorkloadSketch = {
	readonly namespace: string;
	readonly name: string;
	readonly containers: readonly ContainerSketch[];
	readonly since: Date;
	readonly owner?: OwnerSketch;
	readonly replicas?: number;
	/** The rollout's number. */
	readonly revision?: number;
};

type Fields = Readonly<Record<string, unknown>>;

const apiVersions: Readonly<Record<string, string>> = Object.fromEntries([
	['ReplicationController', 'v1'],
	['Job', 'batch/v1'],
	['CronJob', 'batch/v1'],
	['Rollout', 'argoproj.io/v1alpha1'],
	['Service', 'serving.knative.dev/v1'],
	['Revision', 'serving.knative.dev/v1'],
]);

/** The version that a kind of workload is written in. */
const findVersion = (kind: string): string => apiVersions[kind] ?? 'apps/v1';

const formatTime = (time: Date): string =>
	time.toISOString().replace(/\.\d+Z$/v, 'Z');

const describeOwner = (owner: OwnerSketch | undefined): Fields =>
	owner === undefined
		? {}
		: {
				ownerReferences: [
					{
						apiVersion: findVersion(owner.kind),
						kind: owner.kind,
						name: owner.name,
						uid: `uid-of-${owner.name}`,
						controller: true,
						blockOwnerDeletion: true,
					},
				],
			};

const describeMetadata = ({
	namespace,
	name,
	since,
	owner,
}: Pick<WorkloadSketch, 'namespace' | 'name' | 'since' | 'owner'>) => ({
	name,
	namespace,
	uid: `uid-of-${name}`,
	creationTimestamp: formatTime(since),
	labels: {app: owner?.name ?? name},
	...describeOwner(owner),
});

const describeContainers = (
	containers: readonly ContainerSketch[] | undefined,
): readonly Fields[] =>
	(containers ?? []).map(({name, image}) => ({
		name,
		image,
		resources: {},
		imagePullPolicy: 'IfNotPresent',
	}));

const describeStatuses = (
	containers: readonly ContainerSketch[] | undefined,
): readonly Fields[] =>
	(containers ?? []).map(({name, image, imageId = '', reported = image}) => ({
		name,
		image: reported,
		// eslint-disable-next-line @typescript-eslint/naming-convention -- the API's own name
		imageID: imageId,
		ready: imageId !== '',
		restartCount: 0,
	}));

/** The spec of a Pod. */
export const describePodSpec = ({
	containers,
	initContainers,
	ephemeralContainers,
	volumes,
}: Pick<
	PodSketch,
	'containers' | 'initContainers' | 'ephemeralContainers' | 'volumes'
>): Fields => ({
	...(volumes
		? {
				volumes: volumes.map((reference, index) => ({
					name: `image-${index}`,
					image: {reference, pullPolicy: 'IfNotPresent'},
				})),
			}
		: {}),
	...(initContainers
		? {initContainers: describeContainers(initContainers)}
		: {}),
	containers: describeContainers(containers),
	...(ephemeralContainers
		? {ephemeralContainers: describeContainers(ephemeralContainers)}
		: {}),
	restartPolicy: 'Always',
});

/** A Pod as the API writes it. */
export const describePod = (sketch: PodSketch): StoredObject => ({
	apiVersion: 'v1',
	kind: 'Pod',
	metadata: describeMetadata(sketch),
	spec: describePodSpec(sketch),
	status: {
		phase: sketch.phase ?? 'Running',
		startTime: formatTime(sketch.since),
		initContainerStatuses: describeStatuses(sketch.initContainers),
		containerStatuses: describeStatuses(sketch.containers),
		ephemeralContainerStatuses: describeStatuses(sketch.ephemeralContainers),
	},
});

/** A workload of a kind that has its template at `spec.template`. */
export const describeWorkload = (
	kind: string,
	sketch: WorkloadSketch,
	extra: {readonly spec?: Fields; readonly status?: Fields} = {},
): StoredObject => {
	const {revision, replicas, containers} = sketch;
	const prefix =
		kind === 'Rollout' ||
		(kind === 'ReplicaSet' && sketch.owner?.kind === 'Rollout')
			? 'rollout.argoproj.io'
			: 'deployment.kubernetes.io';
	return {
		apiVersion: findVersion(kind),
		kind,
		metadata: {
			...describeMetadata(sketch),
			...(revision === undefined
				? {}
				: {annotations: {[`${prefix}/revision`]: String(revision)}}),
		},
		spec: {
			...(replicas === undefined ? {} : {replicas}),
			selector: {matchLabels: {app: sketch.name}},
			template: {
				metadata: {labels: {app: sketch.name}},
				spec: describePodSpec({containers}),
			},
			...extra.spec,
		},
		status: extra.status ?? {},
	};
};

/** A Job; `end` is the condition that ended it. */
export const describeJob = (
	sketch: WorkloadSketch,
	end?: 'Complete' | 'Failed',
): StoredObject =>
	describeWorkload('Job', sketch, {
		spec: {completions: 1, parallelism: 1},
		status: end ? {conditions: [{type: end, status: 'True'}]} : {active: 1},
	});

/** A CronJob. */
export const describeCronJob = (
	sketch: WorkloadSketch,
	{schedule, isSuspended}: {schedule: string; isSuspended: boolean},
): StoredObject => ({
	apiVersion: 'batch/v1',
	kind: 'CronJob',
	metadata: describeMetadata(sketch),
	spec: {
		schedule,
		suspend: isSuspended,
		concurrencyPolicy: 'Forbid',
		jobTemplate: {
			spec: {template: {spec: describePodSpec(sketch)}},
		},
	},
	status: {},
});

/** What a StatefulSet or a DaemonSet was before its template changed. */
export const describeControllerRevision = (
	sketch: WorkloadSketch & {readonly revision: number},
): StoredObject => ({
	apiVersion: 'apps/v1',
	kind: 'ControllerRevision',
	metadata: describeMetadata(sketch),
	data: {
		spec: {
			template: {
				$patch: 'replace',
				spec: describePodSpec(sketch),
			},
		},
	},
	revision: sketch.revision,
});
