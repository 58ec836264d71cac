import test from 'ava';
import type {Use, UsesSource} from '../../source/evidence/use.js';
import {emptyRecord} from '../../source/oci/record.js';
import {ordinaryPhrase} from '../helpers/ordinary-phrase.js';
import {usualCare} from '../../source/plan/care.js';
import {createPlan} from '../../source/plan/create-plan.js';
import {
	findNewUse,
	liftKey,
	listBlocks,
	listOwnBlocks,
} from '../../source/plan/judge-use.js';
import type {Plan} from '../../source/plan/plan.js';
import {
	buildReading,
	digestOf,
	type Entries,
	nameOf,
} from '../helpers/build-repository.js';
import {
	buildGap,
	buildSource,
	buildUse,
	buildUseFacts,
} from '../helpers/build-uses.js';

const registry = 'registry.example:5000';
const repository = 'shop/app';
const now = Date.UTC(2026, 10, 22);
const image = `${registry}/${repository}`;

const runs = (name: string, fields: Partial<Use> = {}): Use =>
	buildUse(`${image}@${digestOf(name)}`, fields);

type Options = {
	readonly uses?: readonly Use[] | undefined;
	readonly sources?: readonly UsesSource[] | undefined;
	/** Names whose block is lifted. */
	readonly lifted?: readonly string[];
	readonly neverTouch?: readonly string[];
	/** Names of digests, each about another. */
	readonly about?: Readonly<Record<string, string>>;
	/** Whether the other repositories were seen to hold what they name. */
	readonly isHeldElsewhere?: boolean;
};

const plan = (
	marked: readonly string[],
	entries: Entries,
	{
		uses = [],
		sources,
		lifted = [],
		neverTouch = [],
		about = {},
		isHeldElsewhere = false,
	}: Options,
): Plan => {
	const reading = buildReading(repository, entries);
	const records = new Map(
		[...reading.records].map(([digest, record]) => {
			const subject = about[nameOf(digest)];
			return [
				digest,
				{
					...record,
					subject: subject === undefined ? undefined : digestOf(subject),
				},
			];
		}),
	);
	return createPlan(
		marked.map(name => ({registry, repository, digest: digestOf(name)})),
		{
			registry,
			readings: new Map([[repository, {...reading, records}]]),
			problems: new Map(),
			care: {...usualCare, neverTouch},
			uses: {
				...buildUseFacts(now, uses, sources),
				isHeldBy: () => isHeldElsewhere,
			},
			lifts: new Set(lifted.map(name => liftKey(repository, digestOf(name)))),
			now,
		},
	);
};

/** Names of steps, with `!` where a block was lifted, and names of what is blocked, with its rule. */
const outline = ({steps, blocked}: Plan) => ({
	steps: steps.map(
		({digest, isLifted}) => `${nameOf(digest)}${isLifted ? '!' : ''}`,
	),
	blocked: blocked.map(
		({digest, findings}) =>
			`${nameOf(digest)}: ${findings.map(({rule}) => rule).join(', ')}`,
	),
});

const one: Entries = {one: {tags: ['v1']}, other: {tags: ['v2']}};

for (const [role, blocks] of [
	['running', true],
	['template', true],
	['revision', true],
	['file', true],
	['finished', false],
] as const) {
	test(`safeguard 3: a ${role} use ${blocks ? 'blocks' : 'warns'}`, t => {
		const made = plan(['one'], one, {uses: [runs('one', {role})]});
		t.deepEqual(
			outline(made),
			blocks
				? {steps: [], blocked: ['one: in-use']}
				: {steps: ['one'], blocked: []},
		);
		t.deepEqual(
			made.steps.flatMap(({findings}) =>
				findings.map(({severity, rule}) => [severity, rule]),
			),
			blocks ? [] : [['warns', 'was-used']],
		);
		t.is(ordinaryPhrase(made), `delete ${blocks ? 0 : 1} from ${registry}`);
	});
}

test('a block names the strongest use, how many more there are, and what to type', t => {
	const {blocked} = plan(['one'], one, {
		uses: [
			runs('one', {role: 'file', kind: 'File', name: 'a.yaml:3', context: ''}),
			runs('one'),
			buildUse(`${image}:v1`, {name: 'api-2'}),
		],
	});
	t.is(
		blocked[0]?.findings[0]?.sentence,
		`Pod shop/api-1 (prod) runs it by its digest in container app and 2 more. To delete it all the same, type: lift ${digestOf('one').slice(7, 19)}`,
	);
});

test('a spec that names another repository, which holds the digest too, only warns', t => {
	const elsewhere = buildUse(`${registry}/copy@${digestOf('one')}`);
	t.deepEqual(
		outline(plan(['one'], one, {uses: [elsewhere], isHeldElsewhere: true})),
		{steps: ['one'], blocked: []},
	);
	t.deepEqual(
		outline(plan(['one'], one, {uses: [elsewhere], isHeldElsewhere: false})),
		{steps: [], blocked: ['one: in-use']},
	);
});

const family: Entries = {
	index: {tags: ['v1'], children: ['amd64', 'arm64']},
	amd64: {},
	arm64: {},
	signature: {tags: ['sig']},
	other: {tags: ['other']},
};
const about = {signature: 'index'};

const reaches: ReadonlyArray<
	readonly [
		title: string,
		used: string,
		marked: readonly string[],
		blocked: readonly string[],
		steps: readonly string[],
	]
> = [
	['a used index itself', 'index', ['index'], ['index: in-use'], []],
	[
		'the children of a used index',
		'index',
		['index', 'amd64'],
		['index: in-use', 'amd64: in-use'],
		[],
	],
	['the index over a used child', 'amd64', ['index'], ['index: in-use'], []],
	[
		'the sibling of a used child',
		'amd64',
		['index', 'arm64'],
		['index: in-use', 'arm64: in-use'],
		[],
	],
	[
		'the referrer of a used index',
		'index',
		['signature', 'other'],
		['signature: in-use'],
		['other'],
	],
	[
		'the referrer of the index over a used child',
		'arm64',
		['signature'],
		['signature: in-use'],
		[],
	],
	[
		'not what is about something used',
		'signature',
		['index'],
		[],
		['index', 'amd64', 'arm64'],
	],
];

for (const [title, used, marked, blocked, steps] of reaches) {
	test(`safeguard 3 reaches ${title}`, t => {
		t.deepEqual(outline(plan(marked, family, {uses: [runs(used)], about})), {
			steps,
			blocked,
		});
	});
}

test('a lift covers what the index takes along, but not a child that a use names itself', t => {
	t.deepEqual(
		outline(
			plan(['index'], family, {uses: [runs('index')], lifted: ['index']}),
		),
		{steps: ['index!', 'amd64!', 'arm64!'], blocked: []},
	);
	t.deepEqual(
		outline(
			plan(['index'], family, {uses: [runs('amd64')], lifted: ['index']}),
		),
		{steps: ['index!', 'arm64!'], blocked: []},
	);
});

test('a child that a use names itself wants a lift of its own', t => {
	const uses = [runs('amd64')];
	t.deepEqual(
		outline(plan(['index', 'amd64'], family, {uses, lifted: ['index']})),
		{steps: ['index!', 'arm64!'], blocked: ['amd64: in-use']},
	);
	t.deepEqual(
		outline(
			plan(['index', 'amd64'], family, {uses, lifted: ['index', 'amd64']}),
		),
		{steps: ['index!', 'amd64!', 'arm64!'], blocked: []},
	);
});

test('safeguard 3: a child that is about something used stays when its unused index goes', t => {
	const made = plan(
		['list'],
		{
			used: {tags: ['v1']},
			signature: {},
			list: {tags: ['list'], children: ['signature', 'free']},
			free: {},
		},
		{uses: [runs('used')], about: {signature: 'used'}},
	);
	t.deepEqual(outline(made), {steps: ['list', 'free'], blocked: []});
});

test('a child that only a finished Pod names goes along', t => {
	t.deepEqual(
		outline(
			plan(['index'], family, {uses: [runs('amd64', {role: 'finished'})]}),
		),
		{steps: ['index', 'amd64', 'arm64'], blocked: []},
	);
});

test('a shared child is lifted with whichever of its indexes was', t => {
	const made = plan(
		['free', 'used'],
		{
			free: {tags: ['1'], children: ['shared']},
			used: {tags: ['2'], children: ['shared']},
			shared: {},
		},
		{uses: [runs('used')], lifted: ['used']},
	);
	t.deepEqual(outline(made), {
		steps: ['free', 'used!', 'shared!'],
		blocked: [],
	});
	t.is(ordinaryPhrase(made), `delete 3 from ${registry}, 2 in use`);
});

test('lifts are one by one, and the phrase counts them', t => {
	const entries: Entries = {...one, third: {tags: ['v3']}};
	const uses = [runs('one'), runs('other')];
	const marked = ['one', 'other', 'third'];
	const first = plan(marked, entries, {uses, lifted: ['one']});
	t.deepEqual(outline(first), {
		steps: ['one!', 'third'],
		blocked: ['other: in-use'],
	});
	t.is(ordinaryPhrase(first), `delete 2 from ${registry}, 1 in use`);
	t.deepEqual(
		first.steps[0]?.findings.map(({severity, rule, sentence}) => [
			severity,
			rule,
			sentence,
		]),
		[
			[
				'warns',
				'in-use',
				'In use, and lifted: Pod shop/api-1 (prod) runs it by its digest in container app.',
			],
		],
	);
	t.deepEqual(first.steps[1]?.findings, []);
	const both = plan(marked, entries, {uses, lifted: ['one', 'other']});
	t.is(ordinaryPhrase(both), `delete 3 from ${registry}, 2 in use`);
});

test('a lift in another repository lifts nothing here', t => {
	const reading = buildReading(repository, one);
	const made = createPlan([{registry, repository, digest: digestOf('one')}], {
		registry,
		readings: new Map([[repository, reading]]),
		problems: new Map(),
		uses: buildUseFacts(now, [runs('one')]),
		lifts: new Set([liftKey('copy', digestOf('one'))]),
		now,
	});
	t.deepEqual(outline(made), {steps: [], blocked: ['one: in-use']});
});

test('nothing but a use can be lifted', t => {
	const lifted = ['amd64', 'other', 'vanished'];
	t.deepEqual(
		outline(
			plan(['amd64', 'other', 'vanished'], family, {
				lifted,
				neverTouch: ['*:other'],
				uses: [runs('index')],
			}),
		),
		{
			steps: [],
			blocked: [
				'other: never-touch',
				'vanished: not-there',
				'amd64: child-of-index-that-stays',
			],
		},
	);
});

test('a lift of what nothing uses is none', t => {
	const made = plan(['one'], one, {lifted: ['one']});
	t.deepEqual(outline(made), {steps: ['one'], blocked: []});
	t.is(ordinaryPhrase(made), `delete 1 from ${registry}`);
});

test('safeguard 4: what is not known warns and is in the phrase; the same reason is said once', t => {
	const made = plan(['index', 'other'], family, {
		sources: [
			buildSource({readAt: now}),
			buildSource({name: 'edge', state: 'unasked', readAt: undefined}),
		],
	});
	t.is(ordinaryPhrase(made), `delete 4 from ${registry}, 4 of unknown use`);
	t.deepEqual(made.findings, [
		{
			severity: 'warns',
			rule: 'use-unknown',
			sentence: 'Not known whether it is used: 1 of 2 contexts asked.',
		},
	]);
	t.deepEqual(
		made.steps.flatMap(({findings}) => findings),
		[],
	);
});

test('safeguard 4: different reasons are each said on their step', t => {
	const made = plan(
		['one', 'broken'],
		{...one, broken: {tags: ['v3'], problem: 'It could not be read.'}},
		{},
	);
	t.is(ordinaryPhrase(made), `delete 2 from ${registry}, 1 of unknown use`);
	t.deepEqual(made.findings, []);
	t.deepEqual(
		made.steps.map(({findings}) => findings.map(({rule}) => rule)),
		[[], ['unreadable-manifest', 'use-unknown']],
	);
});

test('safeguard 4: a single step keeps its own reason', t => {
	const made = plan(['one'], one, {sources: []});
	t.deepEqual(made.findings, []);
	t.is(
		made.steps[0]?.findings[0]?.sentence,
		'Not known whether it is used: no cluster or snapshot to ask.',
	);
	t.is(ordinaryPhrase(made), `delete 1 from ${registry}, 1 of unknown use`);
});

test('what has ended elsewhere is still not known to be unused', t => {
	const made = plan(['one'], one, {
		uses: [runs('one', {role: 'finished'})],
		sources: [buildSource({readAt: now, gaps: [buildGap()]})],
	});
	t.is(ordinaryPhrase(made), `delete 1 from ${registry}, 1 of unknown use`);
	t.deepEqual(
		made.steps[0]?.findings.map(({rule}) => rule),
		['was-used', 'use-unknown'],
	);
});

test('unknown and in use stand both in the phrase, and in a protected registry too', t => {
	const made = plan(['one', 'other'], one, {
		uses: [runs('one')],
		sources: [],
		lifted: ['one'],
	});
	t.is(
		ordinaryPhrase(made),
		`delete 2 from ${registry}, 1 of unknown use, 1 in use`,
	);
});

/** How the evidence on one digest looks to a plan made of these facts. */
const evidenceOn = (
	name: string,
	uses: readonly Use[],
	sources?: readonly UsesSource[],
) => {
	const made = plan([name], family, {uses, ...(sources && {sources})});
	const [step] = [...made.steps, ...made.blocked];
	return step?.evidence ?? {state: 'unknown' as const, why: 'no step'};
};

const gapped = [buildSource({readAt: now, gaps: [buildGap()]})];

const changes: ReadonlyArray<
	readonly [
		title: string,
		planned: Parameters<typeof findNewUse>[0],
		seen: ReturnType<typeof evidenceOn>,
		expected: RegExp | undefined,
	]
> = [
	[
		'nothing uses it, then as now',
		{evidence: evidenceOn('index', []), isLifted: false},
		evidenceOn('index', []),
		undefined,
	],
	[
		'something runs it now',
		{evidence: evidenceOn('index', []), isLifted: false},
		evidenceOn('index', [runs('index')]),
		/^it is in use now: Pod shop\/api-1 /v,
	],
	[
		'something runs a child of it now',
		{evidence: evidenceOn('index', []), isLifted: false},
		evidenceOn('index', [runs('amd64')]),
		/^it is in use now: /v,
	],
	[
		'something ran it meanwhile',
		{evidence: evidenceOn('index', []), isLifted: false},
		evidenceOn('index', [runs('index', {role: 'finished'})]),
		undefined,
	],
	[
		'no has become unknown',
		{evidence: evidenceOn('index', []), isLifted: false},
		evidenceOn('index', [], gapped),
		/^whether it is used is not known any more: /v,
	],
	[
		'unknown was agreed to',
		{evidence: evidenceOn('index', [], gapped), isLifted: false},
		evidenceOn('index', [], gapped),
		undefined,
	],
	[
		'unknown has become a use',
		{evidence: evidenceOn('index', [], gapped), isLifted: false},
		evidenceOn('index', [runs('index')], gapped),
		/^it is in use now: /v,
	],
	[
		'what was lifted still runs',
		{evidence: evidenceOn('index', [runs('index')]), isLifted: true},
		evidenceOn('index', [runs('index')]),
		undefined,
	],
	[
		'another Pod of the same workload runs what was lifted',
		{
			evidence: evidenceOn('index', [
				runs('index', {owner: {kind: 'Deployment', name: 'api'}}),
			]),
			isLifted: true,
		},
		evidenceOn('index', [
			runs('index', {name: 'api-9', owner: {kind: 'Deployment', name: 'api'}}),
		]),
		undefined,
	],
	[
		'another workload runs what was lifted',
		{evidence: evidenceOn('index', [runs('index')]), isLifted: true},
		evidenceOn('index', [runs('index'), runs('index', {name: 'web-1'})]),
		/^it is in use now: Pod shop\/web-1 /v,
	],
	[
		'the same name in another namespace runs what was lifted',
		{evidence: evidenceOn('index', [runs('index')]), isLifted: true},
		evidenceOn('index', [runs('index', {namespace: 'web'})]),
		/^it is in use now: Pod web\/api-1 /v,
	],
	[
		'the same name in another context runs what was lifted',
		{evidence: evidenceOn('index', [runs('index')]), isLifted: true},
		evidenceOn('index', [runs('index', {context: 'edge'})]),
		/^it is in use now: Pod shop\/api-1 \(edge\) /v,
	],
	[
		'besides what was lifted no has become unknown',
		{evidence: evidenceOn('index', [runs('index')]), isLifted: true},
		evidenceOn('index', [runs('index')], gapped),
		/not known any more/v,
	],
	[
		'what was shown and not lifted does not count as known',
		{evidence: evidenceOn('index', [runs('index')]), isLifted: false},
		evidenceOn('index', [runs('index')]),
		/^it is in use now: /v,
	],
];

for (const [title, planned, seen, expected] of changes) {
	test(`safeguard 6: ${title}`, t => {
		const found = findNewUse(planned, seen, listBlocks);
		if (expected) {
			t.regex(found ?? '', expected);
		} else {
			t.is(found, undefined);
		}
	});
}

test('of what is taken along only the uses that no index over it shares are new', t => {
	const planned = {evidence: evidenceOn('index', []), isLifted: false};
	const through = evidenceOn('index', [runs('amd64')]);
	t.is(findNewUse(planned, through, listOwnBlocks), undefined);
	const direct = evidenceOn('index', [buildUse(`${image}:v1`)]);
	t.regex(findNewUse(planned, direct, listOwnBlocks) ?? '', /by the tag v1/v);
});

test('by a config or an image ID a digest is named itself', t => {
	const digest = digestOf('one');
	const record = {
		...emptyRecord(digest),
		tags: ['v1'],
		state: 'loaded' as const,
		mediaType: 'application/vnd.oci.image.manifest.v1+json',
		blobs: [{digest: digestOf('config of one'), size: 1}],
	};
	for (const id of [digest, digestOf('config of one')]) {
		const {blocked} = createPlan([{registry, repository, digest}], {
			registry,
			readings: new Map([
				[
					repository,
					{
						repository,
						records: new Map([[digest, record]]),
						gaps: [],
						readAt: 0,
					},
				],
			]),
			problems: new Map(),
			uses: buildUseFacts(now, [buildUse(id, {imageId: true})]),
			lifts: new Set(),
			now,
		});
		t.is(
			listOwnBlocks(blocked[0]?.evidence ?? {state: 'unknown', why: ''}).length,
			1,
		);
	}
});
