import test from 'ava';
import fc from 'fast-check';
import {parseTime} from '../../source/oci/parse-time.js';

const written = [
	'2026-11-22T09:30:00Z',
	'2026-11-22T09:30:00.5Z',
	'2026-11-22T09:30:00.123456789Z',
	'2026-11-22T09:30:00.Z',
	'2026-11-22T09:30:00.12x4Z',
	'2026-11-22T09:30:00+02:00',
	'2026-11-22T09:30:00.000000Z',
	'2026-11-22 09:30:00Z',
	'2026-11-22T24:00:00Z',
	'2026-11-22T23:59:60Z',
	'2026-02-29T00:00:00Z',
	'2024-02-29T00:00:00Z',
	'2026-02-30T00:00:00Z',
	'2026-12-31T23:59:59.999Z',
	'2026-13-01T00:00:00Z',
	'2026-00-01T00:00:00Z',
	'2026-01-00T00:00:00Z',
	'1980-01-01T00:00:00Z',
	'0001-01-01T00:00:00Z',
	'0000-01-01T00:00:00Z',
	'1900-03-01T00:00:00Z',
	'+002026-11-22T09:30:00Z',
	'2026-11-22',
	'Sun, 22 Nov 2026 09:30:00 GMT',
	'20é6-11-22T09:30:00Z',
	'yesterday',
	'',
];

for (const text of written) {
	test(`what "${text}" says is what Date.parse says`, t => {
		t.is(parseTime(text), Date.parse(text));
	});
}

test('any time, and any time with a character changed, says what Date.parse says', t => {
	const time = fc
		.date({
			min: new Date('0001-01-01T00:00:00Z'),
			max: new Date('9999-12-31T23:59:59.999Z'),
			noInvalidDate: true,
		})
		.map(date => date.toISOString());
	const place = fc.nat({max: 23});
	t.notThrows(() => {
		fc.assert(
			fc.property(
				time,
				place,
				fc.constantFrom(...'0123456789-:.TZ+ x'),
				(text, at, character) => {
					const changed = text.slice(0, at) + character + text.slice(at + 1);
					return (
						parseTime(text) === Date.parse(text) &&
						Object.is(parseTime(changed), Date.parse(changed))
					);
				},
			),
			{numRuns: 2000},
		);
	});
});
