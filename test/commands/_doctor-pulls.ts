/* eslint-disable ava/no-ignored-test-files -- loaded by doctor.test.ts */
import test from 'ava';
import {silentHost} from '../http/_loopback.js';
import {examine, openMachine, startRegistry} from './_doctor-machine.js';

test('each source of pulls is read, or it is said why it cannot be', async t => {
	const machine = await openMachine(t);
	const {host} = await startRegistry(t);
	const log = await machine.write(
		'pulls.jsonl',
		`${JSON.stringify({
			events: [
				{
					id: '1',
					timestamp: new Date().toISOString(),
					action: 'pull',
					target: {
						mediaType: 'application/vnd.oci.image.manifest.v1+json',
						digest: `sha256:${'a'.repeat(64)}`,
						repository: 'app',
						url: `http://${host}/v2/app/manifests/a`,
						tag: 'a',
					},
					request: {
						id: '1',
						host,
						method: 'GET',
						useragent: 'containerd/1.7',
					},
				},
			],
		})}\n`,
	);
	const ask = async (source: string) =>
		examine(machine, 'pulls', [host, '--pulls', source]);
	const good = await ask(`distribution-events:${log}`);
	t.deepEqual(good.states, ['may list yes']);
	t.regex(good.find('may list').says, /It tells of pulls: 1 record/);
	t.is(good.exitCode, 0);
	const missing = await ask(`distribution-events:${log}.gone`);
	t.is(missing.exitCode, 1);
	t.deepEqual(
		missing.states.map(state => state.split(' ').at(-1)),
		['no'],
	);
	const hub = await ask('docker-hub:tags');
	t.is(hub.exitCode, 0);
	t.deepEqual(hub.states, ['found unknown']);
});

test('a saved source of pulls is asked for its own registry, and one that is none is told', async t => {
	const machine = await openMachine(t);
	const {host} = await startRegistry(t);
	await machine.write('settings.json', {
		registries: [
			{address: host, pulls: [{source: 'nothing:here'}]},
			{address: silentHost, pulls: [{source: 'distribution-events:gone'}]},
		],
	});
	const here = await examine(machine, 'pulls', [host]);
	t.deepEqual(here.states, ['found unknown']);
	const settings = await examine(machine, 'settings', [host]);
	t.deepEqual(settings.states, ['found no']);
	t.regex(settings.find('found').says, /There is no kind of pulls "nothing"/);
	const all = await examine(machine, 'pulls', []);
	t.deepEqual(
		all.subjects.map(({name, source}) => [name, source]),
		[['distribution-events:gone', silentHost]],
	);
	await t.throwsAsync(machine.run([host, '--pulls', 'nothing:here']), {
		message: 'There is no kind of pulls "nothing".',
	});
});
