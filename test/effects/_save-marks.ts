/* eslint-disable ava/no-ignored-test-files -- effects.test.ts loads it */
import {setImmediate} from 'node:timers/promises';
import test from 'ava';
import {createMarkSaver} from '../../source/effects/save-marks.js';
import {markKey} from '../../source/state/state.js';
import type {Mark, World} from '../../source/world.js';
import {digestOf} from '../helpers/build-repository.js';

const host = 'registry.example.com';

const marksOf = (...names: string[]): ReadonlyMap<string, Mark> =>
	new Map(
		names.map(name => [
			markKey(host, 'app', digestOf(name)),
			{registry: host, repository: 'app', digest: digestOf(name)},
		]),
	);

/** A world in which time passes when the test says so, and what it wrote. */
const openSaver = () => {
	const ending = new AbortController();
	const written: string[][] = [];
	const sleepers = new Set<() => void>();
	let now = 1_000_000;
	const world: Pick<World, 'clock' | 'saveMarks'> = {
		clock: {
			now: () => now,
			async sleep(_milliseconds, signal) {
				await new Promise<void>((resolve, reject) => {
					const stop = (): void => {
						reject(new Error('stopped'));
					};

					if (signal.aborted) {
						stop();
						return;
					}

					signal.addEventListener('abort', stop);
					sleepers.add(resolve);
				});
			},
		},
		async saveMarks(marks) {
			await setImmediate();
			written.push(marks.map(({digest}) => digest));
			return undefined;
		},
	};
	const {save, flush} = createMarkSaver(world, ending.signal);
	return {
		written,
		flush,
		ending,
		save: async (...names: string[]) =>
			save(
				{kind: 'save-marks', offered: [], marks: marksOf(...names)},
				() => undefined,
			),
		pass(milliseconds: number) {
			now += milliseconds;
			for (const wake of sleepers) {
				wake();
			}

			sleepers.clear();
		},
	};
};

const one = [digestOf('one')];
const three = ['one', 'two', 'three'].map(name => digestOf(name));

test('the first change is written at once; of those that follow soon only the newest, after a rest', async t => {
	const {written, save, pass} = openSaver();
	await save('one');
	t.deepEqual(written, [one]);
	const second = save('one', 'two');
	const third = save('one', 'two', 'three');
	await setImmediate();
	await setImmediate();
	t.deepEqual(written, [one]);
	pass(300.01);
	await Promise.all([second, third]);
	t.deepEqual(written, [one, three]);
	pass(1000);
	await save('one');
	t.deepEqual(written, [one, three, one]);
});

test('what changes while marks are written is written after them', async t => {
	const {written, save, ending} = openSaver();
	const first = save('one');
	await Promise.resolve();
	const second = save('one', 'two', 'three');
	ending.abort();
	await Promise.all([first, second]);
	t.deepEqual(written.at(-1), three);
});

for (const how of ['leaving', 'flushing'] as const) {
	test(`${how} waits for no rest, and loses nothing`, async t => {
		const {written, save, flush, ending} = openSaver();
		await save('one');
		const last = save('one', 'two', 'three');
		await setImmediate();
		t.deepEqual(written, [one]);
		if (how === 'leaving') {
			ending.abort();
		} else {
			await flush();
		}

		await last;
		t.deepEqual(written, [one, three]);
	});
}
