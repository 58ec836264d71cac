/* eslint-disable ava/no-ignored-test-files -- bigquery.test.ts loads it: one process for all that need the client library */
import test from 'ava';
import fc from 'fast-check';
import {
	parseTableName,
	showTableName,
} from '../../source/pulls/engines/bigquery/table-name.js';
import {UserError} from '../../source/user-error.js';

const good: ReadonlyArray<readonly [string, string]> = [
	['bigquery://shop-prod.logs.events', 'shop-prod.logs.events'],
	['shop-prod.logs.events', 'shop-prod.logs.events'],
	['shop-prod:logs.events', 'shop-prod.logs.events'],
	['example.com:shop.logs.events', 'example.com:shop.logs.events'],
	['example.com:shop:logs.events', 'example.com:shop.logs.events'],
	['shop.logs.events_*', 'shop.logs.events_*'],
	['shop.logs_2.my-table', 'shop.logs_2.my-table'],
];

for (const [text, name] of good) {
	test(`${text} is the table ${name}`, t => {
		t.is(showTableName(parseTableName(text)), name);
	});
}

const bad = [
	'',
	'shop',
	'shop.logs',
	'shop.logs.',
	'shop.logs.a.b.c',
	'shop.logs.events`',
	'shop.logs.events` WHERE TRUE; DROP TABLE x; --',
	'shop.logs.ev*ents',
	'shop.logs.events**',
	'shop.logs.events$20261103',
	'shop.logs.events\n',
	'shop.lo-gs.events',
	'shop.logs.évents',
	String.raw`shop.logs.events\``,
	'-shop.logs.events',
];

for (const text of bad) {
	test(`${JSON.stringify(text)} names no table`, t => {
		const error = t.throws(() => parseTableName(text), {
			instanceOf: UserError,
		});
		t.is(error.exitCode, 2);
	});
}

test('whatever is taken for a name cannot end a quoted one', t => {
	t.notThrows(() => {
		fc.assert(
			fc.property(
				fc.oneof(
					fc.string(),
					fc.tuple(fc.string(), fc.string()).map(([one, other]) => {
						return `shop${one}.logs.events${other}`;
					}),
				),
				text => {
					let name = '';
					try {
						name = showTableName(parseTableName(text));
					} catch {
						return true;
					}

					return /^[\w.:\-]+\*?$/v.test(name);
				},
			),
		);
	});
});
