import {setImmediate} from 'node:timers/promises';
import test from 'ava';
import type {Command} from '../../source/state/command.js';
import {usualCare} from '../../source/plan/care.js';
import type {Message} from '../../source/state/message.js';
import type {RunScreen} from '../../source/state/state.js';
import {createStore} from '../../source/state/store.js';
import {
	host,
	move,
	startState,
	stepOf,
	withDigests,
	withRepositories,
} from './_build-state.js';

const idle = async (): Promise<void> => undefined;

/** A promise that a test resolves. */
const createDeferred = () => {
	let resolve: () => void = () => undefined;
	const promise = new Promise<void>(settle => {
		resolve = settle;
	});
	return {promise, resolve};
};

test('messages of one turn are told once, with the last state', async t => {
	const store = createStore(withDigests([1, 2, 3]), idle);
	let told = 0;
	store.subscribe(() => {
		told++;
	});
	store.dispatch({kind: 'mark-toggled'});
	store.dispatch({kind: 'mark-toggled'});
	t.is(told, 0);
	t.is(store.getState().marks.size, 2);
	await store.settled();
	t.is(told, 1);
	store.dispatch({kind: 'marks-cleared'});
	await store.settled();
	t.is(told, 2);
});

test('a message that changes nothing is not told', async t => {
	const store = createStore(startState(), idle);
	let told = 0;
	store.subscribe(() => {
		told++;
	});
	store.dispatch({kind: 'batch-ended'});
	store.dispatch(move('line', 1));
	await store.settled();
	await setImmediate();
	t.is(told, 0);
});

test('who unsubscribes is told no more, the others are', async t => {
	const store = createStore(withDigests([1, 2]), idle);
	const told: string[] = [];
	const leave = store.subscribe(() => {
		told.push('first');
	});
	store.subscribe(() => {
		told.push('second');
	});
	store.dispatch({kind: 'mark-toggled'});
	await store.settled();
	leave();
	store.dispatch({kind: 'marks-cleared'});
	await store.settled();
	t.deepEqual(told, ['first', 'second', 'second']);
});

test('settled waits for every command, also those that answers lead to, and for the listeners', async t => {
	const first = createDeferred();
	const second = createDeferred();
	const ran: Array<Command['kind']> = [];
	const store = createStore(
		withRepositories(['app']),
		async (command, dispatch) => {
			ran.push(command.kind);
			if (ran.length === 1) {
				await first.promise;
				dispatch({kind: 'screen-closed'});
				dispatch({kind: 'item-opened'});
				return;
			}

			await second.promise;
		},
	);
	let told = 0;
	store.subscribe(() => {
		told++;
	});
	let isSettled = false;
	store.dispatch({kind: 'item-opened'});
	const settling = (async () => {
		await store.settled();
		isSettled = true;
	})();
	await setImmediate();
	t.false(isSettled);
	first.resolve();
	await setImmediate();
	t.deepEqual(ran, ['read-repository', 'stop-loading', 'read-repository']);
	t.false(isSettled);
	second.resolve();
	await settling;
	t.is(told, 2);
});

test('settled resolves at once where nothing is under way, and for all who wait', async t => {
	const store = createStore(startState(), idle);
	await store.settled();
	store.dispatch({
		kind: 'registries-known',
		registries: [{host, address: host, source: 'test', care: usualCare}],
	});
	await Promise.all([store.settled(), store.settled()]);
	t.is(store.getState().registries.length, 1);
});

const running: RunScreen = {
	kind: 'run',
	state: 'running',
	registries: [host],
	total: 3,
	current: undefined,
	outcomes: [],
	batch: '',
	journal: '',
	problem: undefined,
	top: 0,
};

test('what is streamed is told a few times a second, a key at once, and the end at once', async t => {
	const ended = createDeferred();
	const began = createDeferred();
	let stream: (message: Message) => void = () => undefined;
	const pauses: Array<() => void> = [];
	const store = createStore(
		{...withDigests([1, 2]), trail: [running]},
		async (_command, dispatch) => {
			stream = dispatch;
			began.resolve();
			await ended.promise;
		},
		callback => {
			pauses.push(callback);
		},
	);
	let told = 0;
	store.subscribe(() => {
		told++;
	});
	store.dispatch({kind: 'batch-hold-toggled'});
	await began.promise;
	await setImmediate();
	t.is(told, 1);

	stream({kind: 'step-began', step: stepOf(1)});
	await setImmediate();
	t.is(told, 2);

	stream({kind: 'step-began', step: stepOf(2)});
	await setImmediate();
	t.is(told, 2);
	t.like(store.getState().trail[0], {current: stepOf(2)});

	pauses.shift()?.();
	await setImmediate();
	t.is(told, 3);

	store.dispatch({kind: 'batch-hold-toggled'});
	await setImmediate();
	t.is(told, 4);

	stream({kind: 'step-began', step: stepOf(3)});
	await setImmediate();
	t.is(told, 4);
	ended.resolve();
	await store.settled();
	t.is(told, 5);
	pauses.shift()?.();
	await setImmediate();
	t.is(told, 5);
});
