import {startEmbeddedCluster} from './embedded-cluster.js';
import {listSampleClusters} from './sample-clusters.js';
import type {SampleRegistry} from './sample-images.js';

/** The running clusters of a demo. */
export type DemoClusters = {
	/** A kubeconfig that leads to them: contexts `prod` (the current one), `staging` and `edge`. */
	readonly kubeconfig: string;
	/** Cuts all connections and resolves when the ports are free. */
	readonly close: () => Promise<void>;
};

/** Starts the API servers of the sample world as of `now`, milliseconds since 1970: what they run comes from the demo's registry. Nothing in them is real. */
export const startDemoClusters = async (
	now: number,
	registry: SampleRegistry,
): Promise<DemoClusters> => {
	const started = await Promise.all(
		listSampleClusters(new Date(now), registry).map(
			async ({context, options}) => ({
				context,
				cluster: await startEmbeddedCluster(options),
			}),
		),
	);
	return {
		kubeconfig: JSON.stringify({
			apiVersion: 'v1',
			kind: 'Config',
			'current-context': 'prod',
			clusters: started.map(({context, cluster}) => ({
				name: context,
				cluster: {server: cluster.url},
			})),
			users: [{name: 'visitor', user: {}}],
			contexts: started.map(({context}) => ({
				name: context,
				context: {cluster: context, user: 'visitor', namespace: 'shop'},
			})),
		}),
		async close() {
			await Promise.all(started.map(async ({cluster}) => cluster.close()));
		},
	};
};
