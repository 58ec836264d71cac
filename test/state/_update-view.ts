import test from 'ava';
import {selectCursorKey, selectKeys} from '../../source/state/select.js';
import {currentScreen, placeOf, type State} from '../../source/state/state.js';
import {
	apply,
	completed,
	digestOf,
	host,
	startState,
	withDigests,
} from './_build-state.js';

const shown = (state: State): number[] =>
	selectKeys(state, currentScreen(state)).map(key =>
		Number(key.replace('sha256:', '')),
	);

const opened = () =>
	apply(withDigests([1, 2, 3, 4]), completed('app', [1, 2, 3, 4])).state;

const typed = (state: State, text: string) =>
	apply(state, {kind: 'filter-opened'}, {kind: 'text-typed', text}).state;

test('a filter works as it is typed, and Enter keeps it', t => {
	const typing = typed(opened(), 'v3');
	t.deepEqual(shown(typing), [3]);
	t.true(typing.isFiltering);
	const kept = apply(typing, {kind: 'text-submitted'}).state;
	t.false(kept.isFiltering);
	t.deepEqual(shown(kept), [3]);
});

test('what is erased of a filter is shown again', t => {
	const erased = apply(typed(opened(), 'v3x'), {
		kind: 'text-erased',
		all: false,
	}).state;
	t.deepEqual(shown(erased), [3]);
	const empty = apply(erased, {kind: 'text-erased', all: true}).state;
	t.deepEqual(shown(empty), [1, 2, 3, 4]);
});

test('Esc peels one layer at a time: the typing with its filter, then the screen', t => {
	const state = opened();
	const once = apply(typed(state, 'v3'), {kind: 'screen-closed'}).state;
	t.false(once.isFiltering);
	t.deepEqual(shown(once), [1, 2, 3, 4]);
	t.is(currentScreen(once).kind, 'digests');
	const kept = apply(typed(state, 'v3'), {kind: 'text-submitted'}).state;
	const cleared = apply(kept, {kind: 'screen-closed'}).state;
	t.deepEqual(shown(cleared), [1, 2, 3, 4]);
	const left = apply(cleared, {kind: 'screen-closed'}).state;
	t.not(currentScreen(left).kind, 'digests');
});

test('a filter is there again when the repository is opened again', t => {
	const kept = apply(typed(opened(), 'v3'), {kind: 'text-submitted'}).state;
	const {trail} = kept;
	const elsewhere = {...kept, trail: trail.slice(0, -1)};
	const again = {...elsewhere, trail};
	t.deepEqual(shown(again), [3]);
});

test('the cursor stays on its item through filters and orders', t => {
	const onThird = apply(
		opened(),
		{kind: 'cursor-moved', by: 'line', direction: 1},
		{kind: 'cursor-moved', by: 'line', direction: 1},
	).state;
	t.is(selectCursorKey(onThird), digestOf(3));
	t.is(selectCursorKey(typed(onThird, '!v2')), digestOf(3));
	const reversed = apply(onThird, {kind: 'order-reversed'}).state;
	t.deepEqual(shown(reversed), [4, 3, 2, 1]);
	t.is(selectCursorKey(reversed), digestOf(3));
});

test('an order is chosen from the menu, and the same again turns it round', t => {
	const menu = apply(opened(), {kind: 'orders-opened'}).state;
	const screen = currentScreen(menu);
	t.is(screen.kind === 'menu' && screen.chosen, 'newest');
	const down = {kind: 'cursor-moved', by: 'line', direction: 1} as const;
	const byTag = apply(menu, down, down, {kind: 'item-opened'}).state;
	t.is(byTag.views.get(placeOf(currentScreen(byTag)))?.order, 'tag');
	t.deepEqual(shown(byTag), [1, 2, 3, 4]);
	const again = apply(
		byTag,
		{kind: 'orders-opened'},
		{kind: 'item-opened'},
	).state;
	t.deepEqual(shown(again), [4, 3, 2, 1]);
});

test('Esc leaves the menu with the order as it was', t => {
	const left = apply(
		opened(),
		{kind: 'orders-opened'},
		{kind: 'screen-closed'},
	).state;
	t.is(currentScreen(left).kind, 'digests');
	t.deepEqual(shown(left), [1, 2, 3, 4]);
});

test('on a wide screen the detail of what is under the cursor is asked for, once', t => {
	const wide = startState({columns: 200, rows: 60});
	const {commands, state} = apply(
		withDigests([1, 2], wide),
		{kind: 'cursor-moved', by: 'line', direction: 1},
		{kind: 'cursor-moved', by: 'line', direction: -1},
	);
	t.deepEqual(commands, [
		{
			kind: 'read-detail',
			host,
			repository: 'app',
			digest: digestOf(2),
		},
	]);
	t.is(state.details.size, 2);
});
