import test from 'ava';
import type {Message} from '../../source/state/message.js';
import {
	selectCursorKey,
	selectKeys,
	selectPosition,
} from '../../source/state/select.js';
import {
	selectMarkCounts,
	selectMarkTotals,
} from '../../source/state/select-marks.js';
import {selectRecords} from '../../source/state/select-rows.js';
import {selectTotals} from '../../source/state/select-totals.js';
import {
	currentScreen,
	repositoryKey,
	type State,
} from '../../source/state/state.js';
import {
	begin,
	apply,
	completed,
	digestOf,
	host,
	move,
	recordOf,
	recordsOf,
	withDigests,
} from './_build-state.js';

const numbers = Array.from({length: 1500}, (_, index) => index + 1);
const place = {host, repository: 'app'};
const open = (): State =>
	apply(withDigests([]), completed('app', numbers)).state;
const toggle: Message = {kind: 'mark-toggled'};

/** What is made of all rows, as it must stay the same while nothing of it changes. */
const lookAtAll = (state: State) => ({
	rows: selectRecords(state, place),
	keys: selectKeys(state, currentScreen(state)),
	totals: selectTotals(
		state.repositories.get(repositoryKey(host, 'app'))?.records ?? new Map(),
	),
});

const harmless: ReadonlyArray<readonly [string, readonly Message[]]> = [
	['a move of the cursor', [move('line', 1), move('page', 1), move('end', 1)]],
	['a mark', [toggle, toggle]],
	['marking all', [{kind: 'all-marked'}, {kind: 'marks-inverted'}]],
	[
		'a range',
		[{kind: 'range-toggled'}, move('page', 1), {kind: 'range-toggled'}],
	],
	['another size', [{kind: 'terminal-resized', columns: 200, rows: 60}]],
	['help over the list', [{kind: 'help-opened'}, {kind: 'screen-closed'}]],
];

for (const [title, messages] of harmless) {
	test(`${title} makes no row anew`, t => {
		const filtered = apply(
			open(),
			{kind: 'filter-opened'},
			{kind: 'text-typed', text: 'v1'},
			{kind: 'text-submitted'},
		).state;
		for (const state of [open(), filtered]) {
			const before = lookAtAll(state);
			const after = lookAtAll(apply(state, ...messages).state);
			t.is(after.rows, before.rows);
			t.is(after.keys, before.keys);
			t.is(after.totals, before.totals);
		}
	});
}

test('the end of a reading that came in parts counts nothing anew, and one that differs replaces it', t => {
	const records = recordsOf(numbers);
	const part = {records: [...records.values()], tagsListed: 0, gaps: []};
	const loaded = apply(withDigests([]), {
		kind: 'digests-loaded',
		host,
		repository: 'app',
		part,
		now: begin,
	}).state;
	const before = lookAtAll(loaded);
	const end = (kept: typeof records): State =>
		apply(loaded, {
			kind: 'digests-completed',
			host,
			reading: {repository: 'app', records: kept, gaps: [], readAt: 0},
			now: begin,
		}).state;
	t.is(lookAtAll(end(new Map(records))).totals, before.totals);
	const other = new Map(records).set(digestOf(1), recordOf(1, {tags: []}));
	t.is(lookAtAll(end(other)).totals.tags, numbers.length - 1);
	const fewer = new Map(records);
	fewer.delete(digestOf(2));
	t.is(lookAtAll(end(fewer)).totals.digests, numbers.length - 1);
});

test('the cursor is found again wherever its digest has gone', t => {
	const {state} = apply(open(), move('page', 1), {kind: 'order-reversed'});
	const key = selectCursorKey(state);
	const {index} = selectPosition(state);
	t.true(index > 1000);
	t.is(lookAtAll(state).keys[index], key);
	const back = apply(state, {kind: 'order-reversed'}).state;
	t.is(selectCursorKey(back), key);
	t.true(selectPosition(back).index < 100);
});

test('the totals of many marks are those of each of them', t => {
	const all = apply(open(), {kind: 'all-marked'}).state;
	const some = apply(
		all,
		move('line', 1),
		toggle,
		toggle,
		move('page', 1),
		toggle,
	).state;
	const again = apply(some, move('line', -1), toggle).state;
	for (const state of [all, some, again]) {
		const plain = {...state, marks: new Map(state.marks)};
		t.deepEqual(selectMarkTotals(state), selectMarkTotals(plain));
		t.deepEqual(selectMarkCounts(state.marks), selectMarkCounts(plain.marks));
	}

	t.is(selectMarkTotals(some).digests, 1497);
	t.is(selectMarkTotals(some).tags, 1497);
	t.is(selectMarkTotals(some).bytes, 1_497_000);
	t.is(selectMarkTotals(again).digests, 1498);
	t.true(again.marks.size < all.marks.size);
	t.false(some.marks.has(`${host}/app@${digestOf(2)}`));
});

test('of a place without marks nothing is counted', t => {
	const all = apply(open(), {kind: 'all-marked'}).state;
	const none = apply(all, {kind: 'marks-inverted'}).state;
	t.deepEqual([...selectMarkCounts(none.marks)], []);
	t.like(selectMarkTotals(none), {repositories: 0, registries: 0, digests: 0});
});
