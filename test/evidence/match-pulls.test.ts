import test from 'ava';
import {badLines} from '../../source/evidence/judge-pull-sources.js';
import {
	matchPulls,
	type MatchPullsOptions,
	type RepositoryPulls,
} from '../../source/evidence/match-pulls.js';
import type {MatchedRepository} from '../../source/evidence/match-uses.js';
import {bucketDays} from '../../source/evidence/pull-history.js';
import {dayLength, dayOf} from '../../source/evidence/pull-window.js';
import type {
	PullEvidence,
	PullGap,
	PullSource,
	PullTally,
} from '../../source/evidence/pull.js';
import type {Digest} from '../../source/oci/digest.js';
import type {DigestRecord} from '../../source/oci/record.js';
import {buildPullSource, buildTally} from '../helpers/build-pulls.js';
import {
	buildReading,
	digestOf,
	type Entries,
	nameOf,
} from '../helpers/build-repository.js';

const host = 'registry.test';
const repository = 'app';
const now = Date.parse('2026-03-01T12:00:00Z');
const today = dayOf(now);
const hour = 60 * 60 * 1000;
const minute = 60 * 1000;
const ago = (days: number): number => now - days * dayLength;

const options: MatchPullsOptions = {accepted: [], windowDays: 30, now};

/** One that saw everything for longer than the window. */
const proof = buildPullSource({covers: {from: ago(100), to: now}});
const mute = buildPullSource({name: 'gcs-usage:logs', proves: 'nothing'});

type Changes = Readonly<Record<string, Partial<DigestRecord>>>;

const build = (entries: Entries, changes: Changes = {}): MatchedRepository => {
	const {records} = buildReading(repository, entries);
	return {
		host,
		repository,
		records: new Map(
			[...records].map(([digest, record]): [Digest, DigestRecord] => [
				digest,
				{...record, ...changes[nameOf(digest)]},
			]),
		),
		incomplete: undefined,
	};
};

const plain: Entries = {one: {tags: ['v1']}, two: {tags: ['v2']}, three: {}};

/** Pulls so many days ago, with how many each time. */
const pulled = (
	image: PullTally['image'],
	counts: ReadonlyArray<readonly [before: number, count: number]>,
	fields: Partial<PullTally> = {},
): PullTally =>
	buildTally({
		image,
		days: new Map(counts.map(([before, count]) => [today - before, count])),
		last: Math.max(...counts.map(([before]) => ago(before))),
		...fields,
	});

const digest = (name: string): PullTally['image'] => ({
	kind: 'digest',
	digest: digestOf(name),
});
const tag = (name: string): PullTally['image'] => ({kind: 'tag', tag: name});
const blob = (name: string): PullTally['image'] => ({
	kind: 'blob',
	digest: digestOf(name),
});
const counter: PullTally['image'] = {kind: 'repository'};
const undated = (
	image: PullTally['image'],
	fields: Partial<PullTally> = {},
): PullTally => buildTally({image, undated: 4, ...fields});

/** `yes 3 digest>one` with what was counted, or the state alone. */
const describe = (evidence: PullEvidence): string =>
	evidence.state === 'yes'
		? `yes ${evidence.count} ${evidence.certainty}>${nameOf(evidence.through)}`
		: evidence.state;

const match = (
	tallies: readonly PullTally[],
	{
		matched = build(plain),
		sources = [proof],
		changed = {},
	}: {
		readonly matched?: MatchedRepository;
		readonly sources?: readonly PullSource[];
		readonly changed?: Partial<MatchPullsOptions>;
	} = {},
): RepositoryPulls =>
	matchPulls({tallies, sources}, matched, {...options, ...changed});

const describeAll = (
	pulls: RepositoryPulls,
	matched: MatchedRepository = build(plain),
): Record<string, string> =>
	Object.fromEntries(
		[...matched.records.keys()].map(key => [
			nameOf(key),
			describe(pulls.evidenceOf(key)),
		]),
	);

const credits: ReadonlyArray<
	readonly [string, readonly PullTally[], Record<string, string>]
> = [
	['nothing', [], {one: 'no', two: 'no', three: 'no'}],
	[
		'a pull of a digest',
		[
			pulled(digest('one'), [
				[1, 2],
				[3, 4],
			]),
		],
		{one: 'yes 6 digest>one', two: 'no', three: 'no'},
	],
	['a pull before the window', [pulled(digest('one'), [[31, 2]])], {one: 'no'}],
	[
		'the first day of the window counts whole',
		[pulled(digest('one'), [[30, 2]], {last: ago(30) - 11 * hour})],
		{one: 'yes 2 digest>one'},
	],
	[
		'a last pull of which only the time is known',
		[pulled(digest('one'), [], {action: 'last-seen', last: ago(2)})],
		{one: 'yes 0 digest>one'},
	],
	[
		'a last pull before the window',
		[pulled(digest('one'), [], {action: 'last-seen', last: ago(40)})],
		{one: 'no'},
	],
	[
		'a last pull at an unknown time',
		[undated(digest('one'), {action: 'last-seen'})],
		{one: 'unknown', two: 'no'},
	],
	[
		'pulls without a time',
		[undated(digest('one'))],
		{one: 'unknown', two: 'no'},
	],
	[
		'checks without a time',
		[undated(digest('one'), {action: 'check'})],
		{one: 'unknown', two: 'no'},
	],
	[
		'a pull of another repository',
		[pulled(digest('one'), [[1, 2]], {repository: 'other'})],
		{one: 'no'},
	],
	[
		'a pull from another registry',
		[pulled(digest('one'), [[1, 2]], {host: 'quay.io'})],
		{one: 'no'},
	],
	[
		'a pull under the port of https',
		[pulled(digest('one'), [[1, 2]], {host: `${host}:443`})],
		{one: 'yes 2 digest>one'},
	],
	[
		'a log that leaves the host out',
		[pulled(digest('one'), [[1, 2]], {host: ''})],
		{one: 'yes 2 digest>one'},
	],
	[
		'a pull without a repository',
		[pulled(digest('one'), [[1, 2]], {repository: ''})],
		{one: 'yes 2 digest>one', two: 'no'},
	],
	...(['check', 'push', 'present'] as const).map(
		action =>
			[
				`a ${action} is no pull`,
				[pulled(digest('one'), [[1, 2]], {action})],
				{one: 'no'},
			] as const,
	),
	[
		'attempts, where nothing tells of pulls',
		[pulled(digest('one'), [[1, 2]], {action: 'attempt'})],
		{one: 'yes 2 digest>one'},
	],
	[
		'attempts beside pulls',
		[
			pulled(digest('one'), [[1, 5]], {action: 'attempt'}),
			pulled(digest('one'), [[1, 3]]),
		],
		{one: 'yes 3 digest>one'},
	],
	[
		'attempts beside pulls of another image, another source, another time',
		[
			pulled(digest('one'), [[1, 5]], {action: 'attempt'}),
			pulled(digest('two'), [[1, 1]]),
			pulled(digest('one'), [[1, 1]], {source: 'other:log'}),
			pulled(digest('one'), [[60, 9]]),
		],
		{one: 'yes 5 digest>one', two: 'yes 1 digest>two'},
	],
	[
		'what two sources saw is not added, on each day',
		[
			pulled(digest('one'), [
				[1, 5],
				[2, 1],
			]),
			pulled(
				digest('one'),
				[
					[1, 4],
					[2, 3],
				],
				{source: 'other:log'},
			),
		],
		{one: 'yes 8 digest>one'},
	],
	[
		'what one source saw in several ways is added',
		[
			pulled(digest('one'), [[1, 5]]),
			pulled(tag('v1'), [[1, 1]], {last: ago(1)}),
		],
		{one: 'yes 6 digest>one'},
	],
	[
		'scanners and mirrors',
		[
			pulled(digest('one'), [[1, 5]], {isApart: true}),
			pulled(tag('v2'), [[1, 5]], {isApart: true}),
			undated(digest('three'), {isApart: true}),
		],
		{one: 'no', two: 'no', three: 'no'},
	],
	[
		'a counter, which the logs explain',
		[pulled(counter, [[1, 9]])],
		{one: 'no'},
	],
];

for (const [title, tallies, expected] of credits) {
	test(`credits: ${title}`, t => {
		t.like(describeAll(match(tallies)), expected);
		t.like(describeAll(match(tallies.toReversed())), expected);
	});
}

test('of undated pulls it is said how many, and beside dated ones they make the count a least', t => {
	const none = match([undated(digest('one'))]).evidenceOf(digestOf('one'));
	t.is(
		none.state === 'unknown' && none.why,
		'pulled 4 times at an unknown time',
	);
	const both = match([
		undated(digest('one')),
		pulled(digest('one'), [[1, 1]], {source: 'other:log'}),
	]).evidenceOf(digestOf('one'));
	t.is(describe(both), 'yes 1 digest>one');
	t.is(both.state === 'yes' && both.besides.state, 'unknown');
});

test('the last pull and the last access are known from before the window too', t => {
	const {evidenceOf} = match([
		pulled(digest('one'), [[50, 1]]),
		pulled(digest('one'), [[3, 1]], {action: 'check'}),
		pulled(digest('one'), [[4, 1]], {action: 'push'}),
		pulled(digest('one'), [[0, 1]], {isApart: true}),
		pulled(digest('one'), [[0, 1]], {isApart: true, action: 'check'}),
		pulled(digest('two'), [[2, 1]], {action: 'attempt'}),
		pulled(digest('two'), [[5, 1]]),
		pulled(digest('three'), [[7, 1]], {action: 'present'}),
	]);
	t.like(evidenceOf(digestOf('one')), {
		state: 'no',
		last: ago(50),
		lastAccess: ago(3),
	});
	t.like(evidenceOf(digestOf('two')), {
		state: 'yes',
		last: ago(5),
		lastAccess: ago(2),
	});
	t.like(evidenceOf(digestOf('three')), {state: 'no', lastAccess: ago(7)});
});

const time = (days: number): string => new Date(ago(days)).toISOString();

const tags: ReadonlyArray<
	readonly [string, readonly PullTally[], Changes, Record<string, string>]
> = [
	[
		'a tag counts for what it means now, and leaves the rest in doubt',
		[pulled(tag('v1'), [[2, 3]])],
		{},
		{one: 'yes 3 tag>one', two: 'unknown', three: 'unknown'},
	],
	[
		'a tag that is gone',
		[pulled(tag('old'), [[2, 3]])],
		{},
		{one: 'unknown', two: 'unknown', three: 'unknown'},
	],
	[
		'a tag that was pulled before the window',
		[pulled(tag('old'), [[31, 3]])],
		{},
		{one: 'no', two: 'no', three: 'no'},
	],
	[
		'a tag that was pulled at an unknown time',
		[undated(tag('v1'))],
		{two: {uploaded: time(0)}},
		{one: 'unknown', two: 'unknown', three: 'unknown'},
	],
	[
		'what was uploaded since cannot have had the tag',
		[
			pulled(tag('old'), [
				[9, 3],
				[5, 1],
			]),
		],
		{one: {uploaded: time(4)}, two: {uploaded: time(6)}},
		{one: 'no', two: 'unknown', three: 'unknown'},
	],
	[
		'nor what was built since, by a day, where nothing tells of the upload',
		[pulled(tag('old'), [[5, 3]])],
		{
			one: {created: time(3)},
			two: {created: time(4.5)},
			three: {created: time(1), uploaded: time(6)},
		},
		{one: 'no', two: 'unknown', three: 'unknown'},
	],
	[
		'a time that does not parse says nothing',
		[pulled(tag('old'), [[5, 3]])],
		{one: {uploaded: '<nil>'}},
		{one: 'unknown'},
	],
	[
		'an attempt by tag leaves the same doubt',
		[
			pulled(tag('v1'), [[1, 3]], {action: 'attempt'}),
			pulled(tag('v1'), [[9, 1]]),
		],
		{two: {uploaded: time(5)}},
		{one: 'yes 1 tag>one', two: 'unknown'},
	],
	[
		'a check by tag is no pull',
		[pulled(tag('v1'), [[1, 3]], {action: 'check'})],
		{},
		{one: 'no', two: 'no'},
	],
];

for (const [title, tallies, changes, expected] of tags) {
	test(`tags: ${title}`, t => {
		const matched = build(plain, changes);
		t.like(describeAll(match(tallies, {matched}), matched), expected);
	});
}

test('a doubt says which tag was pulled when', t => {
	const evidence = match([
		pulled(tag('v1'), [[9, 3]]),
		pulled(tag('old'), [[2, 3]]),
	]).evidenceOf(digestOf('three'));
	t.is(
		evidence.state === 'unknown' && evidence.why,
		'the tag old was pulled on 2026-02-27 and may have meant it then',
	);
});

const blobsOf = (...names: readonly string[]): Partial<DigestRecord> => ({
	blobs: names.map(name => ({digest: digestOf(name), size: 1})),
});

const withBlobs: Changes = {
	one: blobsOf('config a', 'base', 'layer a'),
	two: blobsOf('config b', 'base'),
	three: blobsOf('config b', 'base', 'layer c', 'layer d'),
};

const blobs: ReadonlyArray<
	readonly [string, readonly PullTally[], Record<string, string>]
> = [
	[
		'the config is the manifest',
		[pulled(blob('config a'), [[1, 2]])],
		{one: 'yes 2 config>one', two: 'no'},
	],
	[
		'a config that two share counts for both',
		[pulled(blob('config b'), [[1, 2]])],
		{one: 'no', two: 'yes 2 config>two', three: 'yes 2 config>three'},
	],
	[
		'a layer that others have counts for nothing',
		[pulled(blob('base'), [[1, 2]])],
		{one: 'no', two: 'no', three: 'no'},
	],
	[
		'a layer that one alone has counts once',
		[
			pulled(blob('layer a'), [
				[1, 2],
				[5, 8],
			]),
		],
		{one: 'yes 1 config>one', two: 'no'},
	],
	[
		'two layers are still one pull',
		[pulled(blob('layer c'), [[1, 2]]), pulled(blob('layer d'), [[4, 3]])],
		{three: 'yes 1 config>three', two: 'no'},
	],
	[
		'not beside its config',
		[pulled(blob('layer a'), [[1, 2]]), pulled(blob('config a'), [[2, 3]])],
		{one: 'yes 3 config>one'},
	],
	[
		'but beside a config that was fetched before the window',
		[pulled(blob('layer a'), [[1, 2]]), pulled(blob('config a'), [[40, 3]])],
		{one: 'yes 1 config>one'},
	],
	[
		'a layer that was fetched before the window',
		[pulled(blob('layer a'), [[40, 2]])],
		{one: 'no'},
	],
	[
		'a layer that was fetched at an unknown time',
		[undated(blob('layer a'))],
		{one: 'unknown', two: 'no'},
	],
	[
		'a blob of nothing that is here',
		[pulled(blob('gone'), [[1, 2]])],
		{one: 'no', two: 'no', three: 'no'},
	],
	[
		'a scanner’s layer',
		[pulled(blob('layer a'), [[1, 2]], {isApart: true})],
		{one: 'no'},
	],
];

for (const [title, tallies, expected] of blobs) {
	test(`blobs: ${title}`, t => {
		const matched = build(plain, withBlobs);
		t.like(describeAll(match(tallies, {matched}), matched), expected);
		const reversed = match(tallies.toReversed(), {matched});
		t.like(describeAll(reversed, matched), expected);
	});
}

const about = (name: string): string =>
	`${digestOf(name).replace(':', '-')}.sig`;

const family: Entries = {
	index: {tags: ['v1'], children: ['amd', 'arm']},
	amd: {},
	arm: {},
	other: {children: ['arm', 'alone']},
	alone: {},
	signature: {tags: [about('index')]},
	loop: {children: ['loop', 'back']},
	back: {children: ['loop']},
};

test('a pull is one of the whole family, and members are never added', t => {
	const matched = build(family);
	const pulls = match(
		[
			pulled(digest('index'), [[1, 3]]),
			pulled(digest('amd'), [[1, 2]]),
			pulled(digest('arm'), [[1, 4]]),
			pulled(digest('back'), [[1, 1]]),
		],
		{matched},
	);
	t.deepEqual(describeAll(pulls, matched), {
		index: 'yes 4 digest>index',
		amd: 'yes 4 digest>amd',
		arm: 'yes 4 digest>arm',
		other: 'yes 4 digest>arm',
		alone: 'yes 4 digest>arm',
		signature: 'yes 4 digest>arm',
		loop: 'yes 1 digest>back',
		back: 'yes 1 digest>back',
	});
	t.like(pulls.evidenceOf(digestOf('alone')), {last: ago(1)});
});

test('an image is not pulled because its signature was', t => {
	const matched = build(family);
	const pulls = match([pulled(digest('signature'), [[1, 3]])], {matched});
	t.like(describeAll(pulls, matched), {
		signature: 'yes 3 digest>signature',
		index: 'no',
		amd: 'no',
	});
});

test('what is in doubt about one is in doubt about its family', t => {
	const uploaded = {uploaded: time(1)};
	const matched = build(family, {
		amd: uploaded,
		arm: {uploaded: time(9)},
		index: uploaded,
		signature: uploaded,
		alone: uploaded,
		other: uploaded,
		loop: uploaded,
		back: uploaded,
	});
	const pulls = match([pulled(tag('old'), [[5, 1]])], {matched});
	t.like(describeAll(pulls, matched), {
		index: 'unknown',
		amd: 'unknown',
		signature: 'unknown',
		alone: 'unknown',
		loop: 'no',
	});
	const untimed = match([undated(digest('amd'))], {matched});
	t.like(describeAll(untimed, matched), {signature: 'unknown', alone: 'no'});
});

test('what could not be read may be an index over anything', t => {
	const unread = build({
		...plain,
		broken: {problem: 'Not found.'},
	});
	const strange = build(
		{...plain, broken: {problem: 'Not found.'}},
		{broken: {mediaType: ''}},
	);
	t.deepEqual(describeAll(match([], {matched: unread}), unread), {
		one: 'no',
		two: 'no',
		three: 'no',
		broken: 'unknown',
	});
	t.deepEqual(describeAll(match([], {matched: strange}), strange), {
		one: 'unknown',
		two: 'unknown',
		three: 'unknown',
		broken: 'unknown',
	});
	const half = {...build(plain), incomplete: 'still being read'};
	const tallies = [pulled(digest('one'), [[1, 2]])];
	t.like(describeAll(match(tallies, {matched: half})), {
		one: 'yes 2 digest>one',
		two: 'unknown',
	});
});

const gap = (fields: Partial<PullGap> = {}): PullGap => ({
	name: '2026-02-20T10',
	message: 'The hour 2026-02-20T10 is missing.',
	span: {from: ago(9), to: ago(9) + hour},
	canBeAccepted: true,
	...fields,
});

const accepted = [{source: proof.name, gap: '2026-02-20T10'}];
const half = (from: number, to: number, name = 'half'): PullSource =>
	buildPullSource({name, covers: {from: ago(from), to: ago(to)}});

const coverage: ReadonlyArray<
	readonly [string, readonly PullSource[], string, Partial<MatchPullsOptions>?]
> = [
	['one that saw everything', [proof], 'no: acr-events:logs'],
	['none', [], 'no source of pulls'],
	['one that only says yes', [mute], 'the one source of pulls only says yes'],
	[
		'two that only say yes',
		[mute, {...mute, name: 'x'}],
		'the sources of pulls only say yes',
	],
	[
		'one that only says yes does not matter beside',
		[mute, {...mute, name: 'a', state: 'failed'}, proof],
		'no: acr-events:logs',
	],
	[
		'one that failed, beside one that proves it',
		[{...proof, name: 'a', state: 'failed'}, proof],
		'no: acr-events:logs',
	],
	[
		'one that failed',
		[{...proof, state: 'failed', gaps: [gap({message: 'Refused.'})]}],
		'acr-events:logs: Refused',
	],
	[
		'one that was not asked, before it says what it proves',
		[buildPullSource({state: 'unasked', proves: 'nothing'})],
		'acr-events:logs: not asked',
	],
	[
		'one that costs',
		[{...proof, state: 'costs'}],
		'acr-events:logs: not asked, because nobody has agreed to its cost',
	],
	[
		'one that is still being read',
		[{...proof, progress: {done: 1, total: 1}}],
		'acr-events:logs: still being read',
	],
	[
		'one that does not say what it covers',
		[{...proof, covers: undefined}],
		'acr-events:logs: nothing says from when to when it tells everything',
	],
	['one that begins just in time', [half(31, 1)], 'no: half'],
	[
		'one that begins too late',
		[buildPullSource({covers: {from: ago(30) + 1, to: now}})],
		'acr-events:logs: it tells everything only since 2026-01-30',
	],
	['the same for a shorter window', [half(30, 0)], 'no: half', {windowDays: 7}],
	[
		'one that ends more than a day ago',
		[half(100, 1.25)],
		'half: its newest record is 30 hours old',
	],
	[
		'one that ends a little in the future',
		[{...proof, covers: {from: ago(100), to: now + 9 * minute}}],
		'no: acr-events:logs',
	],
	[
		'one that ends in the future',
		[{...proof, covers: {from: ago(100), to: now + 11 * minute}}],
		'acr-events:logs: it ends in the future, by its times',
	],
	[
		'times that are none',
		[{...proof, covers: {from: Number.NaN, to: Number.NaN}}],
		'acr-events:logs: it ends in the future, by its times',
	],
	[
		'a missing hour',
		[{...proof, gaps: [gap()]}],
		'acr-events:logs: The hour 2026-02-20T10 is missing',
	],
	[
		'a missing hour that was accepted',
		[{...proof, gaps: [gap()]}],
		'no: acr-events:logs',
		{accepted},
	],
	[
		'one that may not be accepted',
		[{...proof, gaps: [gap({canBeAccepted: false})]}],
		'acr-events:logs: The hour 2026-02-20T10 is missing',
		{accepted},
	],
	[
		'another source’s was accepted',
		[{...proof, gaps: [gap()]}],
		'acr-events:logs: The hour 2026-02-20T10 is missing',
		{accepted: [{source: 'x', gap: '2026-02-20T10'}]},
	],
	[
		'a gap before the window',
		[{...proof, gaps: [gap({span: {from: ago(40), to: ago(30)}})]}],
		'no: acr-events:logs',
	],
	[
		'a gap at the end',
		[{...proof, gaps: [gap({span: {from: ago(0.1), to: ago(-1)}})]}],
		'acr-events:logs: The hour 2026-02-20T10 is missing',
	],
	[
		'a gap of everything',
		[{...proof, gaps: [gap({span: undefined})]}],
		'acr-events:logs: The hour 2026-02-20T10 is missing',
	],
	[
		'a gap that another saw',
		[{...proof, gaps: [gap()]}, half(10, 8)],
		'no: acr-events:logs, half',
	],
	[
		'a gap that another saw in part',
		[{...proof, gaps: [gap()]}, half(9, 8.99)],
		'acr-events:logs: The hour 2026-02-20T10 is missing, and 1 more',
	],
	['two halves', [half(15, 0, 'b'), half(40, 15, 'a')], 'no: a, b'],
	[
		'two halves with a hole',
		[half(15, 0, 'b'), half(40, 16, 'a')],
		'a: its newest record is 16 days old, and 1 more',
	],
	[
		'a young one that begins too late spoils nothing',
		[half(0.1, 0, 'b'), half(40, 0.5, 'a')],
		'no: a',
	],
	[
		'bad lines',
		[{...proof, skipped: 3}],
		'acr-events:logs: 3 of its records could not be read',
	],
	[
		'bad lines that were accepted',
		[{...proof, skipped: 3}],
		'no: acr-events:logs',
		{accepted: [{source: proof.name, gap: badLines}]},
	],
	[
		'bad lines of one that only says yes',
		[{...mute, skipped: 3}, proof],
		'no: acr-events:logs',
	],
	[
		'one about this repository',
		[{...proof, repository}],
		'no: acr-events:logs',
	],
	[
		'one about another repository',
		[{...proof, repository: 'other'}],
		'no source of pulls',
	],
];

for (const [title, sources, expected, changed = {}] of coverage) {
	test(`coverage: ${title}: ${expected}`, t => {
		for (const entries of [sources, sources.toReversed()]) {
			const {absence} = match([], {sources: entries, changed});
			t.is(
				absence.state === 'no'
					? `no: ${absence.sources.join(', ')}`
					: absence.why,
				expected,
			);
		}
	});
}

test('a no says from when to when, by where the coverage ends, and what was pulled since is a pull', t => {
	const sources = [half(100, 0.75)];
	const {absence} = match([], {sources});
	t.like(absence, {state: 'no', from: ago(30.75), to: ago(0.75)});
	const {evidenceOf} = match(
		[
			pulled(digest('one'), [[0, 1]], {source: mute.name}),
			pulled(digest('two'), [[31, 1]]),
		],
		{sources},
	);
	t.is(describe(evidenceOf(digestOf('one'))), 'yes 1 digest>one');
	// It is in the window that began before that of a chart.
	t.is(describe(evidenceOf(digestOf('two'))), 'yes 1 digest>two');
});

test('a counter that moved after the coverage ended is explained by nothing', t => {
	const sources = [half(100, 0.75)];
	const after = match([pulled(counter, [[0, 1]])], {sources});
	const before = match([pulled(counter, [[2, 1]])], {sources});
	const still = match([pulled(counter, [[0, 0]])], {sources});
	t.is(after.evidenceOf(digestOf('one')).state, 'unknown');
	t.is(before.evidenceOf(digestOf('one')).state, 'no');
	t.is(still.evidenceOf(digestOf('one')).state, 'no');
});

test('a source that lists tags says no of what has one, and of what is below', t => {
	const matched = build({
		...plain,
		index: {tags: ['v3'], children: ['amd']},
		amd: {},
		loose: {children: ['arm']},
		arm: {},
		mixed: {children: ['shared']},
		main: {tags: ['v4'], children: ['shared']},
		shared: {},
	});
	const sources: PullSource[] = [{...proof, proves: 'tagged-digests'}];
	t.deepEqual(describeAll(match([], {matched, sources}), matched), {
		one: 'no',
		two: 'no',
		three: 'unknown',
		index: 'no',
		amd: 'no',
		loose: 'unknown',
		arm: 'unknown',
		mixed: 'unknown',
		// A pull of `mixed` is one of `shared`, and goes up from there no more.
		main: 'no',
		shared: 'unknown',
	});
	const pulls = match([], {matched, sources});
	t.like(pulls.evidenceOf(digestOf('three')), {
		why: 'acr-events:logs knows only of digests with a tag',
	});
	t.is(pulls.total.state, 'unknown');
	const tagged = build({one: {tags: ['v1']}});
	t.is(match([], {matched: tagged, sources}).total.state, 'no');
});

test('a history has the days of the window, today last, and what stands apart', t => {
	const {historyOf, evidenceOf} = match([
		pulled(digest('one'), [
			[0, 1],
			[2, 4],
			[30, 2],
			[31, 9],
			[-1, 5],
		]),
		pulled(digest('one'), [[2, 3]], {
			source: 'b',
			clients: new Map([['containerd', 3]]),
		}),
		undated(digest('one'), {source: 'c'}),
		pulled(digest('one'), [[1, 2]], {action: 'check'}),
		pulled(digest('one'), [[1, 3]], {action: 'push'}),
		pulled(digest('one'), [[1, 6]], {action: 'attempt'}),
		pulled(digest('one'), [[1, 7]], {action: 'present'}),
		pulled(digest('one'), [[1, 8]], {isApart: true}),
	]);
	const history = historyOf(digestOf('one'));
	t.is(history.days.length, 31);
	t.is(history.firstDay, today - 30);
	t.is(history.days[0], 2);
	t.deepEqual(history.days.slice(-3), [4, 0, 6]);
	t.like(history, {
		of: digestOf('one'),
		undated: 4,
		checks: 2,
		pushes: 3,
		attempts: 6,
		presents: 7,
		apart: 8,
	});
	t.deepEqual(
		[...history.bySource],
		[
			['acr-events:logs', 12],
			['b', 3],
		],
	);
	t.deepEqual([...history.byClient], [['containerd', 3]]);
	const evidence = evidenceOf(digestOf('one'));
	t.is(evidence.state === 'yes' && evidence.count, 12);
});

test('a digest has the history of the member that was pulled most', t => {
	const matched = build(family);
	const {historyOf} = match(
		[
			pulled(digest('amd'), [[1, 3]]),
			pulled(digest('index'), [[1, 2]]),
			pulled(digest('index'), [[1, 9]], {action: 'check'}),
			pulled(digest('amd'), [[1, 1]], {action: 'check'}),
		],
		{matched},
	);
	const history = historyOf(digestOf('signature'));
	t.is(nameOf(history.of ?? ''), 'amd');
	t.is(history.days.at(-2), 3);
	t.is(history.checks, 9);
});

const totals: ReadonlyArray<readonly [string, readonly PullTally[], number]> = [
	['nothing', [], 0],
	[
		'digests are added',
		[pulled(digest('one'), [[1, 2]]), pulled(digest('two'), [[1, 3]])],
		5,
	],
	[
		'an index and its children are not',
		[
			pulled(digest('index'), [[1, 5]]),
			pulled(digest('amd'), [[1, 2]]),
			pulled(digest('arm'), [[1, 3]]),
		],
		5,
	],
	[
		'children that were pulled more often than their index are',
		[
			pulled(digest('index'), [[1, 1]]),
			pulled(digest('amd'), [[1, 20]]),
			pulled(digest('arm'), [[1, 30]]),
		],
		50,
	],
	[
		'what was fetched as a child of an index is marked',
		[
			pulled(digest('index'), [[1, 5]]),
			pulled(digest('amd'), [[1, 5]], {isPart: true}),
			pulled(digest('arm'), [[1, 3]]),
		],
		8,
	],
	[
		'several sources',
		[
			pulled(digest('one'), [[1, 5]]),
			pulled(
				counter,
				[
					[1, 7],
					[2, 1],
				],
				{source: 'hub'},
			),
		],
		8,
	],
	[
		'tags, also such as are gone, and digests that are',
		[
			pulled(tag('v1'), [[1, 1]]),
			pulled(tag('old'), [[1, 2]]),
			pulled(digest('gone'), [[1, 4]]),
		],
		7,
	],
	['a config that two share', [pulled(blob('config b'), [[1, 2]])], 2],
	[
		'what counts for nothing',
		[
			pulled(digest('one'), [[1, 5]], {isApart: true}),
			pulled(digest('one'), [[1, 5]], {action: 'check'}),
			pulled(digest('one'), [[50, 5]]),
			pulled(digest('nowhere'), [[1, 5]], {repository: ''}),
			pulled(tag('nowhere'), [[1, 5]], {repository: ''}),
		],
		0,
	],
];

for (const [title, tallies, expected] of totals) {
	test(`total: ${title}: ${expected}`, t => {
		const matched = build(
			{...family, ...plain, index: {children: ['amd', 'arm']}},
			withBlobs,
		);
		for (const entries of [tallies, tallies.toReversed()]) {
			const {total} = match(entries, {matched});
			t.is(total.count, expected);
			t.is(
				total.days.reduce((sum, count) => sum + count, 0),
				expected,
			);
		}
	});
}

test('a repository is pulled, is not, or nobody knows', t => {
	t.is(match([]).total.state, 'no');
	t.is(match([], {sources: []}).total.state, 'unknown');
	t.is(match([undated(digest('one'))]).total.state, 'unknown');
	t.like(match([pulled(counter, [[1, 5]])], {sources: [mute]}).total, {
		state: 'yes',
		count: 5,
		last: ago(1),
	});
	t.like(match([pulled(counter, [[1, 0]])]).total, {
		state: 'no',
		last: undefined,
	});
	t.like(match([pulled(digest('gone'), [[1, 5]])]).total, {state: 'yes'});
});

test('buckets have each day once', t => {
	t.deepEqual(bucketDays([1, 2, 3, 4, 5, 6], 3), [3, 7, 11]);
	t.deepEqual(bucketDays([1, 2, 3, 4, 5], 2), [6, 9]);
	t.deepEqual(bucketDays([1, 2], 5), [1, 2]);
	t.deepEqual(bucketDays([1, 2], 0), []);
	t.deepEqual(bucketDays([], 3), []);
});
