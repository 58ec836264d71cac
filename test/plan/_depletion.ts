import test from 'ava';
import {
	describeDepletion,
	findDepletion,
	spellDepletions,
} from '../../source/plan/depletion.js';
import {
	buildReading,
	digestOf,
	type Entries,
} from '../helpers/build-repository.js';

const signature = `sha256-${'a'.repeat(64)}.sig`;

const four: Entries = {
	one: {tags: ['1']},
	two: {tags: ['2']},
	three: {},
	four: {},
};

const withIndex: Entries = {
	index: {tags: ['1'], children: ['amd64', 'arm64']},
	amd64: {},
	arm64: {},
	signature: {tags: [signature]},
};

type Row = {
	readonly title: string;
	readonly entries: Entries;
	readonly going: readonly string[];
	readonly maxShare?: number;
	/** What goes of how many; left out where the ordinary phrase is enough. */
	readonly found?: readonly [going: number, total: number];
};

const rows: readonly Row[] = [
	{title: 'half is not more than half', entries: four, going: ['one', 'four']},
	{
		title: 'three of four',
		entries: four,
		going: ['one', 'two', 'three'],
		found: [3, 4],
	},
	{
		title: 'a share of 80 % lets three of four go',
		entries: four,
		going: ['one', 'two', 'three'],
		maxShare: 80,
	},
	{
		title: 'a share of 0 % asks for every digest',
		entries: four,
		going: ['one'],
		maxShare: 0,
		found: [1, 4],
	},
	{
		title: 'no share lets a repository be emptied',
		entries: four,
		going: ['one', 'two', 'three', 'four'],
		maxShare: 100,
		found: [4, 4],
	},
	{
		title: 'one digest, the last',
		entries: {one: {}},
		going: ['one'],
		maxShare: 100,
		found: [1, 1],
	},
	{
		title: 'children and signatures that stay are nothing of its own',
		entries: withIndex,
		going: ['index'],
		maxShare: 100,
		found: [1, 1],
	},
	{
		title: 'children and signatures that go are not counted',
		entries: {...withIndex, other: {}},
		going: ['index', 'amd64', 'arm64', 'signature'],
	},
	{
		title: 'only signatures go',
		entries: withIndex,
		going: ['signature'],
		maxShare: 0,
	},
	{
		title: 'a tag besides that of a signature makes a digest count',
		entries: {one: {tags: [signature, 'v1']}, two: {}, three: {}},
		going: ['one', 'two'],
		found: [2, 3],
	},
	{
		title: 'a repository of signatures alone is counted by them',
		entries: {signature: {tags: [signature]}},
		going: ['signature'],
		found: [1, 1],
	},
	{
		title: 'attestations without their index are nothing of its own',
		entries: {
			one: {tags: ['1']},
			two: {},
			first: {platforms: ['unknown/unknown']},
			second: {platforms: ['unknown/unknown']},
		},
		going: ['one', 'two'],
		maxShare: 100,
		found: [2, 2],
	},
	{title: 'nothing goes', entries: four, going: [], maxShare: 0},
];

for (const {title, entries, going, maxShare = 50, found} of rows) {
	test(`safeguard 9: ${title}`, t => {
		const depletion = findDepletion(
			going.map(name => digestOf(name)),
			{reading: buildReading('shop/api', entries), maxShare},
		);
		t.deepEqual(depletion && [depletion.going, depletion.total], found);
	});
}

const of = (repository: string, going: number, total: number) => ({
	repository,
	going,
	total,
});

test('safeguard 9: the words name up to two repositories and count more', t => {
	t.deepEqual(spellDepletions([]), []);
	t.deepEqual(spellDepletions([of('a', 3, 3), of('b', 12, 14)]), [
		'empty a',
		'12 of 14 from b',
	]);
	t.deepEqual(
		spellDepletions([
			...['a', 'b', 'c'].map(name => of(name, 2, 2)),
			...['d', 'e', 'f'].map(name => of(name, 3, 4)),
		]),
		['empty 3 repositories', '9 of 12 from 3 repositories'],
	);
});

test('safeguard 9: the review says how many of how many', t => {
	t.regex(describeDepletion(of('a', 3, 3)), /^a would be left empty: all 3/v);
	t.regex(describeDepletion(of('a', 3, 4)), /^3 of 4 digests of a would go/v);
});
