import test from 'ava';
import {
	fitWindow,
	listHeight,
	selectCursorRecord,
	selectDigestRows,
	selectRepositoryRows,
} from '../../source/state/select.js';
import {
	selectMarkCounts,
	selectMarkTotals,
} from '../../source/state/select-marks.js';
import {
	selectRecords,
	selectRepositoryNames,
} from '../../source/state/select-rows.js';
import {
	selectTopLevel,
	selectTotals,
} from '../../source/state/select-totals.js';
import {
	apply,
	begin,
	digestOf,
	host,
	recordOf,
	recordsOf,
	startState,
	withDigests,
	withRepositories,
} from './_build-state.js';

test('a window holds the cursor, leaves no line empty and moves as little as it takes', t => {
	const table = [
		// [index, top, length, height] → top
		[0, 0, 0, 10, 0],
		[0, 0, 5, 10, 0],
		[4, 3, 5, 10, 0],
		[5, 0, 50, 10, 0],
		[10, 0, 50, 10, 1],
		[3, 5, 50, 10, 3],
		[49, 0, 50, 10, 40],
		[45, 45, 50, 10, 40],
		[20, 15, 50, 10, 15],
		[0, -5, 50, 10, 0],
		[7, 7, 50, 1, 7],
	] as const;
	for (const [index, top, length, height, expected] of table) {
		t.deepEqual(fitWindow({index, top, length, height}), {
			index,
			top: expected,
		});
	}
});

test('every window holds its cursor and is full', t => {
	for (let length = 1; length < 9; length++) {
		for (let height = 1; height < 9; height++) {
			for (let index = 0; index < length; index++) {
				for (let top = -2; top < length + 2; top++) {
					const fitted = fitWindow({index, top, length, height});
					t.true(fitted.top >= 0);
					t.true(fitted.top <= index && index < fitted.top + height);
					t.true(fitted.top <= Math.max(0, length - height));
				}
			}
		}
	}
});

test('a list has the rows that the frame around it leaves, and always one', t => {
	t.is(listHeight(startState({rows: 24})), 16);
	t.is(listHeight(startState({rows: 15})), 7);
	t.is(listHeight(startState({rows: 3})), 1);
});

test('the newest digest stands first, those without a time or with one that lies ahead last; children of an index stand under no line', t => {
	const child = recordOf(7, {tags: []});
	const tagged = recordOf(8, {tags: ['child']});
	const records = [
		recordOf(5),
		recordOf(3, {created: undefined}),
		recordOf(1, {children: [child.digest, tagged.digest]}),
		child,
		tagged,
		recordOf(9, {created: 'no date'}),
		recordOf(6, {uploaded: '2026-01-01T20:00:00Z'}),
		recordOf(4, {created: '2030-01-01T00:00:00Z'}),
		recordOf(2, {created: '+275000-01-01T00:00:00Z'}),
	];
	const {state} = apply(withDigests([]), {
		kind: 'digests-completed',
		host,
		reading: {
			repository: 'app',
			records: new Map(records.map(record => [record.digest, record])),
			gaps: [],
			readAt: 0,
		},
		now: begin,
	});
	t.deepEqual(
		selectRecords(state, {host, repository: 'app'}).map(({digest}) =>
			Number(digest.slice(-2)),
		),
		[6, 1, 5, 8, 3, 9, 4, 2],
	);
});

test('the same records are looked through and sorted once', t => {
	const records = recordsOf([1, 2]);
	t.is(selectTopLevel(records), selectTopLevel(records));
	t.not(selectTopLevel(records), selectTopLevel(recordsOf([1, 2])));
	const state = withDigests([1, 2]);
	const place = {host, repository: 'app'};
	t.is(selectRecords(state, place), selectRecords({...state}, place));
});

test('a prefix shows what lies at it or under it, not what only begins alike', t => {
	const state = withRepositories(['shop', 'shop/a', 'shopping', 'x/shop']);
	const namesIn = (place: {host: string; prefix: string}) =>
		selectRepositoryNames(state, {kind: 'repositories', ...place});
	t.deepEqual(namesIn({host, prefix: 'shop'}), ['shop', 'shop/a']);
	t.is(namesIn({host, prefix: ''}).length, 4);
	t.deepEqual(namesIn({host: 'other', prefix: ''}), []);
});

test('rows are those of the window, with their marks', t => {
	const {state} = apply(withDigests([1, 2, 3, 4]), {kind: 'mark-toggled'});
	const rows = selectDigestRows(
		state,
		{host, repository: 'app'},
		{from: 0, to: 2},
	);
	t.deepEqual(
		rows.map(({record, marked}) => [record.digest, marked]),
		[
			[digestOf(1), true],
			[digestOf(2), false],
		],
	);
	const [repository] = selectRepositoryRows(
		state,
		{kind: 'repositories', host, prefix: ''},
		{from: 0, to: 9},
	);
	t.like(repository, {name: 'app', marked: 1});
	t.is(selectCursorRecord(state)?.digest, digestOf(2));
	t.is(selectCursorRecord(withRepositories(['app'])), undefined);
});

test('totals count lines and their tags, and each blob once', t => {
	const blob = (number: number, size: number) => ({
		digest: digestOf(number),
		size,
	});
	const records = new Map(
		[
			recordOf(1, {
				tags: ['a', 'b'],
				blobs: [blob(100, 500), blob(101, 40)],
				manifestSize: 3,
			}),
			recordOf(2, {tags: [], blobs: [blob(100, 500)], manifestSize: 2}),
			recordOf(3),
		].map(record => [record.digest, record] as const),
	);
	t.deepEqual(selectTotals(records), {digests: 3, tags: 3, bytes: 1545});
});

test('mark totals span registries and repositories', t => {
	const one = apply(
		withDigests([1, 2]),
		{kind: 'mark-toggled'},
		{kind: 'mark-toggled'},
	).state;
	const marks = new Map(one.marks)
		.set('elsewhere', {
			registry: 'other.test',
			repository: 'app',
			digest: digestOf(9),
		})
		.set('here', {registry: host, repository: 'tool', digest: digestOf(8)});
	t.deepEqual(selectMarkTotals({...one, marks}), {
		digests: 4,
		repositories: 3,
		registries: 2,
		tags: 2,
		bytes: 2000,
	});
	t.deepEqual(
		[...selectMarkCounts(marks)],
		[
			[host, 3],
			[`${host}/app`, 2],
			['other.test', 1],
			['other.test/app', 1],
			[`${host}/tool`, 1],
		],
	);
});
