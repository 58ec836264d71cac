/* eslint-disable ava/no-ignored-test-files -- kubernetes.test.ts loads it: one process for all that need the client library */
import type {ServerResponse} from 'node:http';
import {gzipSync} from 'node:zlib';
import test from 'ava';
import {
	builtInResources,
	type ClusterResource,
} from '../../../source/demo/cluster-resources.js';
import {createClusterContent} from '../../../source/demo/cluster-content.js';
import {
	describePod,
	describeWorkload,
} from '../../../source/demo/cluster-workloads.js';
import type {
	EmbeddedClusterOptions,
	LoggedClusterRequest,
} from '../../../source/demo/embedded-cluster.js';
import {
	createClock,
	createContent,
	readText,
	startCluster,
	writeKubeconfig,
} from './_cluster.js';

const since = new Date('2026-11-01T10:00:00Z');
const describeApi = (namespace: string, name: string) =>
	describePod({
		namespace,
		name,
		since,
		containers: [{name: 'app', image: `r.example/${name}:1`}],
	});

const createSeven = () =>
	createContent(
		...Array.from({length: 7}, (_, index) =>
			describeApi('shop', `pod-${index}`),
		),
	);

const podPages = (requests: readonly LoggedClusterRequest[]) =>
	requests.filter(({path}) => path.startsWith('/api/v1/pods?'));

test('lists are read page by page, compressed', async t => {
	const cluster = await startCluster(t, {
		content: createSeven(),
		pageSize: 3,
		gzipFrom: 1,
	});
	const {uses, source} = await readText(writeKubeconfig(cluster.url));
	t.deepEqual(
		uses.map(({name}) => name),
		['pod-0', 'pod-1', 'pod-2', 'pod-3', 'pod-4', 'pod-5', 'pod-6'],
	);
	t.deepEqual(source.gaps, []);
	const pages = podPages(cluster.requests);
	t.is(pages.length, 3);
	t.true(pages.every(({acceptEncoding}) => acceptEncoding === 'gzip'));
	t.true(pages.every(({path}) => path.includes('limit=500')));
	t.true(
		cluster.requests.every(({userAgent}) => userAgent?.startsWith('jetsam/')),
	);
});

test('a list whose pages expire is begun anew, and holds each object once', async t => {
	const cluster = await startCluster(t, {
		content: createSeven(),
		pageSize: 3,
		expiredPages: 1,
	});
	const {uses, source} = await readText(writeKubeconfig(cluster.url));
	t.is(uses.length, 7);
	t.deepEqual(source.gaps, []);
	t.deepEqual(
		podPages(cluster.requests).map(({path}) => path.includes('continue=')),
		[false, true, false, true, true],
	);
});

test('a list whose pages always expire is a gap, after four times', async t => {
	const cluster = await startCluster(t, {
		content: createSeven(),
		pageSize: 3,
		expiredPages: 1000,
	});
	const {uses, source} = await readText(writeKubeconfig(cluster.url));
	t.deepEqual(uses, []);
	t.like(source.gaps[0], {kind: 'Pod', namespace: '', isRefusal: false});
	t.is(source.gaps.length, 1);
	t.is(podPages(cluster.requests).length, 8);
});

/** Answers to the list of Pods that are no usable ones. */
const faults: ReadonlyArray<{
	readonly title: string;
	readonly answer: (response: ServerResponse) => void;
	readonly says: RegExp;
	readonly attempts: number;
}> = [
	{
		title: 'half a body',
		answer(response) {
			response.writeHead(200, {'content-length': 400});
			response.write(
				'{"kind":"PodList","items":[{"metadata":{"name":"a"}},{"me',
			);
			setImmediate(() => {
				response.destroy();
			});
		},
		says: /the connection to 127\.0\.0\.1:\d+ broke \(ECONNRESET\)/v,
		attempts: 3,
	},
	{
		title: 'half a compressed body',
		answer(response) {
			const body = gzipSync('{"kind":"PodList","items":[]}');
			response.writeHead(200, {
				'content-encoding': 'gzip',
				'content-length': 10,
			});
			response.end(body.subarray(0, 10));
		},
		says: /the connection to 127\.0\.0\.1:\d+ broke/v,
		attempts: 3,
	},
	{
		title: 'a body that ends too early and says that it is whole',
		answer(response) {
			response.end('{"kind":"PodList","items":[{"metadata":{"name":"a"}}');
		},
		says: /its answer ends before the list does/v,
		attempts: 1,
	},
	{
		title: 'bad JSON within an object',
		answer(response) {
			response.end('{"kind":"PodList","items":[{"metadata":{name}}]}');
		},
		says: /its answer is no JSON/v,
		attempts: 1,
	},
	{
		title: 'a page of something else',
		answer(response) {
			response.end('<html>Sign in</html>');
		},
		says: /its answer is no JSON/v,
		attempts: 1,
	},
	{
		title: 'an object that is no list',
		answer(response) {
			response.end('{"kind":"Pod","metadata":{"items":[]}}');
		},
		says: /its answer is no list/v,
		attempts: 1,
	},
	...['[1]', '["a"]', '[[]]', '[null]', '[{}, 1]'].map(items => ({
		title: `a list of what is no object: ${items}`,
		answer(response: ServerResponse) {
			response.end(`{"kind":"PodList","items":${items}}`);
		},
		says: /its list holds what is no object/v,
		attempts: 1,
	})),
	{
		title: '500',
		answer(response) {
			response.writeHead(500);
			response.end(
				String.raw`{"kind":"Status","message":"etcd \u001b[31m is away, token abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnop"}`,
			);
		},
		says: /it answers 500: etcd �\[31m is away, token …\./v,
		attempts: 3,
	},
	{
		title: '429',
		answer(response) {
			response.writeHead(429, {'retry-after': '1'});
			response.end();
		},
		says: /it answers 429/v,
		attempts: 3,
	},
	{
		title: '404',
		answer(response) {
			response.writeHead(404);
			response.end('404 page not found');
		},
		says: /it answers 404/v,
		attempts: 1,
	},
	{
		title: 'a redirect',
		answer(response) {
			response.writeHead(302, {location: 'https://elsewhere.example/'});
			response.end();
		},
		says: /it answers 302/v,
		attempts: 1,
	},
];

for (const {title, answer, says, attempts} of faults) {
	test(`${title} is a gap that nobody can accept, and what else there is is read`, async t => {
		const cluster = await startCluster(t, {
			content: createContent(
				describeWorkload('Deployment', {
					namespace: 'shop',
					name: 'api',
					since,
					containers: [{name: 'app', image: 'r.example/api:1'}],
				}),
			),
			intercept({path}, response) {
				const isHit = path.startsWith('/api/v1/pods?');
				if (isHit) {
					answer(response);
				}

				return isHit;
			},
		});
		const {uses, source} = await readText(writeKubeconfig(cluster.url));
		t.deepEqual(
			uses.map(({kind}) => kind),
			['Deployment'],
		);
		t.is(source.state, 'read');
		t.is(source.gaps.length, 1);
		t.like(source.gaps[0], {
			kind: 'Pod',
			namespace: '',
			isRefusal: false,
			repositories: undefined,
		});
		t.regex(source.gaps[0]?.message ?? '', says);
		t.regex(
			source.gaps[0]?.message ?? '',
			/^The context prod did not tell the Pods of all namespaces: /v,
		);
		t.is(podPages(cluster.requests).length, attempts);
		t.false(source.kinds.some(({kind}) => kind === 'Pod'));
	});
}

for (const acceptable of ['gzip', 'nothing']) {
	test(`a connection whose answer, compressed with ${acceptable}, was not read to its end is closed`, async t => {
		let onClose = (): void => undefined;
		const closed = new Promise<void>(resolve => {
			onClose = resolve;
		});
		const cluster = await startCluster(t, {
			content: createSeven(),
			intercept({path}, response) {
				const isHit = path.startsWith('/api/v1/pods?');
				if (isHit) {
					const text = `{"items":[1,${'0,'.repeat(1_000_000)}0]}`;
					const isZipped = acceptable === 'gzip';
					response.writeHead(200, isZipped ? {'content-encoding': 'gzip'} : {});
					response.socket?.once('close', onClose);
					response.end(isZipped ? gzipSync(text, {level: 0}) : text);
				}

				return isHit;
			},
		});
		const {source} = await readText(writeKubeconfig(cluster.url));
		t.is(source.gaps.length, 1);
		await t.notThrowsAsync(closed);
	});
}

test('what fails once is asked again, and nothing is read twice', async t => {
	const cluster = await startCluster(t, {
		content: createSeven(),
		pageSize: 3,
		intercept({path}, response, attempt) {
			const isHit =
				path.startsWith('/api/v1/pods?') &&
				path.includes('continue') &&
				attempt === 1;
			if (isHit) {
				response.writeHead(200, {'content-length': 400});
				response.write('{"items":[{"metadata":{"name":"half"}},');
				setImmediate(() => {
					response.destroy();
				});
			}

			return isHit;
		},
	});
	const {uses, source} = await readText(writeKubeconfig(cluster.url));
	t.is(uses.length, 7);
	t.deepEqual(source.gaps, []);
});

test('a list that hangs is a gap when its time is over', async t => {
	const clock = createClock();
	const cluster = await startCluster(t, {
		content: createSeven(),
		intercept: ({path}) => path.startsWith('/api/v1/pods?'),
	});
	const reading = readText(writeKubeconfig(cluster.url), {clock});
	await cluster.waitForRequest(({path}) => path.startsWith('/api/v1/pods?'));
	clock.advance(60_000);
	const {source} = await reading;
	t.true(
		source.gaps.some(
			({kind, isRefusal, message}) =>
				kind === 'Pod' && !isRefusal && message.includes('does not answer'),
		),
	);
});

test('a body that hangs is a gap when its time is over', async t => {
	const clock = createClock();
	const cluster = await startCluster(t, {
		content: createSeven(),
		intercept({path}, response) {
			const isHit = path.startsWith('/api/v1/pods?');
			if (isHit) {
				response.writeHead(200);
				response.write('{"kind":"PodList","items":[{"metadata":{"name":"a"}}');
			}

			return isHit;
		},
	});
	const reading = readText(writeKubeconfig(cluster.url), {clock});
	await cluster.waitForRequest(({path}) => path.startsWith('/api/v1/pods?'));
	clock.advance(60_000);
	const {source} = await reading;
	t.true(source.gaps.some(({message}) => message.includes('does not answer')));
});

test('an abort ends the reading at once', async t => {
	const controller = new AbortController();
	const cluster = await startCluster(t, {
		content: createSeven(),
		intercept: () => true,
	});
	const reading = readText(writeKubeconfig(cluster.url), {
		signal: controller.signal,
	});
	await cluster.waitForRequest(() => true);
	controller.abort(new Error('enough'));
	await t.throwsAsync(reading, {message: 'enough'});
});

test('kinds that a cluster does not have are no gap and are not asked for', async t => {
	const content = createClusterContent(
		builtInResources.filter(({kind}) => kind !== 'ReplicationController'),
	);
	content.put(describeApi('shop', 'api'));
	const cluster = await startCluster(t, {content});
	const {uses, source} = await readText(writeKubeconfig(cluster.url));
	t.is(uses.length, 1);
	t.deepEqual(source.gaps, []);
	t.false(
		cluster.requests.some(({path}) =>
			/replicationcontrollers|argoproj|knative/v.test(path),
		),
	);
});

test('a cluster that serves none of the kinds is a failure', async t => {
	const cluster = await startCluster(t, {
		content: createClusterContent(builtInResources.slice(0, 2)),
	});
	const {source} = await readText(writeKubeconfig(cluster.url));
	t.is(source.state, 'failed');
	t.is(source.gaps.length, 1);
});

/** Discovery that tells nothing of use. */
const brokenDiscovery: ReadonlyArray<readonly [string, string, number]> = [
	['an error', '', 500],
	['no JSON', '<html>', 200],
	['no list of groups', '{}', 200],
];

for (const [title, body, status] of brokenDiscovery) {
	for (const path of ['/api', '/apis']) {
		test(`${path} that answers ${title} is a gap, and the kinds that each cluster has are asked for`, async t => {
			const cluster = await startCluster(t, {
				content: createSeven(),
				intercept(request, response) {
					const isHit = request.path === path;
					if (isHit) {
						response.writeHead(status);
						response.end(body);
					}

					return isHit;
				},
			});
			const {uses, source} = await readText(writeKubeconfig(cluster.url));
			t.is(uses.length, 7);
			t.true(source.gaps.length > 0);
			t.true(
				source.gaps.every(({kind, isRefusal}) => kind === '' && !isRefusal),
			);
		});
	}
}

const isNamespaced = ({namespace}: {readonly namespace: string}) =>
	namespace !== '';

const isNamespaces = ({resource}: {readonly resource: ClusterResource}) =>
	resource.kind === 'Namespace';

/** Who may see what, and what that leaves. */
const refusals: ReadonlyArray<{
	readonly title: string;
	readonly refuses: NonNullable<EmbeddedClusterOptions['refuses']>;
	readonly namespaces?: readonly string[];
	readonly seen: readonly string[];
	readonly gaps: ReadonlyArray<readonly [string, RegExp]>;
}> = [
	{
		title: 'the whole cluster, but each namespace tells',
		refuses: access => !isNamespaced(access) && !isNamespaces(access),
		seen: ['blog/one', 'shop/two'],
		gaps: [],
	},
	{
		title: 'the whole cluster and one namespace',
		refuses: access =>
			!isNamespaces(access) &&
			(!isNamespaced(access) || access.namespace === 'shop'),
		seen: ['blog/one'],
		gaps: [
			[
				'shop',
				/did not tell the Pods of the namespace shop: it answers 403: pods is forbidden: User "visitor" cannot list/v,
			],
		],
	},
	{
		title: 'the whole cluster and the list of namespaces, with names given',
		refuses: access => !isNamespaced(access),
		namespaces: ['shop', 'shop'],
		seen: ['shop/two'],
		gaps: [['', /all other namespaces of prod than shop are not known/v]],
	},
	{
		title: 'the whole cluster and the list of namespaces',
		refuses: access => !isNamespaced(access),
		seen: ['blog/one'],
		gaps: [['', /all other namespaces of prod than blog are not known/v]],
	},
	{
		title: 'nothing, though names are given',
		refuses: () => false,
		namespaces: ['shop'],
		seen: ['blog/one', 'shop/two'],
		gaps: [],
	},
];

for (const {title, refuses, namespaces = [], seen, gaps} of refusals) {
	test(`refused: ${title}`, async t => {
		const cluster = await startCluster(t, {
			content: createContent(
				describeApi('blog', 'one'),
				describeApi('shop', 'two'),
			),
			refuses: access =>
				(isNamespaces(access) || access.resource.kind === 'Pod') &&
				refuses(access),
		});
		const {uses, source} = await readText(
			writeKubeconfig(cluster.url, {namespace: 'blog'}),
			{namespaces},
		);
		t.deepEqual(
			uses.map(({namespace, name}) => `${namespace}/${name}`),
			[...seen],
		);
		t.is(source.gaps.length, gaps.length);
		for (const [index, [namespace, message]] of gaps.entries()) {
			const gap = source.gaps[index];
			t.like(gap, {kind: 'Pod', namespace, isRefusal: true});
			t.regex(gap?.message ?? '', message);
		}

		t.is(
			cluster.requests.some(({path}) => path.startsWith('/api/v1/namespaces?')),
			title !== 'nothing, though names are given',
		);
	});
}

test('namespaces that could not be listed by accident leave a gap that nobody can accept', async t => {
	const cluster = await startCluster(t, {
		content: createContent(describeApi('shop', 'two')),
		refuses: access => !isNamespaced(access),
		intercept({path}, response) {
			const isHit = path.startsWith('/api/v1/namespaces?');
			if (isHit) {
				response.writeHead(500);
				response.end();
			}

			return isHit;
		},
	});
	const {source} = await readText(writeKubeconfig(cluster.url));
	t.true(source.gaps.length >= 9);
	t.true(source.gaps.every(({isRefusal}) => !isRefusal));
});

test('a context that refuses everything has failed', async t => {
	const cluster = await startCluster(t, {
		content: createContent(describeApi('shop', 'two')),
		refuses: () => true,
	});
	const {source} = await readText(writeKubeconfig(cluster.url));
	t.is(source.state, 'failed');
	t.true(source.gaps.every(({isRefusal}) => isRefusal));
});
