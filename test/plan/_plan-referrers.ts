import test from 'ava';
import {createPlan} from '../../source/plan/create-plan.js';
import {plainDeleting} from '../../source/plan/deleting.js';
import type {Plan} from '../../source/plan/plan.js';
import {
	buildReading,
	digestOf,
	type Entries,
	nameOf,
} from '../helpers/build-repository.js';
import {buildUse, buildUseFacts} from '../helpers/build-uses.js';
import {manifestMediaTypes} from '../../source/oci/manifest.js';
import type {RepositoryReading} from '../../source/world.js';
import {liftKey} from '../../source/plan/judge-use.js';

const registry = 'registry.example';
const repository = 'shop/app';

const tagOf = (name: string, ending: string): string =>
	digestOf(name).replace(':', '-') + ending;

const plan = (
	marked: readonly string[],
	entries: Entries,
	options: Partial<Parameters<typeof createPlan>[1]> = {},
): Plan =>
	createPlan(
		marked.map(name => ({registry, repository, digest: digestOf(name)})),
		{
			registry,
			readings: new Map([[repository, buildReading(repository, entries)]]),
			problems: new Map(),
			uses: buildUseFacts(0),
			lifts: new Set(),
			now: 0,
			...options,
		},
	);

const outline = ({steps, blocked}: Plan): string[] => [
	...steps.map(({digest, goesWith, findings}) =>
		[
			nameOf(digest),
			...(goesWith ? ['with', nameOf(goesWith)] : []),
			...findings.map(({rule}) => rule),
		].join(' '),
	),
	...blocked.map(
		({digest, findings}) =>
			`${nameOf(digest)} stays: ${findings.map(({rule}) => rule).join(', ')}`,
	),
];

/** The reading with a list of another media type. */
function changeType(
	reading: RepositoryReading,
	mediaType: string,
): RepositoryReading {
	const digest = digestOf('list');
	const record = {...reading.records.get(digest)!, mediaType};
	return {...reading, records: new Map(reading.records).set(digest, record)};
}

const signed: Entries = {
	sig: {tags: [tagOf('index', '.sig')]},
	sbom: {tags: [tagOf('amd64', '.sbom')]},
	list: {tags: [tagOf('index', '')], children: ['bundle']},
	bundle: {subject: 'index'},
	index: {tags: ['v1'], children: ['amd64', 'elsewhere']},
	amd64: {},
};

const rows: ReadonlyArray<
	readonly [string, readonly string[], Entries, readonly string[]]
> = [
	[
		'an index takes along what is about it and about its children, by tag and by subject, and comes before all of it',
		['index'],
		signed,
		[
			'index',
			'amd64 with index',
			'sig with index',
			'list with index',
			'bundle with index',
			'sbom with index',
		],
	],
	[
		'safeguard 2: what is about another digest too stays with that one',
		['one'],
		{
			one: {tags: ['1']},
			two: {tags: ['2']},
			both: {tags: [tagOf('one', '.sig'), tagOf('two', '.sig')]},
			third: {subject: 'two', tags: [tagOf('one', '.att')]},
		},
		['one'],
	],
	[
		'it goes with the last of them',
		['one', 'two'],
		{
			both: {tags: [tagOf('one', '.sig'), tagOf('two', '.sig')]},
			one: {tags: ['1']},
			two: {tags: ['2']},
		},
		['one', 'two', 'both with one'],
	],
	[
		'a referrer with a name of its own stays',
		['one'],
		{one: {tags: ['1']}, chart: {subject: 'one', tags: ['chart-1']}},
		['one'],
	],
	[
		'a referrer that an index needs stays',
		['one'],
		{
			one: {tags: ['1']},
			bundle: {subject: 'one'},
			keeper: {tags: ['2'], children: ['bundle']},
		},
		['one'],
	],
	[
		'referrers of referrers go too',
		['one'],
		{
			one: {tags: ['1']},
			sbom: {subject: 'one'},
			sig: {tags: [tagOf('sbom', '.sig')]},
		},
		['one', 'sbom with one', 'sig with one'],
	],
	[
		'a referrer that cannot be read stays',
		['one'],
		{
			one: {tags: ['1']},
			sig: {tags: [tagOf('one', '.sig')], problem: 'It is no manifest.'},
		},
		['one'],
	],
	[
		'a referrer alone goes with a warning that the list of referrers is written anew',
		['bundle'],
		signed,
		['bundle list-of-referrers-changes subject-stays'],
	],
	[
		'safeguard 2: a list of referrers with another tag is an index like any other, and keeps its children',
		['bundle'],
		{...signed, list: {tags: [tagOf('index', ''), 'v2'], children: ['bundle']}},
		['bundle stays: child-of-index-that-stays'],
	],
	[
		'safeguard 2: so is one that an index needs',
		['bundle'],
		{...signed, over: {tags: ['v2'], children: ['list']}},
		['bundle stays: child-of-index-that-stays'],
	],
	[
		'safeguard 2: what an index needs too stays with that one',
		['bundle'],
		{...signed, over: {tags: ['v2'], children: ['bundle']}},
		['bundle stays: list-of-referrers-stays'],
	],
	[
		'safeguard 2: and what an index needs that comes before the list',
		['bundle'],
		{over: {tags: ['v2'], children: ['bundle']}, ...signed},
		['bundle stays: child-of-index-that-stays'],
	],
	[
		'a signature alone goes with a warning',
		['sig'],
		signed,
		['sig subject-stays'],
	],
	[
		'the list of referrers alone takes its referrers along, with a warning for each',
		['list'],
		signed,
		['list subject-stays', 'bundle with list subject-stays'],
	],
	[
		'an orphaned signature can go, and says that what it is about is not to be seen',
		['sig'],
		{sig: {tags: [tagOf('vanished', '.sig')]}},
		['sig subject-not-listed'],
	],
	[
		'a marked digest below a list of referrers comes after what the list is about',
		['leaf', 'one'],
		{
			leaf: {},
			one: {tags: ['1']},
			list: {tags: [tagOf('one', '')], children: ['leaf']},
		},
		['one', 'list with one', 'leaf'],
	],
];

for (const [title, marked, entries, expected] of rows) {
	test(`referrers: ${title}`, t => {
		t.deepEqual(outline(plan(marked, entries)), expected);
	});
}

test('referrers: a step says what it is and what has to go before it', t => {
	const {steps, tagCount} = plan(['index'], signed);
	t.deepEqual(
		steps.map(({digest, artifact, about = []}) => [
			nameOf(digest),
			artifact,
			about.map(subject => nameOf(subject)),
		]),
		[
			['index', undefined, []],
			['amd64', undefined, []],
			['sig', 'signature', ['index']],
			['list', 'list of referrers', ['index']],
			['bundle', 'referrer', ['index']],
			['sbom', 'SBOM', ['amd64']],
		],
	);
	t.is(tagCount, 4);
});

test('referrers: a step names the list that is written anew before it, which is none of its indexes', t => {
	const [step] = plan(['bundle'], signed).steps;
	t.deepEqual(step?.list, {
		digest: digestOf('list'),
		tag: tagOf('index', ''),
	});
	t.deepEqual(step?.parents, []);
	const short = digestOf('index').slice(7, 19);
	t.is(
		step?.findings[0]?.sentence,
		`The list of referrers of ${short} names it, and is written anew without it first.`,
	);
});

test('referrers: nothing is written anew where the list goes, or where there is none', t => {
	const lists = [
		plan(['index'], signed),
		plan(['bundle'], {index: {tags: ['v1']}, bundle: {subject: 'index'}}),
	].flatMap(({steps}) => steps.map(({list}) => list));
	t.deepEqual([...new Set(lists)], [undefined]);
});

const unwritable: ReadonlyArray<
	readonly [string, Partial<Parameters<typeof createPlan>[1]>, string]
> = [
	[
		'the registry keeps what an old list names',
		{deleting: {...plainDeleting, removesTagsFirst: true}},
		'this registry keeps what any list names, also an old one',
	],
	[
		'neverTouch keeps its tag',
		{
			care: {
				maxShare: 50,
				isProtected: false,
				isReadOnly: false,
				neverTouch: [tagOf('index', '')],
			},
		},
		'neverTouch in the settings keeps it',
	],
	[
		'a workload names its tag',
		{
			uses: buildUseFacts(0, [
				buildUse(`${registry}/${repository}:${tagOf('index', '')}`, {
					role: 'running',
				}),
			]),
			lifts: new Set([liftKey(repository, digestOf('bundle'))]),
		},
		'it is in use itself',
	],
	[
		'it is no OCI index',
		{
			readings: new Map([
				[
					repository,
					changeType(
						buildReading(repository, signed),
						manifestMediaTypes.dockerIndex,
					),
				],
			]),
		},
		'it is no OCI index',
	],
];

for (const [title, options, why] of unwritable) {
	test(`safeguard 2: a referrer stays where its list cannot be written anew: ${title}`, t => {
		const {steps, blocked} = plan(['bundle'], signed, options);
		t.deepEqual(steps, []);
		const short = digestOf('index').slice(7, 19);
		t.is(
			blocked[0]?.findings[0]?.sentence,
			`The list of referrers of ${short} names it and cannot be written anew without it, because ${why}; mark ${short} or the list too, or keep it.`,
		);
	});
}

test('referrers: a tag that neverTouch keeps is not taken along', t => {
	const {steps} = plan(['index'], signed, {
		care: {
			maxShare: 50,
			isProtected: false,
			isReadOnly: false,
			neverTouch: ['*.sig'],
		},
	});
	t.deepEqual(
		steps.map(({digest}) => nameOf(digest)),
		['index', 'amd64', 'list', 'bundle', 'sbom'],
	);
});

test('safeguard 3: what is about a digest in use goes only with the lift of that digest', t => {
	const uses = buildUseFacts(0, [
		buildUse(`${registry}/${repository}:v1`, {role: 'running'}),
	]);
	t.deepEqual(plan(['index', 'sig'], signed, {uses}).steps, []);
	const both = plan(['index', 'sig'], signed, {
		uses,
		lifts: new Set([liftKey(repository, digestOf('index'))]),
	});
	t.deepEqual(
		both.blocked.map(({digest}) => nameOf(digest)),
		['sig'],
	);
	t.false(both.steps.some(({digest}) => nameOf(digest) === 'sig'));
	const lifted = plan(['index'], signed, {
		uses,
		lifts: new Set([liftKey(repository, digestOf('index'))]),
	});
	t.deepEqual(
		lifted.steps.map(({digest, isLifted}) => [nameOf(digest), isLifted]),
		[
			['index', true],
			['amd64', true],
			['sig', true],
			['list', true],
			['bundle', true],
			['sbom', true],
		],
	);
	t.is(lifted.phrase, `delete 6 from ${registry}, 6 in use, empty shop/app`);
});
