/* eslint-disable ava/no-ignored-test-files -- any.test.ts loads it */
import test from 'ava';
import {createBatches} from '../../source/registry/batches.js';

const collect = async <Item>(
	reader: AsyncIterable<readonly Item[]>,
): Promise<ReadonlyArray<readonly Item[]>> => {
	const read: Array<readonly Item[]> = [];
	for await (const batch of reader) {
		read.push(batch);
	}

	return read;
};

test('what was pushed before a read comes at once', async t => {
	const batches = createBatches<number>();
	for (const item of [1, 2]) {
		batches.push(item);
	}

	batches.end();
	t.deepEqual(await collect(batches.read()), [[1, 2]]);
});

test('a reader that waits is woken by a push, and by the end', async t => {
	const batches = createBatches<number>();
	const reader = batches.read();
	const first = reader.next();
	for (const item of [1, 2]) {
		batches.push(item);
	}

	t.deepEqual(await first, {done: false, value: [1, 2]});
	const second = reader.next();
	batches.end();
	t.deepEqual(await second, {done: true, value: undefined});
});

test('an error comes after what was pushed before it', async t => {
	const batches = createBatches<number>();
	const reader = batches.read();
	batches.push(1);
	batches.end(new Error('lost'));
	t.deepEqual(await reader.next(), {done: false, value: [1]});
	await t.throwsAsync(reader.next(), {message: 'lost'});
});
