/* eslint-disable ava/no-ignored-test-files, @typescript-eslint/naming-convention -- hub.test.ts loads it; Docker Hub's fields have their own names */
import test from 'ava';
import fc from 'fast-check';
import {readCounterDocument} from '../../source/evidence/counter-sample.js';
import {readMoment} from '../../source/evidence/moment.js';
import {countDeltas} from '../../source/pulls/count-deltas.js';
import type {CounterLine} from '../../source/pulls/counter-lines.js';
import {createHubCountersReader} from '../../source/pulls/hub-counters.js';
import {at, clock, dayIn, iso, readHub, shorten} from './_hub-world.js';

const document = (
	date: number,
	pulls: unknown,
	fields: Readonly<Record<string, unknown>> = {},
) => ({
	timestamp: iso(at(date, 6)).replace('.000Z', '+00:00'),
	namespace: 'shop',
	name: 'app',
	pull_count: pulls,
	...fields,
});

async function* linesOf(
	files: Readonly<Record<string, string>>,
): AsyncGenerator<CounterLine, void, undefined> {
	for (const [file, text] of Object.entries(files)) {
		for (const [index, line] of text.split('\n').entries()) {
			yield {file, line: index + 1, text: line};
		}
	}
}

const read = async (files: Readonly<Record<string, string>>) =>
	readHub(
		createHubCountersReader({
			name: 'hub-counters:samples',
			clock,
			readLines: () => linesOf(files),
		}),
	);

const jsonLines = (...documents: readonly unknown[]): string =>
	documents.map(value => JSON.stringify(value)).join('\n');

test('a counter is what it grew by, on the day of the later sample; the first is where counting begins', async t => {
	const {tallies, source} = await read({
		a: jsonLines(document(10, 1000), document(12, 1030), document(11, 1010)),
	});
	t.deepEqual(shorten(tallies), [
		`shop/app * pull ${dayIn(11)}=10 ${dayIn(12)}=20`,
	]);
	t.is(tallies[0]?.last, at(12, 6));
	t.is(tallies[0]?.host, 'docker.io');
	t.like(source, {
		state: 'read',
		proves: 'nothing',
		covers: {from: at(10, 6), to: at(12, 6)},
		records: 3,
		skipped: 0,
		remark: undefined,
	});
});

test('a counter that fell counts as no pulls, and that is said', async t => {
	const {tallies, source} = await read({
		a: jsonLines(document(10, 1000), document(11, 10), document(12, 15)),
	});
	t.deepEqual(shorten(tallies), [`shop/app * pull ${dayIn(12)}=5`]);
	t.regex(source.remark ?? '', /^The counter of shop\/app fell once; /);
});

test('retained messages that come again are counted once', async t => {
	const {tallies, source} = await read({
		a: jsonLines(document(10, 1000), document(11, 1010)),
		b: jsonLines(document(11, 1010), document(11, 1010), document(12, 1011)),
	});
	t.deepEqual(shorten(tallies), [
		`shop/app * pull ${dayIn(11)}=10 ${dayIn(12)}=1`,
	]);
	t.is(source.records, 3);
});

test('counters of more than 53 bits are counted exactly where they kept their digits', async t => {
	const {tallies, source} = await read({
		a: [
			JSON.stringify(document(10, '9007199254740993')),
			JSON.stringify(document(11, '9007199254740996')),
			// A number that large has lost its last digits.
			JSON.stringify(document(12, 0)).replace(':0}', ':9007199254740999}'),
		].join('\n'),
	});
	t.deepEqual(shorten(tallies), [`shop/app * pull ${dayIn(11)}=3`]);
	t.is(source.skipped, 1);
	t.regex(source.firstProblem ?? '', /^a line 3: Its pull_count/);
});

const hit = (value: unknown) => ({_index: 'i', _id: '1', _source: value});

const forms: ReadonlyArray<readonly [string, string]> = [
	['JSON lines', jsonLines(document(10, 1), document(11, 3))],
	[
		'an array over many lines',
		JSON.stringify([document(10, 1), document(11, 3)], undefined, 2),
	],
	['elasticdump', jsonLines(hit(document(10, 1)), hit(document(11, 3)))],
	[
		'mosquitto_sub -v',
		[document(10, 1), document(11, 3)]
			.map(value => `com/docker/hub/shop/app ${JSON.stringify(value)}`)
			.join('\n'),
	],
	[
		'an answer of _search on one line',
		jsonLines({hits: {hits: [hit(document(10, 1)), hit(document(11, 3))]}}),
	],
	[
		'an answer of _search over many lines',
		JSON.stringify(
			{
				hits: {
					total: {value: 2},
					hits: [hit(document(10, 1)), hit(document(11, 3))],
				},
			},
			undefined,
			'\t',
		),
	],
	[
		'lines with carriage returns and a byte order mark',
		`\uFEFF${jsonLines(document(10, 1), document(11, 3)).replace('\n', '\r\n')}\r\n`,
	],
	[
		'the older name of the time',
		jsonLines(
			{...document(10, 1), timestamp: undefined, _timestamp: iso(at(10, 6))},
			document(11, 3),
		),
	],
	[
		'the older name of the namespace',
		jsonLines(
			{...document(10, 1), namespace: undefined, user: 'shop'},
			document(11, 3),
		),
	],
];

for (const [title, text] of forms) {
	test(`${title} are read`, async t => {
		const {tallies, source} = await read({a: text});
		t.deepEqual(shorten(tallies), [`shop/app * pull ${dayIn(11)}=2`]);
		t.like(source, {records: 2, skipped: 0});
	});
}

test('bad lines are counted, told with the first place, and stop nothing', async t => {
	const {tallies, source} = await read({
		a: [
			'{"cut": ',
			JSON.stringify(document(10, 1)),
			'\u0000\u0000',
			JSON.stringify({message: 'object not found', timestamp: iso(at(10))}),
			JSON.stringify(document(10, 1, {timestamp: '2026-11-10T06:00:00'})),
			JSON.stringify(document(11, 4, {name: '../x'})),
			'',
			JSON.stringify(document(11, -4)),
			JSON.stringify(document(11, 4)).slice(0, -9),
			JSON.stringify(document(12, 4)),
		].join('\n'),
	});
	t.deepEqual(shorten(tallies), [`shop/app * pull ${dayIn(12)}=3`]);
	t.like(source, {records: 2, skipped: 6});
	t.regex(source.firstProblem ?? '', /^a line 1: /);
});

test('no samples cover nothing', async t => {
	const {tallies, source} = await read({});
	t.deepEqual(tallies, []);
	t.is(source.covers, undefined);
});

test('what is counted is never more than what the counter grew by, in whatever order samples come', t => {
	t.notThrows(() => {
		fc.assert(
			fc.property(
				fc.uniqueArray(
					fc.record({time: fc.nat({max: 100}), pulls: fc.nat({max: 50})}),
					{selector: ({time}) => time},
				),
				fc.array(fc.nat()),
				(points, order) => {
					const samples = points.map(({time, pulls}) => ({
						namespace: 'n',
						name: 'r',
						time: time + 1,
						pulls: BigInt(pulls),
						stars: undefined,
					}));
					const shuffled = samples
						.map((sample, index) => ({sample, key: order[index] ?? 0}))
						.toSorted((one, two) => one.key - two.key)
						.map(({sample}) => sample);
					const {records, resets} = countDeltas([...shuffled, ...samples]);
					const sorted = samples.toSorted((one, two) => one.time - two.time);
					let grown = 0;
					let falls = 0;
					for (const [index, {pulls}] of sorted.entries()) {
						const change = Number(pulls - (sorted[index - 1]?.pulls ?? pulls));
						grown += Math.max(change, 0);
						falls += change < 0 ? 1 : 0;
					}

					return (
						records.reduce((sum, {count}) => sum + count, 0) === grown &&
						(resets.get('n/r') ?? 0) === falls
					);
				},
			),
		);
	});
});

for (const [value, expected] of [
	['2026-11-22T10:00:00Z', Date.UTC(2026, 10, 22, 10)],
	['2026-11-22T10:00:00.1931730Z', Date.UTC(2026, 10, 22, 10, 0, 0, 193)],
	['2026-11-22T10:00:00+02:00', Date.UTC(2026, 10, 22, 8)],
	['2026-11-22T10:00:00-0330', Date.UTC(2026, 10, 22, 13, 30)],
	['2026-11-22 10:00:00Z', Date.UTC(2026, 10, 22, 10)],
	[1_795_341_600_000, 1_795_341_600_000],
	['2026-11-22T10:00:00', undefined],
	['2026-13-22T10:00:00Z', undefined],
	['0001-01-01T00:00:00Z', undefined],
	['1970-01-01T00:00:00Z', undefined],
	['', undefined],
	['<nil>', undefined],
	[null, undefined],
	[0, undefined],
	[-62_135_596_800_000, undefined],
	[1.5, undefined],
] as const) {
	test(`the moment of ${JSON.stringify(value)} is ${expected}`, t => {
		t.is(readMoment(value), expected);
	});
}

test('an error that was published in place of counters is no damage', t => {
	t.deepEqual(
		readCounterDocument({message: 'object not found', timestamp: iso(at(1))}),
		{kind: 'other'},
	);
});
