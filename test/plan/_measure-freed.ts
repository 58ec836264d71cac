import test from 'ava';
import fc from 'fast-check';
import type {Digest} from '../../source/oci/digest.js';
import {measureFreed} from '../../source/plan/measure-freed.js';
import type {RepositoryReading} from '../../source/world.js';
import {
	buildReading,
	digestOf,
	type Entries,
	type Entry,
} from '../helpers/build-repository.js';

const measure = (
	repositories: Readonly<Record<string, Entries>>,
	going: Readonly<Record<string, readonly string[]>>,
	{
		isAllListed = true,
		gaps = [],
	}: {isAllListed?: boolean; gaps?: string[]} = {},
) =>
	measureFreed(
		new Map(
			Object.entries(going).map(([repository, names]) => [
				repository,
				new Set(names.map(name => digestOf(name))),
			]),
		),
		{
			readings: Object.entries(repositories).map(([name, entries]) =>
				buildReading(name, entries, {gaps}),
			),
			isAllListed,
		},
	);

const image = (layers: Record<string, number>): Entry => ({size: 1, layers});

const rows: ReadonlyArray<
	readonly [
		string,
		Readonly<Record<string, Entries>>,
		Readonly<Record<string, readonly string[]>>,
		number,
	]
> = [
	[
		'a manifest counts with its config and its layers',
		{app: {one: image({config: 10, layer: 100})}},
		{app: ['one']},
		111,
	],
	[
		'a layer that two digests share counts once when both go',
		{app: {one: image({base: 100, a: 10}), two: image({base: 100})}},
		{app: ['one', 'two']},
		112,
	],
	[
		'a layer that stays with another digest does not count',
		{app: {one: image({base: 100, a: 10}), two: image({base: 100})}},
		{app: ['one']},
		11,
	],
	[
		'a layer that another repository holds does not count',
		{app: {one: image({base: 100})}, copy: {two: image({base: 100})}},
		{app: ['one']},
		1,
	],
	[
		'a manifest that another repository holds does not count, nor what it holds',
		{app: {one: image({base: 100})}, copy: {one: image({base: 100})}},
		{app: ['one']},
		0,
	],
	[
		'it counts once when it goes from both',
		{app: {one: image({base: 100})}, copy: {one: image({base: 100})}},
		{app: ['one'], copy: ['one']},
		101,
	],
	[
		'an index is only its manifest',
		{app: {index: {size: 7, children: ['one']}, one: image({base: 100})}},
		{app: ['index']},
		7,
	],
	['nothing that goes is nothing', {app: {one: image({base: 1})}}, {}, 0],
];

for (const [title, repositories, going, bytes] of rows) {
	test(`bytes: ${title}`, t => {
		const {held, ...freed} = measure(repositories, going);
		t.deepEqual(freed, {bytes, isExact: true, unmeasured: 0});
		t.true(held >= bytes);
	});
}

test('bytes are exact only where all was listed and read', t => {
	const app = {one: image({base: 100}), two: image({})};
	const broken = {size: 1, problem: 'It could not be read.'};
	const going = {app: ['one']};
	t.true(measure({app}, going).isExact);
	t.false(measure({app}, going, {isAllListed: false}).isExact);
	t.false(measure({app}, going, {gaps: ['v2 could not be read.']}).isExact);
	t.false(measure({app: {...app, broken}}, going).isExact);
	t.deepEqual(measure({app: {...app, broken}}, {app: ['one', 'broken']}), {
		bytes: 101,
		held: 101,
		isExact: false,
		unmeasured: 1,
	});
	t.like(measure({app}, {app: ['vanished']}), {unmeasured: 1, isExact: false});
});

/** What garbage collection would do: sweep, from a storage with one copy of each content, what no remaining manifest reaches. */
const sweep = (
	readings: readonly RepositoryReading[],
	going: ReadonlyMap<string, ReadonlySet<Digest>>,
): number => {
	const storage = new Map<Digest, number>();
	const reached = new Set<Digest>();
	for (const {repository, records} of readings) {
		for (const {digest, manifestSize, blobs} of records.values()) {
			const contents = [{digest, size: manifestSize}, ...blobs];
			for (const content of contents) {
				storage.set(content.digest, content.size);
				if (!going.get(repository)?.has(digest)) {
					reached.add(content.digest);
				}
			}
		}
	}

	return [...storage]
		.filter(([digest]) => !reached.has(digest))
		.reduce((sum, [, size]) => sum + size, 0);
};

const node = fc.record({
	layers: fc.array(fc.nat({max: 9}), {maxLength: 5}),
	repositories: fc.subarray(['a', 'b', 'c'], {minLength: 1}),
	goesFrom: fc.subarray(['a', 'b', 'c']),
});

const nameLayers = (layers: readonly number[]): Record<string, number> =>
	Object.fromEntries(layers.map(layer => [layer, 1 + layer * layer]));

const buildNodes = (
	repository: string,
	nodes: ReadonlyArray<readonly [number, {readonly layers: readonly number[]}]>,
): RepositoryReading =>
	buildReading(
		repository,
		Object.fromEntries(
			nodes.map(([index, {layers}]) => [
				`node ${index}`,
				{size: 1000 + index, layers: nameLayers(layers)},
			]),
		),
	);

test('bytes are what a sweep of the storage frees, and never less where less is listed', t => {
	fc.assert(
		fc.property(fc.array(node, {minLength: 1, maxLength: 12}), nodes => {
			const going = new Map<string, Set<Digest>>();
			const readings = ['a', 'b', 'c'].map(repository => {
				const mine = [...nodes.entries()].filter(([, {repositories}]) =>
					repositories.includes(repository),
				);
				going.set(
					repository,
					new Set(
						mine
							.filter(([, {goesFrom}]) => goesFrom.includes(repository))
							.map(([index]) => digestOf(`node ${index}`)),
					),
				);
				return buildNodes(repository, mine);
			});
			const truth = sweep(readings, going);
			const whole = measureFreed(going, {readings, isAllListed: true});
			t.like(whole, {bytes: truth, isExact: true, unmeasured: 0});
			t.true(whole.held >= truth);
			// The reading of a repository without anything that goes may be missing.
			const part = readings.filter(
				({repository}) => (going.get(repository)?.size ?? 0) > 0,
			);
			const atMost = measureFreed(going, {readings: part, isAllListed: false});
			t.true(atMost.bytes >= truth);
			t.false(atMost.isExact);
		}),
		{numRuns: 300},
	);
});
