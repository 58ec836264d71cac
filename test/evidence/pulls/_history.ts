/* eslint-disable ava/no-ignored-test-files -- match-pulls.test.ts imports it */
import test from 'ava';
import {bucketDays} from '../../../source/evidence/pull-history.js';
import type {PullTally} from '../../../source/evidence/pull.js';
import {digestOf, nameOf} from '../../helpers/build-repository.js';
import {
	ago,
	blob,
	build,
	counter,
	digest,
	family,
	match,
	mute,
	plain,
	pulled,
	tag,
	today,
	undated,
	withBlobs,
} from './_build.js';

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
