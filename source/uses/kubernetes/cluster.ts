import PQueue from 'p-queue';
import type {Clock} from '../../world.js';
import {type ApiClient, createApiClient, type Patience} from './api-client.js';
import type {ContextAccess} from './context-access.js';
import {createDecoder, type DecodeObject} from './decode-object.js';
import {findNamespaces, type Namespaces} from './find-namespaces.js';

/** How clusters are read. */
export type ClusterOptions = {
	readonly clock: Clock;
	readonly patience: Patience;
	/** Namespaces to ask where a cluster refuses to be asked as a whole and does not list them. */
	readonly namespaces: readonly string[];
};

/** One cluster, while it is being read or watched. */
export type Cluster = {
	/** The context's name. */
	readonly context: string;
	readonly client: ApiClient;
	readonly clock: Clock;
	readonly decode: DecodeObject;
	/** Runs when not too many other requests to this cluster do. */
	readonly run: <Result>(task: () => Promise<Result>) => Promise<Result>;
	/** Asked once for kinds that are read beside each other, and again for those read later. */
	readonly findNamespaces: (signal: AbortSignal) => Promise<Namespaces>;
};

// A client beyond this is slowed down by the API server's own fairness.
const concurrency = 6;
const namespacesLast = 30_000;

/** Makes what is needed to read the cluster of a context. */
export const openCluster = (
	access: ContextAccess,
	{clock, patience, namespaces: named}: ClusterOptions,
): Cluster => {
	const client = createApiClient(access, {clock, patience});
	const queue = new PQueue({concurrency});
	let found: {at: number; namespaces: Promise<Namespaces>} | undefined;
	return {
		context: access.name,
		client,
		clock,
		decode: createDecoder(),
		async run(task) {
			return queue.add(task);
		},
		async findNamespaces(signal) {
			const at = clock.now();
			if (!found || at - found.at >= namespacesLast) {
				const own = access.namespace;
				found = {at, namespaces: findNamespaces(client, {named, own, signal})};
			}

			return found.namespaces;
		},
	};
};
