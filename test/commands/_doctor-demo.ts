/* eslint-disable ava/no-ignored-test-files -- loaded by doctor.test.ts */
import test from 'ava';
import {examine, openMachine} from './_doctor-machine.js';

test('the demo is well, by its own clusters and logs', async t => {
	const machine = await openMachine(t);
	const clusters = await examine(machine, 'cluster', ['--demo']);
	t.is(clusters.exitCode, 0);
	t.deepEqual(
		clusters.subjects.map(({name}) => name),
		['prod', 'staging', 'edge'],
	);
	const pulls = await examine(machine, 'pulls', ['--demo']);
	t.deepEqual(pulls.states, ['may list yes', 'found unknown']);
});
