import {createHash} from 'node:crypto';
import test from 'ava';
import {type Digest, parseDigest} from '../../source/oci/digest.js';
import {createDigestFilter} from '../../source/oci/digest-filter.js';

const digestOf = (number: number, algorithm = 'sha256'): Digest =>
	parseDigest(
		`${algorithm}:${createHash(algorithm).update(String(number)).digest('hex')}`,
	)!;

const list = (from: number, to: number): readonly Digest[] =>
	Array.from({length: to - from}, (_, index) =>
		digestOf(from + index, index % 7 === 0 ? 'sha512' : 'sha256'),
	);

const filterOf = (digests: readonly Digest[]) =>
	createDigestFilter(new Map(digests.map(digest => [digest, true])));

for (const count of [1, 2, 3, 31, 32, 33, 1000, 20_000]) {
	test(`of ${count} digests none is missed, and few others are let through`, t => {
		const digests = list(0, count);
		const {mayHave} = filterOf(digests);
		t.true(digests.every(digest => mayHave(digest)));
		const others = list(count, count + 5000);
		const wrong = others.filter(digest => mayHave(digest)).length;
		t.true(wrong < others.length / 8, `${wrong} of ${others.length}`);
	});
}

test('a filter of nothing lets nothing through', t => {
	t.false(filterOf([]).mayHave(digestOf(1)));
});
