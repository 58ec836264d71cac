/* eslint-disable ava/no-ignored-test-files -- kubernetes.test.ts loads it: one process for all that need the client library */
import test from 'ava';
import {buildSampleWorld} from '../../../source/demo/sample-world.js';
import {startDemoClusters} from '../../../source/demo/start-demo-clusters.js';
import {usualPatience} from '../../../source/uses/kubernetes/api-client.js';
import {openContext} from '../../../source/uses/kubernetes/context-access.js';
import {parseKubeconfigs} from '../../../source/uses/kubernetes/kubeconfig.js';
import {readContextUses} from '../../../source/uses/kubernetes/read-context.js';
import {createClock} from './_cluster.js';

test('the demo has three contexts with every case in small', async t => {
	const now = Date.UTC(2026, 10, 22);
	const host = '127.0.0.1:5000';
	const content = buildSampleWorld({now: new Date(now)});
	const clusters = await startDemoClusters(now, {host, content});
	t.teardown(async () => clusters.close());
	const kubeconfig = await parseKubeconfigs([
		{text: clusters.kubeconfig, file: 'demo'},
	]);
	const clock = createClock();
	const readings = await Promise.all(
		kubeconfig.contexts.map(async context =>
			readContextUses(openContext(kubeconfig, context, clock), {
				clock,
				patience: usualPatience,
				namespaces: [],
				signal: new AbortController().signal,
			}),
		),
	);
	const sources = readings.flatMap(reading => reading.sources);
	const uses = readings.flatMap(reading => reading.uses);
	t.deepEqual(
		sources.map(({name, state, gaps}) => [name, state, gaps.length]),
		[
			['prod', 'read', 0],
			['staging', 'read', 0],
			['edge', 'read', 9],
		],
	);
	t.true(
		sources[2]?.gaps.every(
			({isRefusal, namespace}) => isRefusal && namespace === 'payroll',
		),
	);
	t.deepEqual([...new Set(uses.map(({role}) => role))].toSorted(), [
		'finished',
		'revision',
		'running',
		'template',
	]);
	const named = new Set(
		uses.flatMap(({image}) =>
			image.host === undefined ? [] : [`${image.host}/${image.repository}`],
		),
	);
	t.true(named.has('docker.io/library/redis'));
	t.true(named.has('quay.io/prometheus/node-exporter'));
	t.true(named.has(`${host}/shop/checkout`));
	const kinds = new Set(uses.map(({kind}) => kind));
	for (const kind of ['Rollout', 'Service', 'CronJob', 'ControllerRevision']) {
		t.true(kinds.has(kind));
	}

	// Loaded by hand: the runtime knows the config only.
	const byHand = uses.filter(({name}) => name === 'storefront-by-hand');
	t.deepEqual(
		byHand.map(({image}) => image.kind),
		['reference', 'image-id'],
	);
	// A tag that has moved: what runs is another digest than the tag's.
	const store = content.repositories.get('data/feature-store');
	const running = uses.find(
		({name, image}) => name === 'feature-store-0' && image.kind === 'image-id',
	);
	t.truthy(running?.image.digest);
	t.not(running?.image.digest ?? '', store?.tags.get('latest') ?? '');
});
