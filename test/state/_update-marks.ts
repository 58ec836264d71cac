import test from 'ava';
import {currentScreen, markKey, type State} from '../../source/state/state.js';
import {update} from '../../source/state/update.js';
import {apply, completed, digestOf, host, withDigests} from './_build-state.js';

const opened = () =>
	apply(withDigests([1, 2, 3, 4]), completed('app', [1, 2, 3, 4])).state;

const marked = (state: State): number[] =>
	[...state.marks.values()].map(({digest}) =>
		Number(digest.replace('sha256:', '')),
	);

const down = {kind: 'cursor-moved', by: 'line', direction: 1} as const;

test('a range marks everything from where it began to the cursor, in both directions', t => {
	const ranged = apply(opened(), down, {kind: 'range-toggled'}, down, down, {
		kind: 'range-toggled',
	}).state;
	t.deepEqual(marked(ranged), [2, 3, 4]);
	t.is(ranged.rangeFrom, undefined);
	const upwards = apply(
		opened(),
		down,
		down,
		{kind: 'range-toggled'},
		{kind: 'cursor-moved', by: 'end', direction: -1},
		{kind: 'range-toggled'},
	).state;
	t.deepEqual(marked(upwards), [1, 2, 3]);
});

test('Esc leaves a range without marking', t => {
	const left = apply(opened(), {kind: 'range-toggled'}, down, {
		kind: 'screen-closed',
	}).state;
	t.deepEqual(marked(left), []);
	t.is(left.rangeFrom, undefined);
	t.is(currentScreen(left).kind, 'digests');
});

test('all that is shown is marked, and nothing that a filter hides', t => {
	const {state} = apply(
		opened(),
		{kind: 'filter-opened'},
		{kind: 'text-typed', text: '!v2'},
		{kind: 'text-submitted'},
		{kind: 'all-marked'},
	);
	t.deepEqual(marked(state), [1, 3, 4]);
	const inverted = apply(
		state,
		{kind: 'screen-closed'},
		{kind: 'marks-inverted'},
	).state;
	t.deepEqual(marked(inverted), [2]);
});

test('neverTouch keeps a digest from being marked, and says so', t => {
	const state = opened();
	const careful: State = {
		...state,
		registries: state.registries.map(registry => ({
			...registry,
			care: {...registry.care, neverTouch: ['v1', 'app:v3*']},
		})),
	};
	const all = apply(careful, {kind: 'all-marked'}).state;
	t.deepEqual(marked(all), [2, 4]);
	t.regex(all.notice ?? '', /2 digests were not marked: neverTouch/);
});

test('the pane of marks takes marks off and leads to the digest', t => {
	const pane = apply(
		opened(),
		{kind: 'all-marked'},
		{kind: 'marks-opened'},
	).state;
	const less = apply(pane, down, {kind: 'mark-toggled'}).state;
	t.deepEqual(marked(less), [1, 3, 4]);
	const led = apply(less, {kind: 'item-opened'}).state;
	t.like(currentScreen(led), {kind: 'digests', host, repository: 'app'});
});

test('every change of the marks is saved, and nothing else is', t => {
	const [state, commands] = update(opened(), {kind: 'mark-toggled'});
	t.deepEqual(
		commands.filter(({kind}) => kind === 'save-marks'),
		[
			{
				kind: 'save-marks',
				offered: [],
				marks: new Map([
					[
						markKey(host, 'app', digestOf(1)),
						{registry: host, repository: 'app', digest: digestOf(1)},
					],
				]),
			},
		],
	);
	const [, others] = update(state, down);
	t.deepEqual(others, []);
});

test('marking something does not lose what an earlier run left', t => {
	const mark = {registry: host, repository: 'app', digest: digestOf(9)};
	const offered = apply(opened(), {kind: 'marks-found', marks: [mark]}).state;
	const [, commands] = update(offered, {kind: 'mark-toggled'});
	const saved = commands.find(({kind}) => kind === 'save-marks');
	t.deepEqual(
		saved?.kind === 'save-marks'
			? [...saved.offered, ...saved.marks.values()].map(({digest}) => digest)
			: [],
		[digestOf(9), digestOf(1)],
	);
});

test('the marks of an earlier run are offered, and taken up only when asked', t => {
	const mark = {registry: host, repository: 'app', digest: digestOf(9)};
	const offered = apply(opened(), {kind: 'marks-found', marks: [mark]}).state;
	t.deepEqual(marked(offered), []);
	const taken = apply(offered, {kind: 'offer-taken'}).state;
	t.deepEqual(marked(taken), [9]);
	t.deepEqual(taken.offered, []);
});

test('the digest and the pull reference are copied', t => {
	const [, digest] = update(opened(), {kind: 'text-copied', what: 'digest'});
	t.deepEqual(digest, [{kind: 'copy-text', text: digestOf(1)}]);
	const [, reference] = update(opened(), {
		kind: 'text-copied',
		what: 'reference',
	});
	t.deepEqual(reference, [
		{kind: 'copy-text', text: `${host}/app@${digestOf(1)}`},
	]);
});
