import test from 'ava';
import {
	formatAge,
	formatRate,
	formatBytes,
	formatCount,
} from '../../source/text/quantities.js';

const sizes: ReadonlyArray<readonly [number | undefined, string]> = [
	[undefined, ''],
	[0, '0 B'],
	[1, '1 B'],
	[999, '999 B'],
	[1000, '1 kB'],
	[1999, '1 kB'],
	[999_999, '999 kB'],
	[1_000_000, '1 MB'],
	[182_345_678, '182 MB'],
	[999_999_999, '999 MB'],
	[1_000_000_000, '1 GB'],
	[1_990_000_000, '1.9 GB'],
	[17_549_000_000, '17.5 GB'],
	[999_999_999_999, '999.9 GB'],
	[2_500_000_000_000, '2.5 TB'],
];

for (const [bytes, expected] of sizes) {
	test(`${bytes} bytes are ${JSON.stringify(expected)}`, t => {
		t.is(formatBytes(bytes), expected);
	});
}

const now = Date.parse('2026-11-22T12:00:00Z');
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365.25 * day;

const ages: ReadonlyArray<readonly [number, string]> = [
	[0, '0m'],
	[minute - 1, '0m'],
	[minute, '1m'],
	[hour - 1, '59m'],
	[hour, '1h'],
	[48 * hour - 1, '47h'],
	[48 * hour, '2d'],
	[61 * day, '61d'],
	[730 * day, '730d'],
	[2 * year, '2y'],
	[3 * year - 1, '2y'],
	[46 * year, '46y'],
	[-5 * day, '0m'],
];

for (const [age, expected] of ages) {
	test(`${age} milliseconds are ${expected}`, t => {
		t.is(formatAge(new Date(now - age).toISOString(), now), expected);
	});
}

test('what is no moment has no age', t => {
	for (const moment of [undefined, '', 'yesterday', '2026-13-01']) {
		t.is(formatAge(moment, now), '');
	}
});

test('a year 1 is as old as it says', t => {
	t.is(formatAge('0001-01-01T00:00:00Z', now), '2025y');
});

test('a count says what it counts', t => {
	t.is(formatCount(0, 'digest'), '0 digests');
	t.is(formatCount(1, 'digest'), '1 digest');
	t.is(formatCount(2400, 'digest'), '2,400 digests');
	t.is(formatCount(1_000_000, 'tag'), '1,000,000 tags');
	t.is(formatCount(1, 'repository', 'repositories'), '1 repository');
	t.is(formatCount(2, 'repository', 'repositories'), '2 repositories');
});

for (const [perDay, expected] of [
	[0, '0/day'],
	[0.05, '<0.1/day'],
	[0.44, '0.4/day'],
	[12.4, '12/day'],
	[1204, '1,204/day'],
] as const) {
	test(`${perDay} a day is ${expected}`, t => {
		t.is(formatRate(perDay), expected);
	});
}
