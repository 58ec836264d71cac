import test from 'ava';
import {formatTimeLeft} from '../../source/text/time-left.js';
import {
	describeProgress,
	selectRate,
} from '../../source/state/select-progress.js';
import type {RunScreen} from '../../source/state/state.js';
import {stepOf} from './_build-state.js';

const runWith = (
	ended: number,
	fields: Partial<RunScreen> = {},
): RunScreen => ({
	kind: 'run',
	state: 'running',
	registries: ['registry.test'],
	total: 100,
	current: undefined,
	outcomes: Array.from({length: ended}, (_, index) => ({
		step: stepOf(index + 1, {size: 1_000_000}),
		outcome: {kind: 'deleted'},
	})),
	batch: '',
	journal: '',
	problem: undefined,
	top: 0,
	...fields,
});

test('a rate is said when enough has ended, since the batch last went on', t => {
	t.is(selectRate(runWith(50)), undefined);
	const pace = {since: 0, last: 2000, ended: 1};
	t.is(selectRate(runWith(5, {pace})), undefined);
	t.is(selectRate(runWith(21, {pace})), 10);
	t.is(selectRate(runWith(21, {pace: {...pace, last: 0}})), undefined);
});

for (const [seconds, text] of [
	[0.2, '1 s'],
	[8, '8 s'],
	[61, '2 min'],
	[3601, '1 h 1 min'],
] as const) {
	test(`${seconds} s are left: ${text}`, t => {
		t.is(formatTimeLeft(seconds), text);
	});
}

test('what is left, how fast, how long, how much', t => {
	const pace = {since: 0, last: 2000, ended: 1};
	t.is(
		describeProgress(runWith(21, {pace})),
		'79 steps left, 10 a second, about 8 s, 21 MB gone at most',
	);
	t.is(describeProgress(runWith(0)), '100 steps left');
	t.is(
		describeProgress(runWith(1, {state: 'paused'})),
		'Paused: what was under way ends, and nothing new is sent. 99 left; p goes on.',
	);
});

test('what goes along is in the bytes of its index already', t => {
	const [first] = runWith(1).outcomes;
	const along = stepOf(2, {size: 5_000_000, goesWith: stepOf(1).digest});
	t.true(
		describeProgress(
			runWith(1, {
				outcomes: [first!, {step: along, outcome: {kind: 'deleted'}}],
			}),
		).includes('1 MB gone'),
	);
});
