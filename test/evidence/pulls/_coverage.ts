/* eslint-disable ava/no-ignored-test-files -- match-pulls.test.ts imports it */
import test from 'ava';
import {badLines} from '../../../source/evidence/judge-pull-sources.js';
import {type MatchPullsOptions} from '../../../source/evidence/match-pulls.js';
import type {PullGap, PullSource} from '../../../source/evidence/pull.js';
import {buildPullSource} from '../../helpers/build-pulls.js';
import {digestOf} from '../../helpers/build-repository.js';
import {
	ago,
	build,
	counter,
	describe,
	describeAll,
	digest,
	family,
	hour,
	match,
	minute,
	mute,
	now,
	plain,
	proof,
	pulled,
	repository,
} from './_build.js';

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

test('what a source says it does not know of is no no by that source', t => {
	const known = [
		['nothing', [], 'no', 'no'],
		['the digest', [digest('one')], 'unknown', 'no'],
		['its tag', [{kind: 'tag', tag: 'v1'}], 'unknown', 'no'],
		['a tag that is gone', [{kind: 'tag', tag: 'gone'}], 'no', 'no'],
		['anything in it', [counter], 'unknown', 'unknown'],
	] as const;
	for (const [name, unknown, one, two] of known) {
		const {evidenceOf} = match([], {sources: [{...proof, unknown}]});
		t.deepEqual(
			[
				name,
				describe(evidenceOf(digestOf('one'))),
				describe(evidenceOf(digestOf('two'))),
			],
			[name, one, two],
		);
	}

	const asked = {...proof, unknown: [digest('one')], repository: 'other'};
	t.is(
		describe(match([], {sources: [proof, asked]}).evidenceOf(digestOf('one'))),
		'no',
		'of another repository',
	);
	const {evidenceOf} = match([], {
		sources: [{...proof, unknown: [digest('amd')]}],
		matched: build(family),
	});
	t.is(describe(evidenceOf(digestOf('index'))), 'unknown', 'of its child');
	t.like(evidenceOf(digestOf('index')), {
		why: `${proof.name} does not know when it was pulled`,
	});
});
