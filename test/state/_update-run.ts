import test from 'ava';
import type {Outcome} from '../../source/plan/plan.js';
import {selectCursorKey} from '../../source/state/select.js';
import type {RunScreen, State} from '../../source/state/state.js';
import {
	apply,
	digestOf,
	host,
	move,
	stepOf,
	withDigests,
} from './_build-state.js';

const withRun = (fields: Partial<RunScreen> = {}): State => {
	const marked = apply(
		withDigests([1, 2, 3]),
		{kind: 'mark-toggled'},
		{kind: 'mark-toggled'},
	).state;
	return {
		...marked,
		trail: [
			...marked.trail,
			{
				kind: 'run',
				state: 'running',
				registries: [host],
				total: 2,
				current: undefined,
				outcomes: [],
				batch: '',
				journal: '',
				problem: undefined,
				top: 0,
				...fields,
			},
		],
	};
};

const end = (number: number, outcome: Outcome) =>
	({kind: 'step-ended', host, step: stepOf(number), outcome}) as const;

const runOf = (state: State): RunScreen => {
	const screen = state.trail.find(open => open.kind === 'run');
	if (!screen) {
		throw new Error('There is no batch');
	}

	return screen;
};

const isMarked = (state: State, number: number): boolean =>
	[...state.marks.values()].some(({digest}) => digest === digestOf(number));

const isListed = (state: State, number: number): boolean =>
	state.repositories.get(`${host}/app`)?.records.has(digestOf(number)) ?? false;

test('what is gone leaves the list and the marks; what is not stays in both', t => {
	const reason = 'because';
	const table: ReadonlyArray<readonly [Outcome, boolean]> = [
		[{kind: 'deleted'}, false],
		[{kind: 'absent'}, false],
		[{kind: 'would-delete'}, true],
		[{kind: 'refused', reason}, true],
		[{kind: 'failed', reason}, true],
		[{kind: 'not-reached', reason}, true],
	];
	for (const [outcome, stays] of table) {
		const {state} = apply(withRun(), end(1, outcome));
		t.is(isMarked(state, 1), stays, `${outcome.kind}`);
		t.is(isListed(state, 1), stays, `${outcome.kind}`);
		t.true(isMarked(state, 2));
		t.true(isListed(state, 2));
		t.deepEqual(runOf(state).outcomes, [{step: stepOf(1), outcome}]);
	}
});

test('the cursor is on a row that is still there when its own is deleted', t => {
	const {state} = apply(
		withRun(),
		end(1, {kind: 'deleted'}),
		end(2, {kind: 'deleted'}),
		{kind: 'batch-ended'},
		{kind: 'screen-closed'},
	);
	t.is(selectCursorKey(state), digestOf(3));
});

test('the outcomes of a batch also arrive while the help lies over it', t => {
	const {state} = apply(
		withRun(),
		{kind: 'help-opened'},
		{kind: 'step-began', step: stepOf(1)},
		end(1, {kind: 'deleted'}),
		{kind: 'batch-ended'},
	);
	t.is(state.trail.at(-1)?.kind, 'help');
	t.is(runOf(state).state, 'ended');
	t.is(runOf(state).outcomes.length, 1);
});

test('exit codes combine: a failure outweighs a refusal, which outweighs success', t => {
	const reason = 'because';
	const outcomes: Readonly<Record<string, Outcome>> = {
		deleted: {kind: 'deleted'},
		absent: {kind: 'absent'},
		refused: {kind: 'refused', reason},
		failed: {kind: 'failed', reason},
		'not-reached': {kind: 'not-reached', reason},
	};
	const table: ReadonlyArray<readonly [string[][], number]> = [
		[[['deleted']], 0],
		[[['absent']], 0],
		[[['deleted', 'refused']], 3],
		[[['refused', 'failed']], 1],
		[[['not-reached']], 1],
		[[['refused'], ['deleted']], 3],
		[[['deleted'], ['refused']], 3],
		[[['failed'], ['refused']], 1],
		[[['refused'], ['failed']], 1],
		[[['failed'], ['deleted']], 1],
	];
	for (const [batches, exitCode] of table) {
		let state = withDigests([1, 2, 3]);
		for (const batch of batches) {
			state = apply(
				{...withRun(), exitCode: state.exitCode, farewell: state.farewell},
				...batch.map((name, index) => end(index + 1, outcomes[name]!)),
				{kind: 'batch-ended'},
			).state;
		}

		t.is(state.exitCode, exitCode, `${batches.join(' then ')}`);
		t.is(state.farewell.length, batches.length);
	}
});

test('the last line tells what was done, where, and where the journal is', t => {
	const {state} = apply(
		withRun(),
		{kind: 'batch-began', batch: '', journal: '/state/journal/b.jsonl'},
		end(1, {kind: 'deleted'}),
		end(2, {kind: 'failed', reason: 'because'}),
		{kind: 'batch-ended'},
	);
	t.deepEqual(state.farewell, [
		`jetsam: deleted 1, failed 1 in ${host}; journal: /state/journal/b.jsonl`,
	]);
});

test('a batch that could not begin ends with 1 and says why', t => {
	const problem = {message: 'No room for the journal.', remedy: 'Make room.'};
	const {state} = apply(
		withRun(),
		{kind: 'batch-failed', problem},
		{kind: 'batch-ended'},
	);
	t.is(state.exitCode, 1);
	t.deepEqual(runOf(state).problem, problem);
	t.deepEqual(state.farewell, [
		`jetsam: nothing was deleted in ${host}: No room for the journal.`,
	]);
});

test('a batch that broke off says so in the shell too, besides what was done', t => {
	const {state} = apply(
		withRun(),
		end(1, {kind: 'deleted'}),
		{
			kind: 'batch-failed',
			problem: {message: 'The journal is full.', remedy: ''},
		},
		{kind: 'batch-ended'},
	);
	t.is(state.exitCode, 1);
	t.deepEqual(state.farewell, [
		`jetsam: deleted 1 in ${host}`,
		'jetsam: The journal is full.',
	]);
});

test('the outcomes scroll, and not past their ends', t => {
	const outcomes = Array.from({length: 40}, (_, index) => ({
		step: stepOf(index + 1),
		outcome: {kind: 'deleted'} as const,
	}));
	const state = withRun({outcomes, state: 'ended'});
	const topAfter = (...messages: Array<ReturnType<typeof move>>): number =>
		runOf(apply(state, ...messages).state).top;
	t.is(topAfter(move('line', -1)), 0);
	t.is(topAfter(move('line', 1)), 1);
	t.is(topAfter(move('end', 1)), 39);
	t.is(topAfter(move('end', 1), move('line', 1)), 39);
	t.is(topAfter(move('end', 1), move('end', -1)), 0);
	t.is(topAfter(move('page', 1), move('page', -1)), 0);
});

test('events without a batch change nothing', t => {
	const state = withDigests([1]);
	t.deepEqual(apply(state, end(1, {kind: 'deleted'})).state, state);
	t.deepEqual(apply(state, {kind: 'batch-ended'}).state, state);
});
