import type {UseGap} from '../../evidence/use.js';
import {isRefusal} from './api-error.js';
import type {ClusterObject} from './cluster-object.js';
import type {Cluster} from './cluster.js';
import {describeGap} from './describe-gap.js';
import type {ServedKind} from './discovery.js';
import type {Namespaces} from './find-namespaces.js';
import {collectionPath} from './kinds.js';
import {type ListedObjects, listObjects} from './list-objects.js';
import {quoteName} from './quote-foreign.js';

/** What a cluster told of one kind. */
export type KindReading = {
	readonly kind: ServedKind;
	readonly objects: readonly ClusterObject[];
	readonly gaps: readonly UseGap[];
	/** Namespaces that were asked one by one; none where the cluster was asked as a whole. */
	readonly namespaces: readonly string[];
	/** From where a watch of the whole cluster goes on; `undefined` where the list of the whole cluster was not to be had. */
	readonly resourceVersion: string | undefined;
	/** Whether anything was listed at all. */
	readonly isRead: boolean;
	/** Milliseconds since 1970 at which the reading began. */
	readonly readAt: number;
};

const list = async (
	cluster: Cluster,
	kind: ServedKind,
	{namespace, signal}: {namespace: string; signal: AbortSignal},
): Promise<ListedObjects<ClusterObject>> =>
	cluster.run(async () =>
		listObjects(cluster.client, {
			path: collectionPath(kind, {version: kind.version, namespace}),
			keep: object => cluster.decode(kind.kind, object),
			signal,
		}),
	);

const describeOthers = (
	{context}: Cluster,
	{kind}: ServedKind,
	{names, problem}: Namespaces,
): readonly UseGap[] =>
	problem === undefined
		? []
		: [
				{
					message: `The context ${context} refuses to list the ${kind}s of all namespaces together, and does not tell its namespaces either (${problem.message}): all other namespaces of ${context} than ${names.map(name => quoteName(name)).join(', ')} are not known.`,
					kind,
					namespace: '',
					isRefusal: isRefusal(problem),
					repositories: undefined,
				},
			];

const readNamespaces = async (
	cluster: Cluster,
	kind: ServedKind,
	signal: AbortSignal,
): Promise<Omit<KindReading, 'readAt'>> => {
	const namespaces = await cluster.findNamespaces(signal);
	const parts = await Promise.all(
		namespaces.names.map(async namespace => {
			try {
				return await list(cluster, kind, {namespace, signal});
			} catch (error) {
				return describeGap(error, {
					context: cluster.context,
					what: `the ${kind.kind}s of the namespace ${quoteName(namespace)}`,
					kind: kind.kind,
					namespace,
				});
			}
		}),
	);
	return {
		kind,
		objects: parts.flatMap(part => ('kept' in part ? part.kept : [])),
		gaps: [
			...describeOthers(cluster, kind, namespaces),
			...parts.flatMap(part => ('kept' in part ? [] : [part])),
		],
		namespaces: namespaces.names,
		resourceVersion: undefined,
		isRead: parts.some(part => 'kept' in part),
	};
};

/**
Reads one kind: of the whole cluster, or namespace by namespace where that is refused.

What cannot be read is a gap; throws the signal's reason only.
*/
export const readKind = async (
	cluster: Cluster,
	kind: ServedKind,
	signal: AbortSignal,
): Promise<KindReading> => {
	const readAt = cluster.clock.now();
	try {
		const {kept, resourceVersion} = await list(cluster, kind, {
			namespace: '',
			signal,
		});
		return {
			kind,
			objects: kept,
			gaps: [],
			namespaces: [],
			resourceVersion,
			isRead: true,
			readAt,
		};
	} catch (error) {
		if (isRefusal(error)) {
			return {...(await readNamespaces(cluster, kind, signal)), readAt};
		}

		const gap = describeGap(error, {
			context: cluster.context,
			what: `the ${kind.kind}s of all namespaces`,
			kind: kind.kind,
			namespace: '',
		});
		return {
			kind,
			objects: [],
			gaps: [gap],
			namespaces: [],
			resourceVersion: undefined,
			isRead: false,
			readAt,
		};
	}
};
