import type {StoredObject} from './cluster-content.js';
import {apiVersionOf, type ClusterResource} from './cluster-resources.js';

/** A JSON document of the API. */
export type ClusterDocument = Readonly<Record<string, unknown>>;

const verbs = ['get', 'list', 'watch'];

const groupBy = <Entry>(
	entries: readonly Entry[],
	key: (entry: Entry) => string,
): ReadonlyArray<readonly [string, readonly Entry[]]> => {
	const groups = new Map<string, Entry[]>();
	for (const entry of entries) {
		const name = key(entry);
		groups.set(name, [...(groups.get(name) ?? []), entry]);
	}

	return [...groups];
};

/** The kinds of an API version, as `/api/v1` and `/apis/apps/v1` tell them. */
export const describeVersion = (
	groupVersion: string,
	resources: readonly ClusterResource[],
): ClusterDocument => ({
	kind: 'APIResourceList',
	...(groupVersion === 'v1' ? {} : {apiVersion: 'v1'}),
	groupVersion,
	resources: resources.map(({resource, kind, isNamespaced}) => ({
		name: resource,
		singularName: kind.toLowerCase(),
		namespaced: isNamespaced,
		kind,
		verbs,
	})),
});

/** The core group's versions. */
export const describeCore = (): ClusterDocument => ({
	kind: 'APIVersions',
	versions: ['v1'],
});

/** The other groups. */
export const describeGroups = (
	resources: readonly ClusterResource[],
): ClusterDocument => ({
	kind: 'APIGroupList',
	apiVersion: 'v1',
	groups: groupBy(resources, ({group}) => group)
		.filter(([name]) => name !== '')
		.map(([name, members]) => {
			const versions = groupBy(members, ({version}) => version).map(
				([version]) => ({groupVersion: `${name}/${version}`, version}),
			);
			return {name, versions, preferredVersion: versions[0]};
		}),
});

/** Everything at once, as newer servers tell it; `stale` names groups whose own server does not answer. https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery */
export const describeAggregated = (
	resources: readonly ClusterResource[],
	stale: readonly string[],
): ClusterDocument => ({
	kind: 'APIGroupDiscoveryList',
	apiVersion: 'apidiscovery.k8s.io/v2',
	metadata: {},
	items: groupBy(resources, ({group}) => group).map(([name, members]) => ({
		metadata: name === '' ? {creationTimestamp: null} : {name},
		versions: groupBy(members, ({version}) => version).map(
			([version, kinds]) => ({
				version,
				freshness: stale.includes(name) ? 'Stale' : 'Current',
				resources: stale.includes(name)
					? []
					: kinds.map(({resource, kind, isNamespaced, group}) => ({
							resource,
							responseKind: {group, version, kind},
							scope: isNamespaced ? 'Namespaced' : 'Cluster',
							singularResource: kind.toLowerCase(),
							verbs,
						})),
			}),
		),
	})),
});

/** One page of a list, with what is not in it: the items of kinds that are built in do not name their kind. */
export const describeList = (
	resource: ClusterResource,
	{
		objects,
		metadata,
	}: {
		readonly objects: readonly StoredObject[];
		readonly metadata: ClusterDocument;
	},
): ClusterDocument => {
	const kind = `${resource.kind}List`;
	const apiVersion = apiVersionOf(resource);
	return resource.isCustom
		? {apiVersion, items: objects, kind, metadata}
		: {
				kind,
				apiVersion,
				metadata,
				items: objects.map(object => {
					const {apiVersion: _, kind: __, ...rest} = object;
					return rest;
				}),
			};
};

/** The `Status` object by which the API says no. */
export const describeStatus = (
	code: number,
	{
		reason,
		message,
		details,
		metadata = {},
	}: {
		readonly reason: string;
		readonly message: string;
		readonly details?: ClusterDocument;
		readonly metadata?: ClusterDocument;
	},
): ClusterDocument => ({
	kind: 'Status',
	apiVersion: 'v1',
	metadata,
	status: 'Failure',
	message,
	reason,
	...(details ? {details} : {}),
	code,
});
