import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {addImage} from '../../source/demo/build-content.js';
import {
	type ClusterContent,
	createClusterContent,
} from '../../source/demo/cluster-content.js';
import {
	describePod,
	describeWorkload,
} from '../../source/demo/cluster-workloads.js';
import {startEmbeddedCluster} from '../../source/demo/embedded-cluster.js';
import {startEmbeddedRegistry} from '../../source/demo/embedded-registry.js';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {startProgram} from '../helpers/run-program.js';

/** The commands of the readme's recipe, in its order. */
const readRecipe = async (): Promise<readonly string[]> => {
	const readme = await readFile(
		new URL('../../readme.md', import.meta.url),
		'utf8',
	);
	const block = /^### Bring images home$.*?^```sh$(?<block>.*?)^```$/msv.exec(
		readme,
	);
	return (block?.groups?.['block'] ?? '')
		.split('\n')
		.filter(line => line.startsWith('jetsam '));
};

const startRegistry = async (t: ExecutionContext) => {
	const registry = await startEmbeddedRegistry({
		content: createRegistryContent(),
		deletes: 'enabled',
	});
	t.teardown(registry.close);
	return registry;
};

const startCluster = async (
	t: ExecutionContext,
	folder: string,
): Promise<{content: ClusterContent; kubeconfig: string}> => {
	const content = createClusterContent();
	const cluster = await startEmbeddedCluster({content});
	t.teardown(cluster.close);
	const kubeconfig = path.join(folder, 'kubeconfig');
	await writeFile(
		kubeconfig,
		JSON.stringify({
			apiVersion: 'v1',
			kind: 'Config',
			clusters: [{name: 'prod', cluster: {server: cluster.url}}],
			users: [{name: 'me', user: {}}],
			contexts: [{name: 'prod', context: {cluster: 'prod', user: 'me'}}],
			...Object.fromEntries([['current-context', 'prod']]),
		}),
	);
	return {content, kubeconfig};
};

const since = new Date('2026-01-01T00:00:00Z');

/** A Deployment and the Pod that it runs. */
const deploy = (content: ClusterContent, image: string, pod = image): void => {
	const owner = {kind: 'Deployment', name: 'cache'};
	content.put(
		describeWorkload('Deployment', {
			namespace: 'shop',
			name: 'cache',
			containers: [{name: 'redis', image}],
			since,
		}),
		describePod({
			namespace: 'shop',
			name: 'cache-1',
			containers: [{name: 'redis', image: pod}],
			since,
			owner,
		}),
	);
};

const manifest = (image: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: cache} # the cache
spec:
  template:
    spec:
      containers:
      - name: redis
        image: "${image}"
`;

const setUp = async (t: ExecutionContext) => {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-home-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	const [there, home] = await Promise.all([startRegistry(t), startRegistry(t)]);
	const {digest} = addImage(there.content, 'library/redis', {
		tags: ['7'],
		layers: [],
	});
	const {content, kubeconfig} = await startCluster(t, folder);
	const old = `${there.host}/library/redis:7`;
	deploy(content, old);
	await mkdir(path.join(folder, 'deploy'));
	const file = path.join(folder, 'deploy', 'cache.yaml');
	await writeFile(file, manifest(old));
	const run = async (command: string) => {
		const words = command
			.replaceAll('registry.example.com', home.host)
			.split(' ')
			.slice(1);
		return startProgram(t, words, {
			home: folder,
			environment: Object.fromEntries([['KUBECONFIG', kubeconfig]]),
		}).end;
	};

	return {
		run,
		content,
		file,
		digest,
		old,
		there,
		home,
		now: `${home.host}/mirror/library/redis:7`,
	};
};

test('the recipe of the readme brings an image home, command by command, and proves it', async t => {
	const {run, content, file, digest, old, there, home, now} = await setUp(t);
	const [look = '', choose = '', copy = '', diff = '', write = '', prove = ''] =
		await readRecipe();
	const looked = await run(look);
	t.is(looked.exitCode, 0, `${looked.stderr}`);
	t.regex(looked.stdout, /library\/redis: named in 3 places, 0 by digest/v);

	const chosen = await run(choose);
	t.is(chosen.exitCode, 0, `${chosen.stderr}`);
	t.true(chosen.stdout.includes(now));
	t.regex(chosen.stdout, / elsewhere +.* no$/mv);
	t.regex(chosen.stdout, /^0 of 1 image from elsewhere is done\.$/mv);

	const copied = await run(`${copy} --yes`);
	t.is(copied.exitCode, 0, `${copied.stderr}`);
	t.is(
		home.content.repositories.get('mirror/library/redis')?.tags.get('7'),
		digest,
	);

	const shown = await run(diff);
	t.is(shown.exitCode, 0, `${shown.stderr}`);
	t.true(
		shown.stdout.includes(
			`-        image: "${old}"\n+        image: "${now}"\n`,
		),
	);
	t.is(await readFile(file, 'utf8'), manifest(old));
	const proof = prove.replace(/ --since \S+/v, '');
	t.not(proof, prove);
	const between = await run(proof);
	t.regex(between.stdout, / copied, not rewritten +.* no$/mv);

	const written = await run(write);
	t.is(written.exitCode, 0, `${written.stderr}`);
	t.is(await readFile(file, 'utf8'), manifest(now));
	const running = await run(proof);
	t.regex(running.stdout, / rewritten, still running the old one +.* no$/mv);
	t.regex(
		running.stdout,
		/^ {2}kubectl --context prod -n shop set image deployment\/cache redis=\S+$/mv,
	);

	deploy(content, now, old);
	const half = await run(proof);
	t.regex(
		half.stdout,
		/^ {2}kubectl --context prod -n shop rollout restart deployment\/cache$/mv,
	);

	deploy(content, now);
	const done = await run(proof);
	t.is(done.exitCode, 0, `${done.stderr}`);
	t.regex(done.stdout, / home +- +yes$/mv);
	t.regex(done.stdout, /^1 of 1 image from elsewhere is done\.$/mv);
	// Pulls that no source tells of are not known to be none.
	const proved = await run(prove);
	t.regex(proved.stdout, / home +- +\? +\?$/mv);
	t.true(proved.stdout.includes(`no source of pulls for ${there.host}`));
});
