import {
	type ClusterContent,
	createClusterContent,
	type StoredObject,
} from './cluster-content.js';
import {
	builtInResources,
	knativeResources,
	rolloutResource,
} from './cluster-resources.js';
import {describeWorkload} from './cluster-workloads.js';
import type {EmbeddedClusterOptions} from './embedded-cluster.js';
import {listProdObjects} from './sample-cluster-prod.js';
import {
	createSampleImages,
	runElsewhere,
	type SampleImages,
	type SampleRegistry,
} from './sample-images.js';
import {describeRelease, type Since} from './sample-releases.js';

/** A cluster of the sample world and the context that leads to it. */
export type SampleCluster = {
	readonly context: string;
	readonly options: EmbeddedClusterOptions;
};

const listStagingObjects = async (
	images: SampleImages,
	since: Since,
): Promise<readonly StoredObject[]> => [
	...describeRelease('checkout', {
		namespace: 'shop',
		replicas: 1,
		since,
		current: await images.run('app', 'shop/checkout', 'staging'),
		earlier: [],
	}),
	describeWorkload('Service', {
		namespace: 'shop',
		name: 'search',
		since: since(12),
		containers: [await images.run('app', 'shop/search', 'latest')],
	}),
];

/** `payroll` is nobody's business. */
const listEdgeObjects = async (
	images: SampleImages,
	since: Since,
): Promise<readonly StoredObject[]> => {
	const cart = await images.run('app', 'shop/cart', 'prod');
	const pinned = {...cart, image: cart.imageId ?? cart.image};
	return [
		...describeRelease('cart', {
			namespace: 'kiosk',
			replicas: 1,
			since,
			current: pinned,
			earlier: [],
		}),
		...describeRelease('ledger', {
			namespace: 'payroll',
			replicas: 1,
			since,
			current: runElsewhere('app', 'ghcr.io/example/ledger:2.4'),
			earlier: [],
		}),
	];
};

/** The clusters that the sample world's images run in: one that tells all, one on an older API server, and one that refuses a namespace. Each is made at the first question. */
export const listSampleClusters = (
	now: Date,
	registry: SampleRegistry,
): readonly SampleCluster[] => {
	const images = createSampleImages(registry);
	const since: Since = days => new Date(now.getTime() - days * 86_400_000);
	const fill =
		(
			list: (
				images: SampleImages,
				since: Since,
			) => Promise<readonly StoredObject[]>,
			...more: ReadonlyArray<(typeof builtInResources)[number]>
		) =>
		async (): Promise<ClusterContent> => {
			const content = createClusterContent([...builtInResources, ...more]);
			content.put(...(await list(images, since)));
			return content;
		};

	return [
		{
			context: 'prod',
			options: {content: fill(listProdObjects, rolloutResource)},
		},
		{
			context: 'staging',
			options: {
				content: fill(listStagingObjects, ...knativeResources),
				discovery: 'plain',
			},
		},
		{
			context: 'edge',
			options: {
				content: fill(listEdgeObjects),
				refuses: ({namespace, resource}) =>
					resource.kind !== 'Namespace' &&
					(namespace === '' || namespace === 'payroll'),
			},
		},
	];
};
