/** A kind of object that names images. */
export type WorkloadKind = {
	/** The API group; an empty text for the core group. */
	readonly group: string;
	readonly resource: string;
	readonly kind: string;
	/** The version to ask for where discovery of the group fails; `undefined` for what a cluster need not have. */
	readonly builtIn: string | undefined;
};

/** The kinds that are read, in the order in which they are told. https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/ */
export const workloadKinds: readonly WorkloadKind[] = [
	{group: '', resource: 'pods', kind: 'Pod', builtIn: 'v1'},
	{
		group: '',
		resource: 'replicationcontrollers',
		kind: 'ReplicationController',
		builtIn: 'v1',
	},
	{group: 'apps', resource: 'deployments', kind: 'Deployment', builtIn: 'v1'},
	{group: 'apps', resource: 'replicasets', kind: 'ReplicaSet', builtIn: 'v1'},
	{group: 'apps', resource: 'statefulsets', kind: 'StatefulSet', builtIn: 'v1'},
	{group: 'apps', resource: 'daemonsets', kind: 'DaemonSet', builtIn: 'v1'},
	{
		group: 'apps',
		resource: 'controllerrevisions',
		kind: 'ControllerRevision',
		builtIn: 'v1',
	},
	{group: 'batch', resource: 'jobs', kind: 'Job', builtIn: 'v1'},
	{group: 'batch', resource: 'cronjobs', kind: 'CronJob', builtIn: 'v1'},
	{
		group: 'argoproj.io',
		resource: 'rollouts',
		kind: 'Rollout',
		builtIn: undefined,
	},
	{
		group: 'serving.knative.dev',
		resource: 'services',
		kind: 'Service',
		builtIn: undefined,
	},
	{
		group: 'serving.knative.dev',
		resource: 'revisions',
		kind: 'Revision',
		builtIn: undefined,
	},
];

/** The path of a collection: of the whole cluster, or of one namespace. */
export const collectionPath = (
	{group, resource}: WorkloadKind,
	{version, namespace}: {readonly version: string; readonly namespace: string},
): string => {
	const base = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
	return namespace === ''
		? `${base}/${resource}`
		: `${base}/namespaces/${encodeURIComponent(namespace)}/${resource}`;
};
