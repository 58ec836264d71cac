/* eslint-disable ava/no-ignored-test-files -- effects.test.ts loads it */
import {setImmediate} from 'node:timers/promises';
import test from 'ava';
import {createPartTeller} from '../../source/effects/tell-parts.js';
import type {Message} from '../../source/state/message.js';

const say = (text: string): Message => ({kind: 'notice-given', text});

const open = () => {
	const ending = new AbortController();
	const told: string[][] = [];
	let turn: string[] = [];
	const wake: Array<() => void> = [];
	const tell = createPartTeller(
		{
			now: () => 0,
			async sleep(_milliseconds, signal) {
				await new Promise<void>((resolve, reject) => {
					wake.push(resolve);
					signal.addEventListener('abort', () => {
						reject(new Error('stopped'));
					});
				});
			},
		},
		ending.signal,
	);
	const load = new AbortController();
	return {
		ending,
		load,
		told,
		tell: async (text: string, signal = load.signal) =>
			tell(say(text), {
				dispatch(message) {
					turn.push(message.kind === 'notice-given' ? message.text : '');
				},
				signal,
			}),
		/** Ends the pause and notes what was told in it. */
		async pass() {
			told.push(turn);
			turn = [];
			for (const resolve of wake.splice(0)) {
				resolve();
			}

			await setImmediate();
		},
	};
};

test('the first part is told at once, those that come soon after together', async t => {
	const {tell, pass, told} = open();
	await tell('a');
	const others = [tell('b'), tell('c')];
	await setImmediate();
	await pass();
	t.deepEqual(told, [['a']]);
	await Promise.all(others);
	const last = tell('d');
	await pass();
	t.deepEqual(told, [['a'], ['b', 'c']]);
	await last;
	await pass();
	await pass();
	await tell('e');
	await pass();
	t.deepEqual(told, [['a'], ['b', 'c'], ['d'], [], ['e']]);
});

test('a part whose load was broken off is not told, and nobody waits for ever', async t => {
	const {tell, pass, told, load, ending} = open();
	await tell('a');
	const late = tell('late');
	const other = tell('other', new AbortController().signal);
	load.abort();
	await pass();
	await Promise.all([late, other]);
	const last = tell('last', new AbortController().signal);
	ending.abort();
	await last;
	await pass();
	t.deepEqual(told, [['a'], ['other', 'last']]);
});
