import process from 'node:process';
import test, {type ExecutionContext} from 'ava';
import fc from 'fast-check';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {createAzureRegistry} from '../helpers/azure-registry.js';
import {createGoogleRegistry} from '../helpers/google-registry.js';
import {createHubRegistry} from '../helpers/hub-registry.js';
import {startRegistry} from '../helpers/journey-world.js';
import type {ModelChange, ModelNode} from '../helpers/model-registry.js';
import {type ModelCase, runModel} from '../helpers/model-run.js';
import {openClient} from '../http/_loopback.js';

/* Random registries, marks, changes by others and faults; the nightly sets JETSAM_MODEL_RUNS=10000, a tenth of which each dialect runs, and JETSAM_MODEL_SEED runs again what a log names. */
const nightly = process.env['JETSAM_MODEL_RUNS'];
const usualRuns = Number(nightly ?? 300);
const dialectRuns = nightly === undefined ? 50 : Math.ceil(usualRuns / 10);
// A change is tested by the same batches each time; the nightly run draws others.
const seed = Number(
	process.env['JETSAM_MODEL_SEED'] ??
		(nightly === undefined
			? 1_539_006_145
			: Math.floor(Math.random() * 2 ** 31)),
);

const number = fc.nat({max: 7});

const node: fc.Arbitrary<ModelNode> = fc.record({
	layers: fc.uniqueArray(fc.nat({max: 5}), {minLength: 1, maxLength: 3}),
	children: fc.oneof(
		{weight: 2, arbitrary: fc.constant([])},
		{weight: 3, arbitrary: fc.array(number, {minLength: 1, maxLength: 4})},
	),
	tags: fc.nat({max: 2}),
	about: fc.oneof(
		{weight: 5, arbitrary: fc.constant('nothing' as const)},
		{
			weight: 2,
			arbitrary: fc.constantFrom(
				'a referrer',
				'three referrers',
				'a signature',
			),
		},
	),
});

const change: fc.Arbitrary<ModelChange> = fc.record({
	at: fc.constantFrom('planned', 'saving', 'waiting', 'ended', 'ended'),
	time: fc.integer({min: 1, max: 4}),
	what: fc.constantFrom(
		'move a tag',
		'add a tag',
		'remove a tag',
		'add an index',
		'delete',
		'push again',
		'write a list',
		'tag a list',
		'use',
	),
	node: number,
	other: number,
});

const cases: fc.Arbitrary<ModelCase> = fc.record({
	nodes: fc.array(node, {minLength: 3, maxLength: 8, size: 'max'}),
	marked: fc.uniqueArray(number, {minLength: 2, maxLength: 8, size: 'max'}),
	alone: fc.uniqueArray(fc.nat({max: 11}), {maxLength: 3}),
	changes: fc.array(change, {maxLength: 4, size: 'max'}),
	seed: fc.nat(),
	faults: fc.constantFrom(0, 1, 3),
	collected: fc.array(fc.nat({max: 5}), {maxLength: 2}),
});

const plain = {layers: [0], children: [], tags: 0, about: 'nothing'} as const;

/** Found by this test: an index that was pushed again after its deletion lost its child. */
const pushedAgain: ModelCase = {
	nodes: [
		{...plain, tags: 1},
		{...plain, children: [0]},
		{...plain, children: [0]},
	],
	marked: [2, 0, 1],
	alone: [],
	changes: [{at: 'ended', time: 1, what: 'push again', node: 0, other: 0}],
	seed: 0,
	faults: 0,
	collected: [],
};

/** Found by this test: a child whose index had gone was deleted although it was in use by then. */
const usedLate: ModelCase = {
	...pushedAgain,
	nodes: [plain, {...plain, children: [0], tags: 1}],
	marked: [1],
	changes: [{at: 'ended', time: 1, what: 'use', node: 0, other: 0}],
};

/** Found by this test: Azure forgets a repository with its last digest, and what had gone along was said to have failed. */
const forgotten: ModelCase = {
	...pushedAgain,
	nodes: [
		{...plain, about: 'a referrer'},
		plain,
		{...plain, children: [0], about: 'a referrer'},
	],
	marked: [1, 0, 2],
	// No tag is moved; it ages what was read.
	changes: [{at: 'ended', time: 3, what: 'move a tag', node: 0, other: 0}],
};

/** Found by this test: an index that was pushed again without a tag is in no list, and lost its child. */
const again: ModelCase = {
	...pushedAgain,
	nodes: [plain, {...plain, children: [0]}, {...plain, children: [0]}],
	marked: [2, 1],
	changes: [
		{at: 'ended', time: 1, what: 'push again', node: 0, other: 0},
		{at: 'ended', time: 1, what: 'remove a tag', node: 2, other: 0},
	],
};

/** What answers before the embedded registry does. */
const dialects = {
	azure: createAzureRegistry,
	'docker-hub': createHubRegistry,
	google: createGoogleRegistry,
};

/** Runs random batches on a registry of one kind. */
const check = async (
	t: ExecutionContext,
	{kind, runs}: {kind: keyof typeof dialects | undefined; runs: number},
): Promise<void> => {
	t.timeout(Math.max(120_000, runs * 1000));
	const content = createRegistryContent();
	const {server, faults} = await startRegistry(t, {
		content,
		...(kind === 'azure' && {dialect: {referrers: 'served'}}),
	});
	const client = openClient(server.url);
	const dialect = kind && {
		kind,
		intercept: dialects[kind](content).intercept,
	};
	const sums = {
		deleted: 0,
		otherwise: 0,
		changed: 0,
		restored: 0,
		lost: 0,
		lists: 0,
	};
	t.log(`seed ${seed}`);
	const result = await fc.check(
		fc.asyncProperty(cases, async made => {
			server.requests.length = 0;
			const {wrong, ...counted} = await runModel(
				{content, client, faults, dialect},
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
		{
			numRuns: runs,
			seed,
			examples: [[pushedAgain], [usedLate], [forgotten], [again]],
		},
	);
	t.is(
		result.failed
			? `${String(result.errorInstance)}\n${await fc.asyncDefaultReportMessage(result)}`
			: undefined,
		undefined,
	);
	// A generator that makes nothing of a kind would prove nothing.
	const told = JSON.stringify(sums);
	t.true(sums.deleted > runs, `counted: ${told}`);
	t.true(sums.otherwise > runs / 4, `counted: ${told}`);
	t.true(sums.restored > runs / 2, `counted: ${told}`);
	t.true(sums.lost > runs / 50, `counted: ${told}`);
	// Google keeps what any list names, so that none is written anew there.
	t.true(
		kind === undefined ? sums.lists > runs / 20 : sums.lists === 0,
		`counted: ${told}`,
	);
	t.log(told);
};

test(`safeguards 1, 2, 6, 7, 8: ${usualRuns} random batches among changes and faults take nothing but what was confirmed, and bring it back`, async t => {
	await check(t, {kind: undefined, runs: usualRuns});
});

test(`safeguards 1, 2, 6, 7, 8 where tags go first, as at Google: ${dialectRuns} random batches`, async t => {
	await check(t, {kind: 'google', runs: dialectRuns});
});

test(`safeguards 1, 2, 6, 7, 8 at Docker Hub, where another API removes the tags: ${dialectRuns} random batches`, async t => {
	await check(t, {kind: 'docker-hub', runs: dialectRuns});
});

test(`safeguards 1, 2, 6, 7, 8 at Azure, where referrers go along: ${dialectRuns} random batches`, async t => {
	await check(t, {kind: 'azure', runs: dialectRuns});
});
