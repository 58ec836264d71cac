/* eslint-disable ava/no-ignored-test-files -- kubernetes.test.ts loads it: one process for all that need the client library */
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import test, {type ExecutionContext} from 'ava';
import {
	findContexts,
	loadKubeconfig,
	parseKubeconfigs,
} from '../../../source/uses/kubernetes/kubeconfig.js';
import {UserError} from '../../../source/user-error.js';
import {writeKubeconfig} from './_cluster.js';

const makeFolder = async (t: ExecutionContext): Promise<string> => {
	const folder = await mkdtemp(path.join(tmpdir(), 'jetsam-kubeconfig-'));
	t.teardown(async () => rm(folder, {recursive: true}));
	return folder;
};

test('contexts are told with server, namespace and which is current', async t => {
	const {contexts} = await parseKubeconfigs([
		{
			file: '/etc/kubeconfig',
			text: `
apiVersion: v1
kind: Config
current-context: staging
clusters:
- {name: one, cluster: {server: 'https://user:secret@one.example:6443/'}}
- {name: two, cluster: {server: 'https://two.example/k8s/clusters/c-1'}}
users:
- {name: jane, user: {token: abc}}
contexts:
- {name: prod, context: {cluster: one, user: jane}}
- {name: staging, context: {cluster: two, user: jane, namespace: shop}}
- {name: lost, context: {cluster: three, user: jane}}
`,
		},
	]);
	t.deepEqual(contexts, [
		{
			name: 'prod',
			server: 'https://one.example:6443',
			namespace: 'default',
			isCurrent: false,
		},
		{
			name: 'staging',
			server: 'https://two.example/k8s/clusters/c-1',
			namespace: 'shop',
			isCurrent: true,
		},
		{name: 'lost', server: '', namespace: 'default', isCurrent: false},
	]);
});

test('the files of KUBECONFIG are one; the first that names a thing wins; one that is not there is passed over', async t => {
	const folder = await makeFolder(t);
	const files = ['first', 'missing', 'second', 'empty'].map(name =>
		path.join(folder, name),
	);
	const [first = '', , second = '', empty = ''] = files;
	await writeFile(first, writeKubeconfig('https://first.example'));
	await writeFile(
		second,
		JSON.stringify({
			'current-context': 'other',
			clusters: [
				{name: 'main', cluster: {server: 'https://second.example'}},
				{name: 'more', cluster: {server: 'https://more.example'}},
			],
			contexts: [
				{name: 'prod', context: {cluster: 'more'}},
				{name: 'other', context: {cluster: 'more'}},
			],
		}),
	);
	await writeFile(empty, '\n');
	const {contexts} = await loadKubeconfig({
		kubeconfig: files.join(path.delimiter),
		home: folder,
	});
	t.deepEqual(
		contexts.map(({name, server, isCurrent}) => [name, server, isCurrent]),
		[
			['prod', 'https://first.example', true],
			['other', 'https://more.example', false],
		],
	);
});

test('the home folder is looked in where KUBECONFIG says nothing', async t => {
	const folder = await makeFolder(t);
	await mkdir(path.join(folder, '.kube'));
	await writeFile(
		path.join(folder, '.kube', 'config'),
		writeKubeconfig('https://home.example'),
	);
	const {contexts} = await loadKubeconfig({kubeconfig: '', home: folder});
	t.deepEqual(
		contexts.map(({server}) => server),
		['https://home.example'],
	);
});

test('no kubeconfig at all is no context', async t => {
	const folder = await makeFolder(t);
	const {contexts} = await loadKubeconfig({
		kubeconfig: undefined,
		home: folder,
		root: folder,
	});
	t.deepEqual(contexts, []);
});

test.serial('in a Pod its service account is the context', async t => {
	const root = await makeFolder(t);
	const account = path.join(
		root,
		'var/run/secrets/kubernetes.io/serviceaccount',
	);
	await mkdir(account, {recursive: true});
	await writeFile(path.join(account, 'token'), 'abc');
	await writeFile(path.join(account, 'namespace'), 'shop');
	process.env['KUBERNETES_SERVICE_HOST'] = '10.0.0.1';
	process.env['KUBERNETES_SERVICE_PORT'] = '443';
	t.teardown(() => {
		delete process.env['KUBERNETES_SERVICE_HOST'];
		delete process.env['KUBERNETES_SERVICE_PORT'];
	});
	const {contexts} = await loadKubeconfig({
		kubeconfig: undefined,
		home: root,
		root,
	});
	t.deepEqual(contexts, [
		{
			name: 'inClusterContext',
			server: 'https://10.0.0.1',
			namespace: 'shop',
			isCurrent: true,
		},
	]);
});

/** Kubeconfigs that do not parse, and what is said of them. */
const broken: ReadonlyArray<readonly [string, string, RegExp]> = [
	[
		'YAML that breaks off',
		'clusters:\n- name: [\nusers:\n- {name: jane, user: {token: hidden-token}}\n',
		/^The kubeconfig does not parse: \/etc\/kubeconfig, line \d+: /v,
	],
	[
		'a cluster without its server',
		'clusters:\n- name: one\n  cluster: {server: "https://a"}\n- name: two\n  cluster: {token: hidden-token}\n',
		/^The kubeconfig does not parse: \/etc\/kubeconfig, line 4: clusters\[1\]\.cluster\.server is missing\.$/v,
	],
	[
		'a text',
		'hidden-token',
		/^The kubeconfig does not parse: \/etc\/kubeconfig: it has not the shape of a kubeconfig\.$/v,
	],
	[
		'a server that is a number',
		'clusters:\n- {name: one, cluster: {server: 7}}\n',
		/^The kubeconfig does not parse: \/etc\/kubeconfig: it has not the shape of a kubeconfig\.$/v,
	],
];

for (const [title, text, says] of broken) {
	test(`${title} does not parse, and nothing of it is quoted`, async t => {
		const error = await t.throwsAsync(
			parseKubeconfigs([{text, file: '/etc/kubeconfig'}]),
			{instanceOf: UserError, message: says},
		);
		t.is(error?.exitCode, 2);
		t.notRegex(error?.sentence ?? '', /hidden-token/v);
	});
}

test('an unknown context is told with the known ones', async t => {
	const kubeconfig = await parseKubeconfigs([
		{text: writeKubeconfig('https://a.example'), file: '/etc/kubeconfig'},
	]);
	t.is(findContexts(kubeconfig, ['prod'])[0]?.server, 'https://a.example');
	const error = t.throws(() => findContexts(kubeconfig, ['prod', 'prd']), {
		instanceOf: UserError,
	});
	t.is(error?.exitCode, 2);
	t.is(
		error?.sentence,
		'There is no context prd in the kubeconfig. The contexts are: prod.',
	);
});
