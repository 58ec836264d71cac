import process from 'node:process';
import test from 'ava';
import fc from 'fast-check';
import {startFaultyProxy} from '../helpers/faulty-proxy.js';
import type {ModelNode} from '../helpers/model-registry.js';
import {
	type RealCase,
	type RealChange,
	runRealModel,
} from '../helpers/real-model.js';
import {findRealRegistry, startRealRegistry} from '../helpers/real-registry.js';
import {skip} from '../http/_loopback.js';

/* As in test/plan/model.test.ts, on a real registry. Each run pushes some fifty requests through it, so that the nightly makes a twentieth of its runs here. */
const nightly = process.env['JETSAM_MODEL_RUNS'];
const runs = nightly === undefined ? 10 : Math.ceil(Number(nightly) / 20);
const seed = Number(
	process.env['JETSAM_MODEL_SEED'] ??
		(nightly === undefined
			? 1_128_071_503
			: Math.floor(Math.random() * 2 ** 31)),
);

const number = fc.nat({max: 5});

const node: fc.Arbitrary<ModelNode> = fc.record({
	layers: fc.constant([0]),
	children: fc.oneof(
		{weight: 2, arbitrary: fc.constant([])},
		{weight: 2, arbitrary: fc.array(number, {minLength: 1, maxLength: 3})},
	),
	tags: fc.nat({max: 2}),
	about: fc.oneof(
		{weight: 4, arbitrary: fc.constant('nothing' as const)},
		{weight: 2, arbitrary: fc.constantFrom('a referrer', 'a signature')},
	),
});

const change: fc.Arbitrary<RealChange> = fc.record({
	at: fc.constantFrom('planned', 'saving'),
	time: fc.integer({min: 1, max: 2}),
	what: fc.constantFrom(
		'move a tag',
		'add a tag',
		'add an index',
		'delete',
		'use',
	),
	node: number,
	other: number,
});

const cases: fc.Arbitrary<RealCase> = fc.record({
	nodes: fc.array(node, {minLength: 3, maxLength: 6}),
	marked: fc.uniqueArray(number, {minLength: 1, maxLength: 4}),
	changes: fc.array(change, {minLength: 1, maxLength: 3}),
	seed: fc.nat(),
	faults: fc.constantFrom(0, 2, 4),
});

test(`safeguards 1, 2, 6, 7, 8 on a real registry behind a proxy that fails: ${runs} random batches take nothing but what was confirmed, and bring it back`, async t => {
	if (!findRealRegistry()) {
		skip(t, 'there is no docker-registry on this machine');
		return;
	}

	t.timeout(Math.max(120_000, runs * 10_000));
	const registry = await startRealRegistry({deletes: true});
	t.teardown(registry.stop);
	const proxy = await startFaultyProxy(t, registry.url);
	const sums = {deleted: 0, otherwise: 0, changed: 0, restored: 0, faults: 0};
	let run = 0;
	t.log(`seed ${seed}`);
	const result = await fc.check(
		fc.asyncProperty(cases, async made => {
			run++;
			const {wrong, ...counted} = await runRealModel(
				{registry, proxy},
				`run-${run}/app`,
				made,
			);
			for (const [name, count] of Object.entries(counted)) {
				// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the names of one object
				sums[name as keyof typeof sums] += count;
			}

			if (wrong.length > 0) {
				throw new Error(wrong.join('\n'));
			}
		}),
		{numRuns: runs, seed, endOnFailure: nightly === undefined},
	);
	t.is(
		result.failed
			? `${String(result.errorInstance)}\n${await fc.asyncDefaultReportMessage(result)}`
			: undefined,
		undefined,
	);
	// A generator that makes nothing of a kind would prove nothing.
	const told = JSON.stringify(sums);
	t.true(sums.deleted > runs / 2, `counted: ${told}`);
	t.true(sums.changed > runs / 4, `counted: ${told}`);
	t.true(sums.otherwise > runs / 5, `counted: ${told}`);
	t.true(sums.restored > runs / 2, `counted: ${told}`);
	t.true(sums.faults > runs / 2, `counted: ${told}`);
	t.log(told);
});
