import test from 'ava';
import fc from 'fast-check';
import {changeMap, layersOf} from '../../source/state/layered-map.js';

const large = (size: number): ReadonlyMap<number, string> =>
	new Map(Array.from({length: size}, (_, key) => [key, `value ${key}`]));

/** The same changes on a plain map. */
const changePlain = (
	map: ReadonlyMap<number, string>,
	changes: ReadonlyMap<number, string | undefined>,
): ReadonlyMap<number, string> => {
	const copy = new Map(map);
	for (const [key, value] of changes) {
		if (value === undefined) {
			copy.delete(key);
		} else if (!copy.has(key)) {
			copy.set(key, value);
		}
	}

	return copy;
};

test('a large map with one change shares what stayed', t => {
	const base = large(5000);
	const changed = changeMap(base, new Map([[7, undefined]]));
	t.is(layersOf(changed).base, base);
	t.is(changed.size, 4999);
	t.false(changed.has(7));
	t.true(base.has(7));
	t.is(changeMap(changed, new Map([[7, 'value 7']])).size, 5000);
});

test('many changes are not piled up', t => {
	let map = large(5000);
	for (let key = 0; key < 3000; key++) {
		map = changeMap(map, new Map([[key, undefined]]));
		t.true(layersOf(map).changes.size <= 400);
	}

	t.deepEqual([...map.keys()], [...large(5000).keys()].slice(3000));
});

test('whatever is changed, it reads as a plain map does, in the same order', t => {
	const key = fc.oneof(
		fc.integer({min: 0, max: 40}),
		fc.integer({min: 1190, max: 1230}),
	);
	const change = fc.array(fc.tuple(key, fc.boolean()), {maxLength: 12});
	fc.assert(
		fc.property(fc.array(change, {maxLength: 12}), batches => {
			let map = large(1200);
			let plain = map;
			for (const batch of batches) {
				const changes = new Map(
					batch.map(([number, isIn]) => [
						number,
						isIn ? `value ${number}` : undefined,
					]),
				);
				map = changeMap(map, changes);
				plain = changePlain(plain, changes);
			}

			t.deepEqual([...map], [...plain]);
			t.deepEqual([...map.keys()], [...plain.keys()]);
			t.deepEqual([...map.values()], [...plain.values()]);
			t.is(map.size, plain.size);
			for (const number of [0, 20, 1195, 1205, 9999]) {
				t.is(map.get(number), plain.get(number));
				t.is(map.has(number), plain.has(number));
			}
		}),
		{numRuns: 60},
	);
});
