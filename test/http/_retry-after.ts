import test from 'ava';
import {longestWait, parseRetryAfter} from '../../source/http/retry-after.js';

const now = Date.parse('2026-11-22T12:00:00Z');
const seconds = 1000;

const cases: ReadonlyArray<
	readonly [
		string,
		Readonly<Record<string, string | string[]>>,
		number | undefined,
	]
> = [
	['nothing', {}, undefined],
	['no time at all', {'retry-after': '0'}, 0],
	['seconds', {'retry-after': '7'}, 7 * seconds],
	['seconds in two headers', {'retry-after': ['7', '9']}, 7 * seconds],
	['more than the longest wait', {'retry-after': '86400'}, longestWait],
	['endless digits', {'retry-after': '9'.repeat(400)}, undefined],
	['a date', {'retry-after': 'Sun, 22 Nov 2026 12:00:30 GMT'}, 30 * seconds],
	[
		'a date that has passed',
		{'retry-after': 'Sun, 22 Nov 2026 11:00:00 GMT'},
		0,
	],
	[
		'a date of another year',
		{'retry-after': 'Mon, 22 Nov 2027 11:00:00 GMT'},
		longestWait,
	],
	['a word', {'retry-after': 'soon'}, undefined],
	[
		'a moment in X-Retry-After',
		{'x-retry-after': String(now / 1000 + 12)},
		12 * seconds,
	],
	['a moment that has passed', {'x-retry-after': '1'}, 0],
	['a word in X-Retry-After', {'x-retry-after': 'soon'}, undefined],
	[
		'both, of which Retry-After wins',
		{'retry-after': '3', 'x-retry-after': String(now / 1000 + 12)},
		3 * seconds,
	],
];

for (const [what, headers, expected] of cases) {
	test(`a reply asks for ${what}`, t => {
		t.is(parseRetryAfter(headers, now), expected);
	});
}
