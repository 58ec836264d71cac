import type {StoredObject} from './cluster-content.js';
import {
	describeControllerRevision,
	describeCronJob,
	describeJob,
	describePod,
	describeWorkload,
} from './cluster-workloads.js';
import {runElsewhere, type SampleImages} from './sample-images.js';
import {describeRelease, type Since} from './sample-releases.js';

/** Everything that runs in the sample world's `prod`, and everything that could. */
export const listProdObjects = async (
	images: SampleImages,
	since: Since,
): Promise<readonly StoredObject[]> => [
	...(await listServices(images, since)),
	...(await listBatches(images, since)),
	...listElsewhere(since),
	...(await listOdd(images, since)),
];

const listServices = async (
	images: SampleImages,
	since: Since,
): Promise<readonly StoredObject[]> => {
	const newest = await images.version('shop/checkout', 'latest');
	const before = await images.version('shop/checkout', 'prod-previous');
	const cart = await images.version('shop/cart', 'prod');
	return [
		...describeRelease('checkout', {
			namespace: 'shop',
			replicas: 3,
			since,
			current: await images.run('app', 'shop/checkout', newest),
			earlier: [await images.run('app', 'shop/checkout', before)],
		}),
		...describeRelease('cart', {
			namespace: 'shop',
			replicas: 2,
			since,
			current: await images.run('app', 'shop/cart', cart),
			earlier: [],
		}),
		describeWorkload('Rollout', {
			namespace: 'shop',
			name: 'payments',
			since: since(2),
			replicas: 2,
			revision: 7,
			containers: [await images.run('app', 'shop/payments', 'prod')],
		}),
	];
};

const listBatches = async (
	images: SampleImages,
	since: Since,
): Promise<readonly StoredObject[]> => {
	const nightly = await images.run('etl', 'data/etl-nightly', 'nightly');
	const sync = await images.run('sync', 'data/warehouse-sync', 'nightly');
	const old = await images.version('shop/checkout', 'prod-previous');
	const migrate = await images.run('migrate', 'shop/checkout', old);
	return [
		describeCronJob(
			{
				namespace: 'data',
				name: 'etl',
				since: since(200),
				containers: [nightly],
			},
			{schedule: '0 2 * * *', isSuspended: false},
		),
		describeCronJob(
			{namespace: 'data', name: 'sync', since: since(90), containers: [sync]},
			{schedule: '30 4 * * 1', isSuspended: true},
		),
		describeJob(
			{
				namespace: 'shop',
				name: 'migrate-orders',
				since: since(8),
				containers: [migrate],
			},
			'Complete',
		),
		describePod({
			namespace: 'shop',
			name: 'migrate-orders-x7kqp',
			since: since(8),
			phase: 'Succeeded',
			owner: {kind: 'Job', name: 'migrate-orders'},
			containers: [migrate],
		}),
	];
};

/** What comes from registries that are not the company's. */
const listElsewhere = (since: Since): readonly StoredObject[] => {
	const redis = runElsewhere('redis', 'docker.io/library/redis:7');
	const exporter = 'quay.io/prometheus/node-exporter';
	const sets = {namespace: 'platform', since: since(300)};
	return [
		describeWorkload('StatefulSet', {
			namespace: 'shop',
			name: 'sessions',
			since: since(120),
			replicas: 1,
			containers: [{...redis, image: 'redis:7'}],
		}),
		describePod({
			namespace: 'shop',
			name: 'sessions-0',
			since: since(20),
			owner: {kind: 'StatefulSet', name: 'sessions'},
			containers: [{...redis, image: 'redis:7', reported: redis.image}],
		}),
		describeWorkload('DaemonSet', {
			...sets,
			name: 'node-exporter',
			containers: [runElsewhere('exporter', `${exporter}:v1.9.1`)],
		}),
		describeControllerRevision({
			...sets,
			name: 'node-exporter-6d4f',
			revision: 3,
			owner: {kind: 'DaemonSet', name: 'node-exporter'},
			containers: [runElsewhere('exporter', `${exporter}:v1.8.2`)],
		}),
	];
};

/** A tag that has moved since, an image that a node was given by hand, and one that is still to be pulled. */
const listOdd = async (
	images: SampleImages,
	since: Since,
): Promise<readonly StoredObject[]> => {
	const store = 'data/feature-store';
	const older = await images.findDigest(store, 'build-4705');
	const pages = 'shop/storefront-static';
	const gateway = await images.run(
		'gateway',
		'platform/gateway',
		'prod-eu-west-1',
	);
	return [
		describePod({
			namespace: 'data',
			name: 'feature-store-0',
			since: since(9),
			containers: [
				{
					name: 'store',
					image: `${images.place(store)}:latest`,
					imageId: `${images.place(store)}@${older}`,
				},
			],
		}),
		describePod({
			namespace: 'shop',
			name: 'storefront-by-hand',
			since: since(33),
			containers: [
				{
					name: 'site',
					image: `${images.place(pages)}:latest`,
					imageId: await images.findConfig(pages, 'latest'),
				},
			],
		}),
		describePod({
			namespace: 'platform',
			name: 'gateway-waiting',
			since: since(0.01),
			phase: 'Pending',
			containers: [{name: gateway.name, image: gateway.image}],
		}),
	];
};
