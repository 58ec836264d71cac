import {setMaxListeners} from 'node:events';
import process from 'node:process';
import {setImmediate} from 'node:timers/promises';
import test from 'ava';
import {createLimiter} from '../../source/http/limiter.js';

const {signal} = new AbortController();
setMaxListeners(0, signal);
const usual = {signal, priority: 0};

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
			}, usual),
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
	}, usual);
	const next = limiter.run(async () => 'fine', usual);
	await t.throwsAsync(failing, {message: 'no'});
	t.is(await next, 'fine');
});

test.serial(
	'what has a higher priority overtakes everything that waits, also after a pause',
	async t => {
		const limiter = createLimiter(1);
		limiter.pause(1);
		const order: string[] = [];
		const add = async (name: string, priority: number): Promise<void> =>
			limiter.run(
				async () => {
					order.push(name);
				},
				{signal, priority},
			);
		const waiting = Array.from({length: 1000}, async (_, index) =>
			add(`background ${index}`, -1),
		);
		await Promise.all([
			...waiting,
			add('screen', 0),
			add('batch', 1),
			add('screen again', 0),
		]);
		t.deepEqual(order.slice(0, 5), [
			'batch',
			'screen',
			'screen again',
			'background 0',
			'background 1',
		]);
	},
);

test.serial('a pause ends', async t => {
	const limiter = createLimiter(1);
	limiter.pause(20);
	limiter.pause(1);
	t.is(await limiter.run(async () => 'run', usual), 'run');
	limiter.pause(1);
	t.is(await limiter.run(async () => 'again', usual), 'again');
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
			limiter.run(async () => started.push(number), {
				signal: stop.signal,
				priority: 0,
			}),
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
