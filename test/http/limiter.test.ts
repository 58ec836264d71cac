import {setMaxListeners} from 'node:events';
import process from 'node:process';
import {setImmediate} from 'node:timers/promises';
import test from 'ava';
import {createLimiter} from '../../source/http/limiter.js';

const {signal} = new AbortController();
setMaxListeners(0, signal);

/** Timers that keep this process alive. */
const countTimers = (): number =>
	process.getActiveResourcesInfo().filter(name => name === 'Timeout').length;

test.serial('no more tasks run at a time than it was made for', async t => {
	const limiter = createLimiter(3);
	let running = 0;
	let most = 0;
	const results = await Promise.all(
		Array.from({length: 20}, async (_, index) =>
			limiter.run(async () => {
				running++;
				most = Math.max(most, running);
				await setImmediate();
				running--;
				return index;
			}, signal),
		),
	);
	t.is(most, 3);
	t.deepEqual(
		results,
		results.map((_, index) => index),
	);
});

test.serial('a task that fails gives its place to the next', async t => {
	const limiter = createLimiter(1);
	const failing = limiter.run(async () => {
		throw new Error('no');
	}, signal);
	const next = limiter.run(async () => 'fine', signal);
	await t.throwsAsync(failing, {message: 'no'});
	t.is(await next, 'fine');
});

test.serial('a pause ends', async t => {
	const limiter = createLimiter(1);
	limiter.pause(20);
	limiter.pause(1);
	t.is(await limiter.run(async () => 'run', signal), 'run');
	limiter.pause(1);
	t.is(await limiter.run(async () => 'again', signal), 'again');
});

test.serial(
	'a task can be aborted while it waits for the end of a pause, and then nothing keeps the process alive',
	async t => {
		const timers = countTimers();
		const limiter = createLimiter(2);
		limiter.pause(1_000_000);
		const stop = new AbortController();
		const started: number[] = [];
		const tasks = [1, 2, 3].map(async number =>
			limiter.run(async () => started.push(number), stop.signal),
		);
		await setImmediate();
		t.deepEqual(started, []);
		t.is(countTimers(), timers + 1);
		const reason = new Error('the operator left');
		stop.abort(reason);
		const ended = await Promise.allSettled(tasks);
		t.true(
			ended.every(
				result => result.status === 'rejected' && result.reason === reason,
			),
		);
		t.deepEqual(started, []);
		t.is(countTimers(), timers);
	},
);
