/** A kind of object that an API server has. */
export type ClusterResource = {
	/** An empty text for the core group. */
	readonly group: string;
	readonly version: string;
	/** Its name in paths: `replicasets`. */
	readonly resource: string;
	readonly kind: string;
	readonly isNamespaced: boolean;
	/** Custom resources are written with sorted keys, and their items name their kind; those built in are not. */
	readonly isCustom: boolean;
};

const builtIn = (
	apiVersion: string,
	resource: string,
	kind: string,
): ClusterResource => {
	const [group = '', version = ''] = apiVersion.includes('/')
		? apiVersion.split('/')
		: ['', apiVersion];
	return {group, version, resource, kind, isNamespaced: true, isCustom: false};
};

/** What every cluster has, as far as anybody asks the embedded one for it. */
export const builtInResources: readonly ClusterResource[] = [
	{...builtIn('v1', 'namespaces', 'Namespace'), isNamespaced: false},
	builtIn('v1', 'configmaps', 'ConfigMap'),
	builtIn('v1', 'pods', 'Pod'),
	builtIn('v1', 'replicationcontrollers', 'ReplicationController'),
	builtIn('v1', 'services', 'Service'),
	builtIn('apps/v1', 'controllerrevisions', 'ControllerRevision'),
	builtIn('apps/v1', 'daemonsets', 'DaemonSet'),
	builtIn('apps/v1', 'deployments', 'Deployment'),
	builtIn('apps/v1', 'replicasets', 'ReplicaSet'),
	builtIn('apps/v1', 'statefulsets', 'StatefulSet'),
	builtIn('batch/v1', 'cronjobs', 'CronJob'),
	builtIn('batch/v1', 'jobs', 'Job'),
];

/** Argo Rollouts. */
export const rolloutResource: ClusterResource = {
	...builtIn('argoproj.io/v1alpha1', 'rollouts', 'Rollout'),
	isCustom: true,
};

/** Knative Serving. */
export const knativeResources: readonly ClusterResource[] = [
	builtIn('serving.knative.dev/v1', 'services', 'Service'),
	builtIn('serving.knative.dev/v1', 'revisions', 'Revision'),
].map(resource => ({...resource, isCustom: true}));

/** `apps/v1`, or `v1` for the core group. */
export const apiVersionOf = ({group, version}: ClusterResource): string =>
	group === '' ? version : `${group}/${version}`;
