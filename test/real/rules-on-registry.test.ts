import {Buffer} from 'node:buffer';
import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import test, {type ExecutionContext} from 'ava';
import {createClusterContent} from '../../source/demo/cluster-content.js';
import {builtInResources} from '../../source/demo/cluster-resources.js';
import {describeWorkload} from '../../source/demo/cluster-workloads.js';
import {startEmbeddedCluster} from '../../source/demo/embedded-cluster.js';
import {startNotificationReceiver} from '../helpers/notification-receiver.js';
import {makeHome} from '../helpers/open-program.js';
import {
	acceptedTypes,
	listTruth,
	pushImage,
	pushIndex,
	pushManifest,
	sendRequest,
} from '../helpers/push-content.js';
import {findRealRegistry, startRealRegistry} from '../helpers/real-registry.js';
import {runProgram} from '../helpers/run-program.js';

const day = 24 * 60 * 60 * 1000;
const repository = 'shop/web';

const skip = (t: ExecutionContext): void => {
	const why = 'there is no docker-registry on this machine';
	if (process.env['CI'] === 'true') {
		t.fail(`${why}, and CI must not skip this test`);
		return;
	}

	t.log(`skip: ${why}`);
	t.pass();
};

/** What the registry told, as if all pushes of the beginning had been ten days ago. */
const ageNotifications = (lines: readonly string[], began: number): string =>
	lines
		.join('\n')
		.replaceAll(/"timestamp":"(?<time>[^"]+)"/gv, (whole, time: string) => {
			const at = Date.parse(time);
			return at < began
				? `"timestamp":"${new Date(at - 10 * day).toISOString()}"`
				: whole;
		});

/** A docker-registry that tells of itself, a cluster that runs one of its images, and settings that name both. */
const openStage = async (t: ExecutionContext) => {
	const receiver = await startNotificationReceiver();
	t.teardown(receiver.stop);
	const registry = await startRealRegistry({
		deletes: true,
		notify: receiver.url,
	});
	t.teardown(registry.stop);
	const {url, host} = registry;
	const push = async (tag: string, built: number, tags = [tag]) =>
		pushImage(url, repository, {
			tags,
			layers: [Buffer.from(`layer of ${tag}`)],
			created: `2024-05-${String(built).padStart(2, '0')}T00:00:00Z`,
			platform: {os: 'linux', architecture: 'amd64'},
		});
	for (const [index, tag] of ['v1', 'v2', 'v3', 'v4', 'v5'].entries()) {
		await push(tag, index + 5);
	}

	const children = [await push('amd64', 1, []), await push('arm64', 2, [])];
	await pushIndex(url, repository, {tags: ['multi'], children});

	// The one that is asked last is told last.
	const ask = async (tag: string, method: 'GET' | 'HEAD', agent: string) => {
		await sendRequest(`${url}/v2/${repository}/manifests/${tag}`, {
			method,
			headers: {accept: acceptedTypes, 'user-agent': agent},
		});
		await receiver.waitFor(agent);
	};

	await ask('v5', 'HEAD', 'all-pushed/1');
	const began = Date.now();
	await ask('v2', 'GET', 'containerd/2.1');

	const content = createClusterContent(builtInResources);
	content.put(
		describeWorkload('Deployment', {
			namespace: 'shop',
			name: 'web',
			containers: [{name: 'web', image: `${host}/${repository}:v3`}],
			since: new Date(began),
			replicas: 0,
		}),
	);
	const cluster = await startEmbeddedCluster({content});
	t.teardown(async () => cluster.close());

	const home = await makeHome(t);
	const inHome = (name: string): string => path.join(home, name);
	const events = inHome('events.jsonl');
	const keepEvents = async (): Promise<void> =>
		writeFile(events, ageNotifications(receiver.lines(), began));
	await keepEvents();
	await writeFile(
		inHome('settings.json'),
		JSON.stringify({
			registries: [
				{
					address: host,
					pulls: [
						{
							source: `distribution-events:${events}`,
							from: new Date(began - 11 * day).toISOString(),
						},
					],
				},
			],
		}),
	);
	await writeFile(
		inHome('kubeconfig'),
		JSON.stringify({
			apiVersion: 'v1',
			kind: 'Config',
			'current-context': 'prod',
			clusters: [{name: 'main', cluster: {server: cluster.url}}],
			users: [{name: 'jane', user: {}}],
			contexts: [{name: 'prod', context: {cluster: 'main', user: 'jane'}}],
		}),
	);
	const environment = Object.fromEntries([
		['KUBECONFIG', inHome('kubeconfig')],
	]);
	const run = async (...words: readonly string[]) =>
		runProgram(t, [...words, '--config', inHome('settings.json')], {
			home,
			environment,
		});
	return {registry, run, inHome, keepEvents};
};

type Stage = Awaited<ReturnType<typeof openStage>>;

const makePlan = async ({registry, run, inHome}: Stage) => {
	const file = inHome('plan.json');
	const made = await run(
		'plan',
		registry.host,
		'--keep-newest',
		'1',
		'--age',
		'created',
		'--min-pulls',
		'1',
		'--within',
		'7d',
		'--max-share',
		'70',
		'--out',
		file,
	);
	const text = await readFile(file, 'utf8');
	const phrase = /"phrase": "(?<phrase>[^"]+)"/v.exec(text)?.groups?.['phrase'];
	return {file, made, text, phrase: phrase ?? ''};
};

/** In the order of their names. */
const listTags = async ({registry}: Stage): Promise<readonly string[]> => {
	const truth = await listTruth(registry.url, repository);
	return [...truth.keys()];
};

test('rules on a docker-registry, by its own notifications and a cluster: plan, apply, and nothing is left the second time', async t => {
	if (!findRealRegistry()) {
		skip(t);
		return;
	}

	const stage = await openStage(t);
	const {run, keepEvents} = stage;
	const {file, made, phrase} = await makePlan(stage);
	t.is(made.exitCode, 0);
	t.regex(made.stdout, /kept: the newest of 6 by build +v5$/mv);
	t.regex(made.stdout, /kept: accessed 1 time in 7 days +v2$/mv);
	t.regex(made.stdout, /kept: in use by shop\/web +v3$/mv);
	t.regex(
		made.stdout,
		/candidate: .* 0 pulls in 7 days .*complete\), in none of 1 context +v1$/mv,
	);
	const applied = await run('apply', file, '--yes', '--confirm', phrase);
	t.is(applied.exitCode, 0);
	t.is(applied.stdout, 'deleted 5\n');
	t.deepEqual(await listTags(stage), ['v2', 'v3', 'v5']);
	await keepEvents();
	const again = await makePlan(stage);
	t.is(again.made.exitCode, 0);
	const second = await run('apply', file, '--yes', '--confirm', again.phrase);
	t.is(second.exitCode, 0);
	t.true(second.stderr.includes('The plan deletes nothing.'));
	t.deepEqual(await listTags(stage), ['v2', 'v3', 'v5']);
});

test('rules on a docker-registry: what is pushed in between is refused, the rest is done', async t => {
	if (!findRealRegistry()) {
		skip(t);
		return;
	}

	const stage = await openStage(t);
	const {run, registry} = stage;
	const {file, phrase} = await makePlan(stage);
	const answer = await sendRequest(
		`${registry.url}/v2/${repository}/manifests/v4`,
		{headers: {accept: acceptedTypes}},
	);
	await pushManifest(registry.url, repository, {
		tags: ['again'],
		bytes: answer.body,
		mediaType: String(answer.headers['content-type']),
	});
	const applied = await run('apply', file, '--yes', '--confirm', phrase);
	t.is(applied.exitCode, 3);
	t.is(applied.stdout, 'deleted 4, refused 1\n');
	t.true(applied.stderr.includes('Its tags are again v4 now, and were v4'));
	t.deepEqual(await listTags(stage), ['again', 'v2', 'v3', 'v4', 'v5']);
});
