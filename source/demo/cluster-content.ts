import {
	apiVersionOf,
	builtInResources,
	type ClusterResource,
} from './cluster-resources.js';

/** An object of a cluster, as its API writes it. */
export type StoredObject = {
	readonly apiVersion: string;
	readonly kind: string;
	readonly metadata: Readonly<Record<string, unknown>> & {
		readonly name: string;
		/** Left out for what lies in no namespace. */
		readonly namespace?: string;
	};
} & Readonly<Record<string, unknown>>;

/** Something that happened in a cluster. */
export type ClusterEvent = {
	readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
	readonly resource: ClusterResource;
	readonly object: StoredObject;
	readonly version: number;
};

/** All that an embedded cluster holds; change it at any time, its watches tell. */
export type ClusterContent = {
	readonly resources: readonly ClusterResource[];
	/** The number of the last change, which the API calls `resourceVersion`. */
	readonly version: () => number;
	/** Adds objects, or replaces those of the same kind and name; a namespace that an object lies in is added too. */
	readonly put: (...objects: readonly StoredObject[]) => void;
	readonly remove: (
		kind: string,
		place: {readonly namespace: string; readonly name: string},
	) => void;
	/** Sorted as etcd does, by namespace and name. */
	readonly list: (
		resource: ClusterResource,
		namespace: string,
	) => readonly StoredObject[];
	/** What happened after a version; `undefined` where that is forgotten. */
	readonly since: (version: number) => readonly ClusterEvent[] | undefined;
	/** Forgets what has happened so far: who asks for it gets 410. */
	readonly forget: () => void;
	/** Calls back for each event; returns what ends that. */
	readonly subscribe: (onEvent: (event: ClusterEvent) => void) => () => void;
};

const keyOf = (namespace: string, name: string): string =>
	`${namespace}/${name}`;

/** Creates a cluster without objects that has these kinds; those that are built in when left out. */
export const createClusterContent = (
	resources: readonly ClusterResource[] = builtInResources,
): ClusterContent => {
	const stores = new Map<ClusterResource, Map<string, StoredObject>>(
		resources.map(resource => [resource, new Map()]),
	);
	const listeners = new Set<(event: ClusterEvent) => void>();
	let events: ClusterEvent[] = [];
	let version = 1000;
	let forgotten = version;

	const findResource = (apiVersion: string, kind: string): ClusterResource => {
		const found = resources.find(
			resource =>
				resource.kind === kind && apiVersionOf(resource) === apiVersion,
		);
		if (!found) {
			throw new Error(`The embedded cluster has no ${apiVersion} ${kind}.`);
		}

		return found;
	};

	const tell = (
		type: ClusterEvent['type'],
		resource: ClusterResource,
		object: StoredObject,
	): void => {
		const event = {type, resource, object, version};
		events.push(event);
		for (const listener of listeners) {
			listener(event);
		}
	};

	const putOne = (object: StoredObject): void => {
		const {apiVersion, kind, metadata} = object;
		const resource = findResource(apiVersion, kind);
		const store = stores.get(resource);
		const key = keyOf(metadata.namespace ?? '', metadata.name);
		version++;
		const stored = {
			...object,
			metadata: {...metadata, resourceVersion: String(version)},
		};
		const type = store?.has(key) ? 'MODIFIED' : 'ADDED';
		store?.set(key, stored);
		tell(type, resource, stored);
	};

	const ensureNamespace = (name: string | undefined): void => {
		const namespaces = resources.find(({kind}) => kind === 'Namespace');
		if (
			name !== undefined &&
			namespaces &&
			!stores.get(namespaces)?.has(keyOf('', name))
		) {
			putOne({apiVersion: 'v1', kind: 'Namespace', metadata: {name}});
		}
	};

	return {
		resources,
		version: () => version,
		put(...objects) {
			for (const object of objects) {
				ensureNamespace(object.metadata.namespace);
				putOne(object);
			}
		},
		remove(kind, {namespace, name}) {
			for (const [resource, store] of stores) {
				const key = keyOf(namespace, name);
				const found = resource.kind === kind ? store.get(key) : undefined;
				if (found) {
					store.delete(key);
					version++;
					tell('DELETED', resource, {
						...found,
						metadata: {...found.metadata, resourceVersion: String(version)},
					});
				}
			}
		},
		list(resource, namespace) {
			const store = stores.get(resource) ?? new Map<string, StoredObject>();
			return [...store]
				.filter(([key]) => namespace === '' || key.startsWith(`${namespace}/`))
				.toSorted(([one], [other]) => (one < other ? -1 : 1))
				.map(([, object]) => object);
		},
		since: from =>
			from < forgotten
				? undefined
				: events.filter(event => event.version > from),
		forget() {
			version++;
			forgotten = version;
			events = [];
		},
		subscribe(onEvent) {
			listeners.add(onEvent);
			return () => {
				listeners.delete(onEvent);
			};
		},
	};
};
