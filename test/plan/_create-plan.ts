import test from 'ava';
import {buildUseFacts} from '../helpers/build-uses.js';
import {usualCare} from '../../source/plan/care.js';
import {createPlan} from '../../source/plan/create-plan.js';
import type {Plan} from '../../source/plan/plan.js';
import type {RepositoryReading} from '../../source/world.js';
import {
	buildReading,
	digestOf,
	type Entries,
	nameOf,
	namesOf,
} from '../helpers/build-repository.js';

const registry = 'registry.example:5000';
const now = Date.UTC(2026, 10, 22);

const mark = (repository: string, name: string) => ({
	registry,
	repository,
	digest: digestOf(name),
});

const planReadings = (
	marks: Parameters<typeof createPlan>[0],
	readings: readonly RepositoryReading[],
	problems: ReadonlyMap<string, string> = new Map(),
): Plan =>
	createPlan(marks, {
		registry,
		readings: new Map(readings.map(reading => [reading.repository, reading])),
		problems,
		uses: buildUseFacts(now),
		lifts: new Set(),
		care: usualCare,
		now,
	});

/** The plan for marks in a single repository. */
const plan = (marked: readonly string[], entries: Entries): Plan =>
	planReadings(
		marked.map(name => mark('shop/app', name)),
		[buildReading('shop/app', entries)],
	);

/** Names of steps, with the one that takes them along, and names of what is blocked, with its rule. */
const outline = ({steps, blocked}: Plan) => ({
	steps: steps.map(({digest, goesWith}) =>
		[nameOf(digest), ...(goesWith ? [nameOf(goesWith)] : [])].join(' with '),
	),
	blocked: blocked.map(
		({digest, findings}) =>
			`${nameOf(digest)}: ${findings.map(({rule}) => rule).join(', ')}`,
	),
});

type Row = {
	title: string;
	entries: Entries;
	marked: readonly string[];
	steps: readonly string[];
	blocked?: readonly string[];
};

const rows: readonly Row[] = [
	{
		title: 'marked images are the steps, the others stay',
		entries: {one: {tags: ['1']}, two: {tags: ['2']}, three: {tags: ['3']}},
		marked: ['three', 'one'],
		steps: ['three', 'one'],
	},
	{
		title: 'a digest marked twice is one step',
		entries: {one: {tags: ['1']}},
		marked: ['one', 'one'],
		steps: ['one'],
	},
	{
		title: 'safeguard 2: a child of an index that stays is blocked',
		entries: {
			index: {tags: ['v1'], children: ['amd64', 'arm64']},
			amd64: {},
			arm64: {},
		},
		marked: ['amd64'],
		steps: [],
		blocked: ['amd64: child-of-index-that-stays'],
	},
	{
		title: 'safeguard 2: a tagged child of an index that stays is blocked too',
		entries: {
			index: {tags: ['v1'], children: ['amd64']},
			amd64: {tags: ['v1-amd64']},
		},
		marked: ['amd64'],
		steps: [],
		blocked: ['amd64: child-of-index-that-stays'],
	},
	{
		title: 'an index takes its untagged children along and comes before them',
		entries: {
			amd64: {},
			arm64: {},
			index: {tags: ['v1'], children: ['amd64', 'arm64']},
			other: {tags: ['other']},
		},
		marked: ['index'],
		steps: ['index', 'amd64 with index', 'arm64 with index'],
	},
	{
		title: 'a tagged child stays when its index goes',
		entries: {
			index: {tags: ['v1'], children: ['amd64', 'arm64']},
			amd64: {tags: ['v1-amd64']},
			arm64: {},
		},
		marked: ['index'],
		steps: ['index', 'arm64 with index'],
	},
	{
		title: 'a tagged child goes when it is marked with its index',
		entries: {
			index: {tags: ['v1'], children: ['amd64', 'arm64']},
			amd64: {tags: ['v1-amd64']},
			arm64: {},
		},
		marked: ['amd64', 'index'],
		steps: ['index', 'amd64', 'arm64 with index'],
	},
	{
		title: 'a marked child under a marked index was marked itself',
		entries: {
			index: {tags: ['v1'], children: ['amd64', 'arm64']},
			amd64: {},
			arm64: {},
		},
		marked: ['amd64', 'index'],
		steps: ['index', 'amd64', 'arm64 with index'],
	},
	{
		title: 'safeguard 2: a child that another index needs stays',
		entries: {
			old: {tags: ['v1'], children: ['shared', 'own']},
			new: {tags: ['v2'], children: ['shared']},
			shared: {},
			own: {},
		},
		marked: ['old'],
		steps: ['old', 'own with old'],
	},
	{
		title: 'a child of two indexes goes after both',
		entries: {
			shared: {},
			old: {tags: ['v1'], children: ['shared']},
			new: {tags: ['v2'], children: ['shared']},
		},
		marked: ['old', 'new'],
		steps: ['old', 'new', 'shared with old'],
	},
	{
		title: 'indexes in indexes go from the top, all with the marked one',
		entries: {
			leaf: {},
			inner: {children: ['leaf']},
			outer: {tags: ['v1'], children: ['inner', 'other']},
			other: {},
		},
		marked: ['outer'],
		steps: ['outer', 'inner with outer', 'other with outer', 'leaf with outer'],
	},
	{
		title: 'safeguard 2: a tagged index in the middle keeps what is below it',
		entries: {
			leaf: {},
			inner: {tags: ['inner'], children: ['leaf']},
			outer: {tags: ['v1'], children: ['inner']},
		},
		marked: ['outer'],
		steps: ['outer'],
	},
	{
		title: 'a leaf that hangs on an outer and an inner index goes last',
		entries: {
			leaf: {},
			inner: {children: ['leaf']},
			outer: {tags: ['v1'], children: ['leaf', 'inner']},
		},
		marked: ['outer'],
		steps: ['outer', 'inner with outer', 'leaf with outer'],
	},
	{
		title: 'a marked child may go when the index between is only taken along',
		entries: {
			leaf: {tags: ['leaf']},
			inner: {children: ['leaf']},
			outer: {tags: ['v1'], children: ['inner']},
		},
		marked: ['leaf', 'outer'],
		steps: ['outer', 'inner with outer', 'leaf'],
	},
	{
		title: 'safeguard 2: blocking one blocks what hangs on it',
		entries: {
			top: {tags: ['v1'], children: ['middle']},
			middle: {tags: ['middle'], children: ['leaf', 'spare']},
			leaf: {tags: ['leaf']},
			spare: {},
			free: {tags: ['free']},
		},
		marked: ['leaf', 'middle', 'free'],
		steps: ['free'],
		blocked: [
			'middle: child-of-index-that-stays',
			'leaf: child-of-index-that-stays',
		],
	},
	{
		title: 'safeguard 2: a child of an index that goes and one that is blocked',
		entries: {
			top: {tags: ['top'], children: ['held']},
			held: {tags: ['held'], children: ['shared']},
			going: {tags: ['going'], children: ['shared', 'own']},
			shared: {},
			own: {},
		},
		marked: ['going', 'held', 'shared'],
		steps: ['going', 'own with going'],
		blocked: [
			'held: child-of-index-that-stays',
			'shared: child-of-index-that-stays',
		],
	},
	{
		title: 'a digest that is not there any more is blocked, the others go',
		entries: {one: {tags: ['1']}},
		marked: ['vanished', 'one'],
		steps: ['one'],
		blocked: ['vanished: not-there'],
	},
	{
		title: 'a child that was never pushed is no step',
		entries: {index: {tags: ['v1'], children: ['missing', 'amd64']}, amd64: {}},
		marked: ['index'],
		steps: ['index', 'amd64 with index'],
	},
	{
		title: 'a loop of indexes ends',
		entries: {
			one: {tags: ['1'], children: ['two', 'leaf']},
			two: {children: ['one']},
			leaf: {},
		},
		marked: ['one'],
		steps: ['two with one', 'one', 'leaf with one'],
	},
	{
		title: 'an index that names itself is not taken along',
		entries: {
			one: {tags: ['1'], children: ['self', 'leaf']},
			self: {children: ['self']},
			leaf: {},
		},
		marked: ['one'],
		steps: ['one', 'leaf with one'],
	},
	{
		title:
			'safeguard 2: a loop through an index that stays keeps what is marked',
		entries: {
			one: {tags: ['1'], children: ['two']},
			two: {children: ['self']},
			self: {children: ['one', 'self']},
		},
		marked: ['one'],
		steps: [],
		blocked: ['one: child-of-index-that-stays'],
	},
	{
		title: 'a loop that another index needs stays whole',
		entries: {
			keeper: {tags: ['v1'], children: ['two']},
			one: {tags: ['1'], children: ['two']},
			two: {tags: ['2'], children: ['one']},
		},
		marked: ['one', 'two'],
		steps: [],
		blocked: [
			'two: child-of-index-that-stays',
			'one: child-of-index-that-stays',
		],
	},
];

for (const {title, entries, marked, steps, blocked = []} of rows) {
	test(title, t => {
		t.deepEqual(outline(plan(marked, entries)), {steps, blocked});
	});
}

test('a blocked child tells which index stays and by which tags it is known', t => {
	const {blocked} = plan(['amd64'], {
		index: {tags: ['v1', 'v1.2', 'latest', 'stable'], children: ['amd64']},
		amd64: {tags: ['v1-amd64']},
	});
	const short = digestOf('index').slice(7, 19);
	t.like(blocked[0], {
		tags: ['v1-amd64'],
		parents: [digestOf('index')],
		findings: [
			{
				severity: 'blocks',
				rule: 'child-of-index-that-stays',
				sentence: `The index ${short} v1 v1.2 latest stays and needs it; mark the index too, or keep both.`,
			},
		],
	});
});

test('safeguard 1: a step lists every tag that goes with the digest', t => {
	const {steps, tagCount} = plan(['one', 'index'], {
		one: {tags: ['1', '1.2', 'latest']},
		index: {tags: ['v1'], children: ['amd64']},
		amd64: {},
		other: {tags: ['other']},
	});
	t.deepEqual(
		steps.map(({tags}) => tags),
		[['1', '1.2', 'latest'], ['v1'], []],
	);
	t.is(tagCount, 4);
});

test('a step says what it relies on', t => {
	const {steps} = plan(['index'], {
		index: {tags: ['v1'], children: ['amd64']},
		amd64: {},
	});
	t.deepEqual(steps[1], {
		registry,
		repository: 'shop/app',
		digest: digestOf('amd64'),
		tags: [],
		mediaType: 'application/vnd.oci.image.manifest.v1+json',
		size: 100,
		platforms: [],
		goesWith: digestOf('index'),
		parents: [digestOf('index')],
		findings: [],
		evidence: {state: 'no', lookedIn: ['prod'], at: now},
		isLifted: false,
	});
});

test('a manifest that could not be read warns', t => {
	const {steps, blocked} = plan(['broken'], {
		broken: {tags: ['1'], problem: 'The manifest could not be read: 500.'},
	});
	t.deepEqual(blocked, []);
	t.deepEqual(steps[0]?.findings, [
		{
			severity: 'warns',
			rule: 'unreadable-manifest',
			sentence: 'The manifest could not be read: 500.',
		},
		{
			severity: 'warns',
			rule: 'use-unknown',
			sentence: 'Not known whether it is used: its manifest could not be read.',
		},
	]);
});

test('safeguard 2: a gap keeps everything in its repository, and nothing elsewhere', t => {
	const gap = 'What shop/app:v9 means could not be read.';
	const result = planReadings(
		[
			mark('shop/app', 'one'),
			mark('shop/app', 'vanished'),
			mark('shop/web', 'web'),
		],
		[
			buildReading('shop/app', {one: {tags: ['1']}}, {gaps: [gap, 'Another.']}),
			buildReading('shop/web', {web: {tags: ['1']}}),
		],
	);
	t.deepEqual(outline(result), {
		steps: ['web'],
		blocked: ['one: reading-has-gaps', 'vanished: reading-has-gaps'],
	});
	t.is(
		result.blocked[0]?.findings[0]?.sentence,
		`${gap} Nothing in this repository goes until it can be read.`,
	);
});

test('safeguard 2: a repository that could not be read keeps everything, and says why', t => {
	const result = planReadings(
		[mark('shop/app', 'one'), mark('shop/web', 'web'), mark('shop/new', 'new')],
		[buildReading('shop/web', {web: {tags: ['1']}})],
		new Map([['shop/app', 'The registry answered 502.']]),
	);
	t.deepEqual(outline(result), {
		steps: ['web'],
		blocked: ['one: reading-has-gaps', 'new: reading-has-gaps'],
	});
	t.regex(
		result.blocked[0]?.findings[0]?.sentence ?? '',
		/^shop\/app could not be read .*: The registry answered 502\. /v,
	);
	t.regex(
		result.blocked[1]?.findings[0]?.sentence ?? '',
		/^shop\/new could not be read .*: it was not asked\. /v,
	);
});

test('repositories follow each other by name, marks keep their order', t => {
	const result = planReadings(
		[
			mark('shop/web', 'web2'),
			mark('shop/app', 'one'),
			mark('shop/web', 'web1'),
		],
		[
			buildReading('shop/app', {one: {tags: ['1']}}),
			buildReading('shop/web', {web1: {tags: ['1']}, web2: {tags: ['2']}}),
		],
	);
	t.deepEqual(
		result.steps.map(({repository, digest}) => [repository, nameOf(digest)]),
		[
			['shop/app', 'one'],
			['shop/web', 'web2'],
			['shop/web', 'web1'],
		],
	);
});

test('safeguard 2: an index protects in its own repository only, and the same digest elsewhere is another step', t => {
	const entries = {index: {tags: ['v1'], children: ['amd64']}, amd64: {}};
	const result = planReadings(
		[mark('copy', 'amd64'), mark('shop/app', 'amd64')],
		[
			buildReading('copy', {amd64: {tags: ['v1']}}),
			buildReading('shop/app', entries),
		],
	);
	t.deepEqual(
		result.steps.map(({repository}) => repository),
		['copy'],
	);
	t.deepEqual(
		result.blocked.map(({repository}) => repository),
		['shop/app'],
	);
});

test('marks in another registry are left out', t => {
	const elsewhere = {...mark('shop/app', 'one'), registry: 'other.example'};
	const result = planReadings(
		[elsewhere, mark('shop/app', 'two')],
		[buildReading('shop/app', {one: {tags: ['1']}, two: {tags: ['2']}})],
	);
	t.is(result.registry, registry);
	t.deepEqual(outline(result), {steps: ['two'], blocked: []});
	t.is(result.phrase, `delete 1 from ${registry}`);
});

test('the phrase counts all that goes, also what is taken along, and nothing that is blocked', t => {
	const result = plan(['index', 'held', 'vanished'], {
		index: {tags: ['v1'], children: ['amd64', 'arm64']},
		amd64: {},
		arm64: {},
		keeper: {tags: ['v2'], children: ['held']},
		held: {},
	});
	t.is(result.phrase, `delete 3 from ${registry}`);
	t.is(result.blocked.length, 2);
	t.is(result.createdAt, now);
});

test('no marks make an empty plan', t => {
	t.like(planReadings([], []), {steps: [], blocked: [], bytesAtMost: 0});
});

const sizes: ReadonlyArray<
	readonly [string, readonly string[], Entries, number]
> = [
	[
		'an index counts with its children',
		['index'],
		{index: {tags: ['1'], children: ['amd64', 'arm64']}, amd64: {}, arm64: {}},
		210,
	],
	[
		'a child that is marked beside its index counts once',
		['index', 'amd64'],
		{index: {tags: ['1'], children: ['amd64']}, amd64: {}},
		110,
	],
	[
		'a child of two indexes counts once',
		['old', 'new'],
		{
			old: {tags: ['1'], children: ['shared']},
			new: {tags: ['2'], children: ['shared']},
			shared: {},
		},
		120,
	],
	[
		'a child that stays does not count',
		['index'],
		{index: {tags: ['1'], children: ['amd64']}, amd64: {tags: ['amd64']}},
		10,
	],
	[
		'indexes in indexes count once each',
		['outer'],
		{
			outer: {tags: ['1'], children: ['inner', 'missing']},
			inner: {children: ['leaf']},
			leaf: {},
		},
		120,
	],
	[
		'what is blocked or could not be read does not count',
		['held', 'broken', 'one'],
		{
			keeper: {tags: ['1'], children: ['held']},
			held: {},
			broken: {tags: ['2'], problem: 'The manifest could not be read.'},
			one: {tags: ['3']},
		},
		100,
	],
];

for (const [title, marked, entries, bytes] of sizes) {
	test(`bytes: ${title}`, t => {
		t.is(plan(marked, entries).bytesAtMost, bytes);
	});
}

test('a plan does not change the marks or the readings', t => {
	const entries = {index: {tags: ['v1'], children: ['amd64']}, amd64: {}};
	const marks = Object.freeze([mark('shop/app', 'index')]);
	const reading = buildReading('shop/app', entries);
	planReadings(marks, [reading]);
	t.deepEqual(reading, buildReading('shop/app', entries));
	t.deepEqual(namesOf(planReadings(marks, [reading]).steps), [
		'index',
		'amd64',
	]);
});

test('a protected registry has a phrase of its own', t => {
	const {phrase} = createPlan([mark('shop/app', 'one')], {
		registry,
		readings: new Map([
			['shop/app', buildReading('shop/app', {one: {tags: ['1']}})],
		]),
		problems: new Map(),
		uses: buildUseFacts(now),
		lifts: new Set(),
		care: {...usualCare, isProtected: true},
		now,
	});
	t.is(phrase, `delete 1 from protected ${registry}, empty shop/app`);
});

for (const [pattern, kept] of [
	['shop/app', ['index', 'plain']],
	['shop/*', ['index', 'plain']],
	['prod-*', ['index']],
	['shop/app:prod-1', ['index']],
	['*:prod-1', ['index']],
	['prod', []],
	['shop', []],
	['shop.app', []],
	['shop/web', []],
] as const) {
	test(`never touched by ${pattern}: ${kept.join(' and ') || 'nothing'}`, t => {
		const {steps, blocked} = createPlan(
			[
				mark('shop/app', 'index'),
				mark('shop/app', 'amd64'),
				mark('shop/app', 'plain'),
			],
			{
				registry,
				readings: new Map([
					[
						'shop/app',
						buildReading('shop/app', {
							index: {tags: ['prod-1'], children: ['amd64']},
							amd64: {},
							plain: {tags: ['dev']},
						}),
					],
				]),
				problems: new Map(),
				uses: buildUseFacts(now),
				lifts: new Set(),
				care: {...usualCare, neverTouch: [pattern]},
				now,
			},
		);
		const stays: readonly string[] = kept;
		// What is kept keeps its children.
		t.deepEqual(
			namesOf(steps),
			['index', 'amd64', 'plain'].filter(
				name => !stays.includes(name === 'amd64' ? 'index' : name),
			),
		);
		t.deepEqual(
			blocked
				.filter(({findings}) => findings[0]?.rule === 'never-touch')
				.map(({digest}) => nameOf(digest))
				.filter(name => name !== 'amd64'),
			stays,
		);
	});
}
