import test from 'ava';
import type {RunScreen, State} from '../../source/state/state.js';
import {
	apply,
	host,
	stepOf,
	withDigests,
	withRegistries,
} from './_build-state.js';

const running = (fields: Partial<RunScreen> = {}): State => {
	const state = withDigests([1, 2]);
	return {
		...state,
		trail: [
			...state.trail,
			{
				kind: 'run',
				state: 'running',
				registries: [host],
				total: 2,
				current: stepOf(1),
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

test('quitting leaves at once without marks, and asks with marks', t => {
	const state = withDigests([1]);
	t.deepEqual(apply(state, {kind: 'quit-asked'}).commands, [
		{kind: 'leave', exitCode: 0},
	]);
	const asked = apply(state, {kind: 'mark-toggled'}, {kind: 'quit-asked'});
	t.deepEqual(asked.commands, []);
	t.is(asked.state.trail.at(-1)?.kind, 'quit');
	t.deepEqual(
		apply(asked.state, {kind: 'screen-closed'}).state.trail,
		state.trail,
	);
	t.deepEqual(apply(asked.state, {kind: 'quit-confirmed'}).commands, [
		{kind: 'leave', exitCode: 0},
	]);
});

test('quitting leaves with the exit code of the batches', t => {
	const state = {...withRegistries([host]), exitCode: 3};
	t.deepEqual(apply(state, {kind: 'quit-asked'}).commands, [
		{kind: 'leave', exitCode: 3},
	]);
});

test('an interrupt leaves with 130 where no batch is under way', t => {
	for (const state of [
		withRegistries([host]),
		withDigests([1]),
		apply(withDigests([1]), {kind: 'help-opened'}).state,
		apply(withDigests([1]), {kind: 'place-asked'}).state,
		running({state: 'ended'}),
	]) {
		t.deepEqual(apply(state, {kind: 'interrupted'}).commands, [
			{kind: 'leave', exitCode: 130},
		]);
	}
});

test('in a batch the first interrupt ends it after the step in flight, the second breaks it off', t => {
	for (const state of [
		running(),
		apply(running(), {kind: 'help-opened'}).state,
	]) {
		const first = apply(state, {kind: 'interrupted'});
		t.deepEqual(first.commands, [{kind: 'stop-batch'}]);
		t.is(
			first.state.notice,
			'Stopping after the step in flight. Ctrl-C again breaks it off.',
		);
		t.deepEqual(apply(first.state, {kind: 'interrupted'}).commands, [
			{kind: 'abort-batch'},
		]);
	}
});

test('neither Esc nor quitting leaves a batch under way', t => {
	for (const state of [running(), running({state: 'stopping'})]) {
		const closed = apply(state, {kind: 'screen-closed'});
		t.is(closed.state.trail.at(-1)?.kind, 'run');
		t.regex(closed.state.notice ?? '', /under way/v);
		const asked = apply(state, {kind: 'help-opened'}, {kind: 'quit-asked'});
		t.deepEqual(asked.commands, []);
		t.is(asked.state.trail.at(-1)?.kind, 'help');
		t.regex(asked.state.notice ?? '', /under way/v);
	}

	const ended = apply(running({state: 'ended'}), {kind: 'screen-closed'});
	t.is(ended.state.trail.at(-1)?.kind, 'digests');
});
