/* eslint-disable ava/no-ignored-test-files -- match-pulls.test.ts imports it */
import test from 'ava';
import type {PullTally} from '../../../source/evidence/pull.js';
import {digestOf} from '../../helpers/build-repository.js';
import {
	ago,
	blob,
	build,
	type Changes,
	counter,
	describe,
	describeAll,
	digest,
	family,
	host,
	hour,
	match,
	plain,
	pulled,
	tag,
	time,
	undated,
	withBlobs,
} from './_build.js';

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
		'a scanner’s layer beside one that somebody fetched',
		[
			pulled(blob('layer c'), [[0, 2]], {isApart: true}),
			pulled(blob('layer d'), [[4, 3]]),
		],
		{three: 'yes 1 config>three'},
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

test('what is not known of one is not known of its family', t => {
	const unread = build({
		index: {tags: ['v1'], children: ['amd', 'arm']},
		amd: {},
		arm: {problem: 'Not found.'},
		alone: {},
	});
	t.deepEqual(describeAll(match([], {matched: unread}), unread), {
		index: 'unknown',
		amd: 'unknown',
		arm: 'unknown',
		alone: 'no',
	});
	const matched = build(family);
	const checked = undated(digest('amd'), {action: 'check'});
	t.like(describeAll(match([checked], {matched}), matched), {
		index: 'unknown',
		signature: 'unknown',
		alone: 'no',
	});
});

test('the sources of a yes are those that tell of the digest, and of the member that was pulled most', t => {
	const matched = build(family);
	const {evidenceOf} = match(
		[
			pulled(digest('index'), [[1, 1]], {source: 'b'}),
			pulled(digest('amd'), [[1, 5]], {source: 'a'}),
			pulled(digest('arm'), [[1, 2]], {source: 'c'}),
			pulled(digest('amd'), [[50, 5]], {source: 'd'}),
		],
		{matched},
	);
	t.like(evidenceOf(digestOf('index')), {count: 5, sources: ['a', 'b']});
	t.like(evidenceOf(digestOf('signature')), {count: 5, sources: ['a']});
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
