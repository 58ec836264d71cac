import {chmod, mkdir, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {text as readStream} from 'node:stream/consumers';
import test, {type ExecutionContext} from 'ava';
import {parse, parseAllDocuments} from 'yaml';
import {createClusterContent} from '../../source/demo/cluster-content.js';
import {
	builtInResources,
	knativeResources,
	rolloutResource,
} from '../../source/demo/cluster-resources.js';
import {describeWorkload} from '../../source/demo/cluster-workloads.js';
import {
	type ClusterAccess,
	startEmbeddedCluster,
} from '../../source/demo/embedded-cluster.js';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {parseRules} from '../../source/retention/parse-rules.js';
import {createAzureRegistry} from '../helpers/azure-registry.js';
import {createGoogleRegistry} from '../helpers/google-registry.js';
import {addImages, startRegistry} from '../helpers/journey-world.js';
import {bin, homeVariables, makeHome} from '../helpers/open-program.js';

const day = 24 * 60 * 60 * 1000;
const hour = 60 * 60 * 1000;

const readme = await readFile(
	new URL('../../readme.md', import.meta.url),
	'utf8',
);

/** The block of YAML behind some words of the readme. */
const readBlock = (before: string): string => {
	const [, rest = ''] = readme.split(before);
	return /```yaml\n(?<block>.*?)```/sv.exec(rest)?.groups?.['block'] ?? '';
};

type Named = {readonly name: string; readonly value?: string};

type Workflow = {
	readonly env: Readonly<Record<string, string>>;
	readonly jobs: Readonly<
		Record<
			string,
			{readonly steps: ReadonlyArray<{name?: string; run?: string}>}
		>
	>;
};

type ClusterRole = {
	readonly rules: ReadonlyArray<{
		readonly apiGroups: readonly string[];
		readonly resources: readonly string[];
		readonly verbs: readonly string[];
	}>;
};

type CronJob = {
	readonly spec: {
		readonly jobTemplate: {
			readonly spec: {
				readonly template: {
					readonly spec: {
						readonly containers: ReadonlyArray<{
							readonly env: readonly Named[];
							readonly command: readonly string[];
							readonly args: readonly string[];
						}>;
					};
				};
			};
		};
	};
};

/** Runs a script of a recipe with the built program as `jetsam`. */
const runScript = async (
	t: ExecutionContext,
	script: string,
	{
		home,
		variables,
	}: {home: string; variables: Readonly<Record<string, string>>},
) => {
	const programs = path.join(home, 'bin');
	await mkdir(programs, {recursive: true});
	const program = path.join(programs, 'jetsam');
	await writeFile(
		program,
		`#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`,
	);
	await chmod(program, 0o755);
	const child = spawn('sh', ['-ec', script], {
		cwd: home,
		env: {
			...Object.fromEntries([
				[
					'PATH',
					[programs, path.dirname(process.execPath), process.env['PATH']].join(
						path.delimiter,
					),
				],
			]),
			...homeVariables(home),
			...variables,
		},
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	t.teardown(() => {
		child.kill('SIGKILL');
	});
	const [stdout, stderr] = await Promise.all([
		readStream(child.stdout),
		readStream(child.stderr),
		once(child, 'close'),
	]);
	return {stdout, stderr, exitCode: child.exitCode};
};

/** Contexts that run one image each, in clusters that allow only what a role says. */
const startClusters = async (
	t: ExecutionContext,
	runs: Readonly<Record<string, string>>,
	refuses: (access: ClusterAccess) => boolean = () => false,
): Promise<string> => {
	const contexts: Array<{name: string; url: string}> = [];
	for (const [name, image] of Object.entries(runs)) {
		const content = createClusterContent([
			...builtInResources,
			rolloutResource,
			...knativeResources,
		]);
		content.put(
			describeWorkload('Deployment', {
				namespace: 'shop',
				name: 'web',
				containers: [{name: 'web', image}],
				since: new Date(0),
			}),
		);
		const cluster = await startEmbeddedCluster({content, refuses});
		t.teardown(async () => cluster.close());
		contexts.push({name, url: cluster.url});
	}

	return JSON.stringify({
		apiVersion: 'v1',
		kind: 'Config',
		'current-context': contexts[0]?.name,
		clusters: contexts.map(({name, url}) => ({name, cluster: {server: url}})),
		users: [{name: 'jane', user: {}}],
		contexts: contexts.map(({name}) => ({
			name,
			context: {cluster: name, user: 'jane'},
		})),
	});
};

/** The variables of a recipe, with places of this test. */
const setUp = async (
	home: string,
	{host, kind, kubeconfig}: {host: string; kind: string; kubeconfig: string},
) => {
	const inHome = (name: string): string => path.join(home, name);
	await mkdir(inHome('jetsam'));
	await writeFile(
		inHome('jetsam/config.json'),
		JSON.stringify({registries: [{address: host, kind}]}),
	);
	await writeFile(inHome('kubeconfig'), kubeconfig);
	return Object.fromEntries([
		['REGISTRY', host],
		['STATE', inHome('state')],
		['LOGS', inHome('logs')],
		['KUBECONFIG', inHome('kubeconfig')],
	]);
};

test('the rules file in the readme is one', t => {
	const {sets, maxShare, maxDeletes} = parseRules(
		readBlock('### Rules'),
		'readme.md',
	);
	t.is(sets.length, 1);
	t.is(sets[0]?.keepNewest, 10);
	t.deepEqual([maxShare, maxDeletes], [60, 500]);
});

test('the recipe for GitHub Actions: old, not among the newest, in no cluster', async t => {
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- a wrong shape fails the test, as it should
	const {env, jobs} = parse(readBlock('<!-- recipe: actions -->')) as Workflow;
	const content = createRegistryContent();
	const digests = addImages(
		content,
		'app',
		Array.from({length: 16}, (_, index) => `v${index}`),
	);
	const google = createGoogleRegistry(content);
	for (const [index, digest] of digests.entries()) {
		const uploaded = Date.now() - (index < 2 ? 1 : 60 + index) * day;
		google.faults.fields.set(digest, {timeUploadedMs: String(uploaded)});
	}

	const {server, faults} = await startRegistry(t, {content});
	faults.intercept = google.intercept;
	const home = await makeHome(t);
	const variables = await setUp(home, {
		host: server.host,
		kind: 'google',
		kubeconfig: await startClusters(t, {
			prod: `${server.host}/app:v12`,
			staging: `${server.host}/app@${digests[13]}`,
		}),
	});
	t.true(Object.keys(env).every(name => Object.hasOwn(variables, name)));
	await mkdir(path.join(home, 'state'));
	for (const job of ['plan', 'apply']) {
		const script = jobs[job]?.steps.find(({name}) => name === job)?.run ?? '';
		const {exitCode, stderr} = await runScript(t, script, {home, variables});
		t.log(stderr);
		t.is(exitCode, 0);
	}

	const left = [...(content.repositories.get('app')?.tags.keys() ?? [])];
	t.deepEqual(
		new Set(left),
		new Set([
			...Array.from({length: 10}, (_, index) => `v${index}`),
			'v12',
			'v13',
		]),
	);
});

/** The log of so many hours before now, one file an hour, with a pull in the newest. */
const writeLogs = async (
	folder: string,
	{host, digest, hours}: {host: string; digest: string; hours: number},
): Promise<void> => {
	const now = Math.floor(Date.now() / hour) * hour;
	for (let back = 0; back <= hours; back++) {
		const time = new Date(now - back * hour).toISOString();
		const [date = '', clock = ''] = time.split('T');
		const [year, month, dayOfMonth] = date.split('-');
		const place = path.join(
			folder,
			`y=${year}/m=${month}/d=${dayOfMonth}/h=${clock.slice(0, 2)}/m=00`,
		);
		await mkdir(place, {recursive: true});
		await writeFile(
			path.join(place, 'PT1H.json'),
			`${JSON.stringify({
				time,
				category: 'ContainerRegistryRepositoryEvents',
				operationName: 'Pull',
				resultType: 'HttpStatusCode',
				resultDescription: '200',
				correlationId: `event-${back}`,
				properties: {
					tag: 'kept',
					digest: back === 0 ? digest : `sha256:${'0'.repeat(64)}`,
					mediaType: 'application/vnd.oci.image.manifest.v1+json',
					repository: back === 0 ? 'app' : 'other',
					loginServer: host,
					userAgent: 'containerd/2.1',
				},
			})}\n`,
		);
	}
};

test('the recipe for a CronJob: neither pulled nor pushed, with the least that the cluster has to allow', async t => {
	const documents = parseAllDocuments(
		readBlock('<!-- recipe: cronjob -->'),
	).map(document => {
		const value: unknown = document.toJS();
		return value;
	});
	const find = (wanted: string): unknown =>
		documents.find(
			value =>
				typeof value === 'object' &&
				value !== null &&
				'kind' in value &&
				value.kind === wanted,
		);
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- a wrong shape fails the test, as it should
	const role = find('ClusterRole') as ClusterRole;
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- as above
	const {spec} = find('CronJob') as CronJob;
	const [container] = spec.jobTemplate.spec.template.spec.containers;
	t.deepEqual(container?.command, ['sh', '-ec']);
	const asked = new Set<string>();
	const content = createRegistryContent();
	const digests = addImages(content, 'app', ['a', 'b', 'c', 'd', 'e']);
	const azure = createAzureRegistry(content);
	const {server, faults} = await startRegistry(t, {content});
	faults.intercept = azure.intercept;
	const home = await makeHome(t);
	const variables = await setUp(home, {
		host: server.host,
		kind: 'azure',
		kubeconfig: await startClusters(
			t,
			{prod: `${server.host}/app:b`},
			({verb, resource: {group, resource}}) => {
				asked.add(`${group}/${resource}`);
				return !role.rules.some(
					({apiGroups, resources, verbs}) =>
						apiGroups.includes(group) &&
						resources.includes(resource) &&
						verbs.includes(verb),
				);
			},
		),
	});
	await mkdir(path.join(home, 'state'));
	await writeLogs(path.join(home, 'logs'), {
		host: server.host,
		digest: digests[0]!,
		hours: 31 * 24,
	});
	const {exitCode, stderr} = await runScript(t, container?.args[0] ?? '', {
		home,
		variables,
	});
	t.log(stderr);
	t.is(exitCode, 0);
	t.deepEqual(
		[...(content.repositories.get('app')?.tags.keys() ?? [])].toSorted(),
		['a', 'b'],
	);
	// The role allows nothing that is not asked for.
	const allowed = role.rules.flatMap(({apiGroups, resources}) =>
		apiGroups.flatMap(group =>
			resources.map(resource => `${group}/${resource}`),
		),
	);
	t.deepEqual([...asked].toSorted(), allowed.toSorted());
});
