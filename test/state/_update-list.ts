import test from 'ava';
import {selectCursorKey, selectPosition} from '../../source/state/select.js';
import {currentScreen} from '../../source/state/state.js';
import {
	begin,
	apply,
	completed,
	digestOf,
	host,
	move,
	recordOf,
	startState,
	withDigests,
	withRegistries,
	withRepositories,
} from './_build-state.js';

const numbers = (from: number, to: number): number[] =>
	Array.from({length: to - from + 1}, (_, index) => from + index);

test('the cursor moves by line, page and end, and does not wrap', t => {
	// 24 rows leave 16 to the list, so a page is 15.
	const state = withDigests(numbers(1, 50));
	const table = [
		[[move('line', -1)], 0],
		[[move('line', 1)], 1],
		[[move('line', 1), move('line', 1), move('line', -1)], 1],
		[[move('page', 1)], 15],
		[[move('page', 1), move('page', 1), move('page', -1)], 15],
		[[move('page', -1)], 0],
		[[move('end', 1)], 49],
		[[move('end', 1), move('line', 1)], 49],
		[[move('end', 1), move('page', 1)], 49],
		[[move('end', 1), move('page', -1)], 34],
		[[move('end', 1), move('end', -1), move('line', -1)], 0],
	] as const;
	for (const [messages, index] of table) {
		t.is(selectPosition(apply(state, ...messages).state).index, index);
	}
});

test('the cursor is always in the window, and the window is always full', t => {
	const state = withDigests(numbers(1, 50));
	const keys = [
		move('line', 1),
		move('page', 1),
		move('line', -1),
		move('end', 1),
		move('page', -1),
	];
	let now = state;
	for (const number of numbers(0, 60)) {
		now = apply(now, keys[(number * 7) % keys.length]!).state;
		const {index, top} = selectPosition(now);
		t.true(top <= index && index < top + 16);
		t.true(top >= 0 && top <= 34);
	}
});

test('keys do nothing on an empty list', t => {
	for (const state of [startState(), withRepositories([]), withDigests([])]) {
		const {state: after, commands} = apply(
			state,
			move('line', 1),
			move('end', 1),
			{kind: 'item-opened'},
			{kind: 'mark-toggled'},
		);
		t.deepEqual(after, state);
		t.deepEqual(commands, []);
	}
});

test('the cursor stays on its item when rows stream in above it', t => {
	const before = apply(withDigests([10, 20, 30]), move('line', 1)).state;
	t.is(selectCursorKey(before), digestOf(20));
	const {index} = selectPosition(before);
	const after = apply(before, {
		kind: 'digests-loaded',
		host,
		repository: 'app',
		part: {
			records: numbers(1, 9).map(number => recordOf(number)),
			tagsListed: 12,
			gaps: [],
		},
		now: begin,
	}).state;
	t.is(selectCursorKey(after), digestOf(20));
	t.is(selectPosition(after).index, index + 9);
});

test('the cursor stays on its line of the screen when rows stream in above a long list', t => {
	const before = apply(
		withDigests(numbers(100, 150)),
		move('page', 1),
		move('page', 1),
	).state;
	const {index, top} = selectPosition(before);
	const after = apply(before, {
		kind: 'digests-loaded',
		host,
		repository: 'app',
		part: {
			records: numbers(1, 9).map(number => recordOf(number)),
			tagsListed: 60,
			gaps: [],
		},
		now: begin,
	}).state;
	t.deepEqual(selectPosition(after), {index: index + 9, top: top + 9});
});

test('the cursor stays where it was when its row vanishes, and at the end moves up', t => {
	const middle = apply(withDigests([1, 2, 3, 4]), move('line', 1)).state;
	t.is(
		selectCursorKey(apply(middle, completed('app', [1, 3, 4])).state),
		digestOf(3),
	);
	const last = apply(withDigests([1, 2, 3, 4]), move('end', 1)).state;
	t.is(
		selectCursorKey(apply(last, completed('app', [1, 2])).state),
		digestOf(2),
	);
	t.is(selectCursorKey(apply(last, completed('app', [])).state), undefined);
});

test('closing and opening again keeps the position of each list', t => {
	const names = numbers(1, 40).map(number => `app${number}`);
	const repositories = apply(
		withRepositories(names),
		move('page', 1),
		move('page', 1),
		move('line', -1),
	).state;
	const position = selectPosition(repositories);
	const inside = apply(
		repositories,
		{kind: 'item-opened'},
		completed('app30', numbers(1, 50)),
		move('page', 1),
	).state;
	t.like(currentScreen(inside), {kind: 'digests', repository: 'app30'});
	const insidePosition = selectPosition(inside);
	const back = apply(inside, {kind: 'screen-closed'}).state;
	t.deepEqual(selectPosition(back), position);
	const again = apply(back, {kind: 'item-opened'});
	t.deepEqual(selectPosition(again.state), insidePosition);
	// What is known is not asked for again.
	t.deepEqual(again.commands, []);
});

test('opening asks for what is not known: the registry, its list, a repository', t => {
	const registries = withRegistries([host]);
	const opened = apply(registries, {kind: 'item-opened'});
	t.deepEqual(opened.commands, [
		{kind: 'open-registry', host, address: host},
		{kind: 'list-repositories', host},
	]);
	const inside = apply(withRepositories(['app']), {kind: 'item-opened'});
	t.deepEqual(inside.commands, [
		{kind: 'read-repository', host, repository: 'app'},
	]);
});

test('Esc on the first screen never quits and says so; elsewhere it goes back one screen', t => {
	const first = apply(withRegistries([host]), {kind: 'screen-closed'});
	t.deepEqual(first.commands, []);
	t.is(first.state.notice, 'This is the first screen. Press q to quit.');
	t.is(first.state.trail.length, 1);

	const open = withDigests([1]);
	const kinds = [];
	let now = open;
	for (let count = 0; count < 4; count++) {
		kinds.push(currentScreen(now).kind);
		now = apply(now, {kind: 'screen-closed'}).state;
	}

	t.deepEqual(kinds, ['digests', 'repositories', 'registries', 'registries']);
});

test('leaving a screen breaks off what it was loading, and coming back asks anew', t => {
	const loading = apply(withRepositories(['app']), {kind: 'item-opened'}).state;
	const left = apply(loading, {kind: 'screen-closed'});
	t.deepEqual(left.commands, [{kind: 'stop-loading', place: `${host}/app`}]);
	t.deepEqual(apply(left.state, {kind: 'item-opened'}).commands, [
		{kind: 'read-repository', host, repository: 'app'},
	]);

	const listing = apply(withRegistries([host]), {kind: 'item-opened'}).state;
	const back = apply(listing, {kind: 'screen-closed'});
	t.deepEqual(back.commands, [{kind: 'stop-loading', place: host}]);
	t.deepEqual(apply(back.state, {kind: 'item-opened'}).commands, [
		{kind: 'list-repositories', host},
	]);
});

test('an answer that comes after its screen was left changes no screen', t => {
	const left = apply(
		withRepositories(['app', 'other']),
		{kind: 'item-opened'},
		{kind: 'screen-closed'},
	).state;
	for (const late of [
		completed('app', [1, 2]),
		{
			kind: 'digests-failed',
			host,
			repository: 'app',
			problem: {message: 'late', remedy: ''},
		},
		{kind: 'plans-made', marks: [], plans: []},
		{
			kind: 'path-found',
			host,
			path: 'app',
			repository: 'app',
			reference: undefined,
			digest: undefined,
		},
	] as const) {
		const {state} = apply(left, late);
		t.deepEqual(state.trail, left.trail);
		t.deepEqual(selectPosition(state), selectPosition(left));
	}
});

test('a mark toggles and the cursor moves on; on the last row it stays', t => {
	const state = withDigests([1, 2]);
	const one = apply(state, {kind: 'mark-toggled'}).state;
	t.deepEqual(
		[...one.marks.values()],
		[{registry: host, repository: 'app', digest: digestOf(1)}],
	);
	t.is(selectCursorKey(one), digestOf(2));
	const both = apply(one, {kind: 'mark-toggled'}).state;
	t.is(both.marks.size, 2);
	t.is(selectCursorKey(both), digestOf(2));
	const without = apply(both, {kind: 'mark-toggled'}).state;
	t.deepEqual(
		[...without.marks.values()].map(({digest}) => digest),
		[digestOf(1)],
	);
	t.is(apply(both, {kind: 'marks-cleared'}).state.marks.size, 0);
});

test('marks are kept when their repository is read again', t => {
	const marked = apply(withDigests([1, 2]), {kind: 'mark-toggled'}).state;
	const read = apply(
		marked,
		{kind: 'list-refreshed'},
		completed('app', [1, 2, 3]),
	).state;
	t.is(read.marks, marked.marks);
});

test('a notice is gone with the next key, and news does not take it away', t => {
	const noticed = apply(withDigests([1, 2]), {
		kind: 'key-refused',
		reason: 'No.',
	}).state;
	t.is(noticed.notice, 'No.');
	t.is(apply(noticed, completed('app', [1])).state.notice, 'No.');
	t.is(
		apply(noticed, {kind: 'terminal-resized', columns: 90, rows: 30}).state
			.notice,
		'No.',
	);
	for (const key of [
		move('line', 1),
		{kind: 'mark-toggled'},
		{kind: 'help-opened'},
		{kind: 'screen-closed'},
	] as const) {
		t.is(apply(noticed, key).state.notice, undefined);
	}
});

test('a smaller terminal keeps the cursor in the window', t => {
	const {state} = apply(withDigests(numbers(1, 50)), move('page', 1));
	const small = apply(state, {
		kind: 'terminal-resized',
		columns: 60,
		rows: 15,
	}).state;
	const {index, top} = selectPosition(small);
	t.is(index, 15);
	t.true(top <= 15 && top + 7 > 15);
});

test('a row that is not known to a later reading is gone with it', t => {
	const state = withDigests([1, 2, 3]);
	const {state: after} = apply(
		state,
		{kind: 'list-refreshed'},
		completed('app', [2]),
	);
	t.deepEqual(
		[...after.repositories.values()].map(({records}) => [...records.keys()]),
		[[digestOf(2)]],
	);
});
