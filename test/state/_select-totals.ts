import test from 'ava';
import fc from 'fast-check';
import type {DigestRecord, DigestRecords} from '../../source/oci/record.js';
import {addRecords, selectTotals} from '../../source/state/select-totals.js';
import {digestOf, recordOf} from './_build-state.js';

const blobsOf = (numbers: readonly number[]) =>
	numbers.map(number => ({digest: digestOf(1000 + number), size: number + 1}));

const merged = (records: DigestRecords): DigestRecords => new Map(records);

test('totals that are counted part by part are those of the whole, however records grow', t => {
	const step = fc.record({
		number: fc.integer({min: 0, max: 8}),
		blobs: fc.array(fc.integer({min: 0, max: 6}), {maxLength: 4}),
		manifestSize: fc.integer({min: 0, max: 50}),
		growth: fc.constantFrom('blobs', 'time', 'none'),
	});
	fc.assert(
		fc.property(
			fc.array(fc.array(step, {maxLength: 4}), {maxLength: 10}),
			fc.array(fc.boolean(), {minLength: 10, maxLength: 10}),
			(parts, isLookedAt) => {
				let records: DigestRecords = new Map();
				for (const [index, part] of parts.entries()) {
					const before = records;
					const added = part.map(
						({number, blobs, manifestSize, growth}): DigestRecord => {
							const known = before.get(digestOf(number)) ?? recordOf(number);
							return growth === 'blobs'
								? {...known, blobs: blobsOf(blobs), manifestSize}
								: growth === 'time'
									? {...known, created: '2026-01-01T00:00:00Z'}
									: known;
						},
					);
					records = addRecords(before, added);
					// Not after each part, as two may come between two frames.
					for (const looked of isLookedAt[index] ? [records, before] : []) {
						t.deepEqual(selectTotals(looked), selectTotals(merged(looked)));
					}
				}

				t.deepEqual(selectTotals(records), selectTotals(merged(records)));
			},
		),
		{numRuns: 300},
	);
});

test('what a list told of without its manifest counts by the size that the list gives', t => {
	const listed = {...recordOf(1), state: 'loaded' as const, size: 700};
	const records = addRecords(new Map(), [
		{...listed, blobs: [], manifestSize: 0},
	]);
	t.is(selectTotals(records).bytes, 700);
	const read = {...listed, blobs: blobsOf([4]), manifestSize: 30};
	t.is(selectTotals(addRecords(records, [read])).bytes, 35);
});
