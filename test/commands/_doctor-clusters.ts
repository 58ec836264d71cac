/* eslint-disable ava/no-ignored-test-files -- loaded by doctor.test.ts */
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {createClusterContent} from '../../source/demo/cluster-content.js';
import {builtInResources} from '../../source/demo/cluster-resources.js';
import {
	type EmbeddedClusterOptions,
	startEmbeddedCluster,
} from '../../source/demo/embedded-cluster.js';
import {silentHost} from '../http/_loopback.js';
import {examine, openMachine, startRegistry} from './_doctor-machine.js';

const startClusters = async (
	t: ExecutionContext,
	clusters: Readonly<Record<string, Partial<EmbeddedClusterOptions>>>,
) => {
	const machine = await openMachine(t);
	const started: Array<{name: string; server: string}> = [];
	for (const [name, options] of Object.entries(clusters)) {
		const cluster = await startEmbeddedCluster({
			content: createClusterContent(builtInResources),
			...options,
		});
		t.teardown(cluster.close);
		started.push({name, server: cluster.url});
	}

	started.push({name: 'gone', server: `http://${silentHost}`});
	await machine.write('kubeconfig', {
		apiVersion: 'v1',
		kind: 'Config',
		clusters: started.map(({name, server}) => ({name, cluster: {server}})),
		users: [{name: 'me', user: {token: 'planted-secret'}}],
		contexts: started.map(({name}) => ({
			name,
			context: {cluster: name, user: 'me'},
		})),
	});
	const {host} = await startRegistry(t);
	return {machine, host};
};

test('each cluster of the kubeconfig is reached and listed, or it is said what is missing', async t => {
	const {machine, host} = await startClusters(t, {
		prod: {},
		edge: {refuses: ({resource}) => resource.kind === 'Job'},
	});
	const {exitCode, document} = await examine(machine, 'cluster', [host]);
	t.is(exitCode, 1);
	const text = JSON.stringify(document);
	t.false(text.includes('planted-secret'));
	const only = async (name: string) =>
		examine(machine, 'cluster', [host, '--context', name]);
	const prod = await only('prod');
	t.deepEqual(prod.states, ['reachable yes', 'may list yes', 'clock yes']);
	t.regex(prod.find('may list').says, /Pods, .*CronJobs of all namespaces/);
	t.is(prod.exitCode, 0);
	const edge = await only('edge');
	t.is(edge.find('may list').state, 'no');
	t.regex(edge.find('may list').says, /^The Jobs of all namespaces of edge/);
	t.regex(edge.find('may list').remedy, /auth can-i list/);
	const gone = await only('gone');
	t.deepEqual(gone.states, ['reachable no']);
	t.regex(gone.find('reachable').says, /nothing listens at 127\.0\.0\.1:1\./);
	t.regex(gone.find('reachable').remedy, /--without-context gone/);
});

test('a cluster that is left out is not asked, and a refusal that was accepted is none', async t => {
	const {machine, host} = await startClusters(t, {
		edge: {refuses: ({resource}) => resource.kind === 'Job'},
	});
	await machine.write('settings.json', {
		registries: [],
		uses: {
			withoutContexts: ['gone'],
			accepted: [{context: 'edge', kind: 'Job', namespace: ''}],
		},
	});
	const {states, exitCode, find} = await examine(machine, 'cluster', [host]);
	t.deepEqual(states, [
		'reachable yes',
		'may list yes',
		'clock yes',
		'reachable unknown',
	]);
	t.regex(find('may list').says, /that it refuses Jobs was accepted/);
	t.is(exitCode, 0);
});

test('a kubeconfig or a file of logins that is broken is told, and the rest is looked at', async t => {
	const machine = await openMachine(t);
	const {host} = await startRegistry(t);
	await machine.write('kubeconfig', '{');
	await machine.write('config.json', 'planted-secret');
	await machine.write('settings.json', {registries: [{address: host}]});
	const {text: page} = await machine.run([]);
	t.regex(page, /^Settings\n {2}found {7}no {7}/);
	const {exitCode, text} = await machine.run(['--json']);
	t.is(exitCode, 1);
	t.true(text.includes('is not a JSON object, so no login was read.'));
	t.true(text.includes(path.join(machine.home, 'kubeconfig')));
	t.false(`${page}${text}`.includes('planted-secret'));
	const registries = await examine(machine, 'registry', []);
	t.deepEqual(registries.states, ['reachable yes', 'login no', 'clock yes']);
});
