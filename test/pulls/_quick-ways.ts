/* eslint-disable ava/no-ignored-test-files -- log-files.test.ts loads it */
import {strict as assert} from 'node:assert';
import {Buffer} from 'node:buffer';
import test from 'ava';
import fc from 'fast-check';
import {createAcrFormat} from '../../source/pulls/acr-events.js';
import {RecordCounter} from '../../source/pulls/engines/count-records.js';
import {createIdSet} from '../../source/pulls/engines/id-set.js';
import type {LogFormat} from '../../source/pulls/engines/log-format.js';
import {PieceTaker} from '../../source/pulls/engines/piece-taker.js';
import {createGcsUsageFormat} from '../../source/pulls/gcs-usage.js';
import {createTallyBook} from '../../source/pulls/tally-book.js';
import {digestOf} from '../helpers/build-repository.js';

/** What some lines come to, by the quick way or without it. */
const count = (
	format: LogFormat,
	columns: readonly string[],
	{lines, isQuick}: {lines: readonly string[]; isQuick: boolean},
) => {
	const book = createTallyBook({source: 'logs', apartAgents: ['scan']});
	const counter = new RecordCounter(record => book.open(record), format);
	const reader = format.open('a', columns);
	if ('problem' in reader) {
		throw new Error(reader.problem);
	}

	const {read, readBytes} = reader;
	let quick = 0;
	const problems = {count: 0, first: undefined};
	const taker = new PieceTaker(
		{
			read,
			...(isQuick &&
				readBytes && {
					readBytes(view, start, end, sink) {
						const outcome = readBytes(view, start, end, sink);
						quick += outcome === 'read' ? 1 : 0;
						return outcome;
					},
				}),
		},
		{counter, problems},
	);
	counter.begin(undefined);
	for (const [index, line] of lines.entries()) {
		// What stands around a line must not be looked at.
		const bytes = Buffer.from(`"}}\n${line}\n"},{"`);
		const end = bytes.length - 6;
		taker.take({bytes, start: 4, end, line: index + 1}, 'row');
	}

	counter.finish();
	return {
		quick,
		told: {
			problems,
			hosts: counter.listHosts(),
			tallies: book
				.tallies()
				.map(tally =>
					JSON.stringify([tally, [...tally.days], [...tally.clients]]),
				)
				.toSorted(),
		},
	};
};

const pick = (...values: readonly unknown[]) => fc.constantFrom(...values);

const digests = [digestOf('one'), digestOf('two')];

const often = (
	usual: fc.Arbitrary<unknown>,
	odd: fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> =>
	fc.oneof({weight: 8, arbitrary: usual}, {weight: 1, arbitrary: odd});

/** Texts that are usual, and now and then anything. */
const orAnything = (usual: fc.Arbitrary<unknown>) =>
	fc.oneof(
		{weight: 80, arbitrary: usual},
		{weight: 1, arbitrary: fc.jsonValue({maxDepth: 1})},
		{weight: 1, arbitrary: pick('<nil>', '', 'ä', 'a"b', '\u0001', '\\')},
	);

const usualTimes = pick(
	'2026-11-03T14:19:15.1931730Z',
	'2026-11-03T14:19:15.193173001Z',
	'2026-11-03T14:19:15Z',
	'2026-11-04T00:00:00.5Z',
);
const oddTimes = pick(
	'2026-02-29T00:00:00Z',
	'2026-11-04T00:00:60Z',
	'2026-11-04T00:00:00.Z',
	'0001-01-01T00:00:00Z',
	'2026-11-04T00:00:00+02:00',
	'2026-11-04 00:00:00',
);

const properties = fc.record(
	{
		tag: orAnything(pick('v1', 'v2', ...digests)),
		digest: orAnything(pick(...digests, '<nil>')),
		repository: orAnything(often(pick('shop/api', 'shop'), pick('SHOP'))),
		loginServer: orAnything(pick('shop.azurecr.io', 'Other.azurecr.io')),
		userAgent: orAnything(
			often(pick('docker/1', 'scanner', 'jetsam/1'), pick('Löscher')),
		),
		size: often(pick(1, 0, -5, true), pick(1.5, 1e21)),
		more: orAnything(often(pick('x', null, false), pick({a: 1}, [1]))),
		properties: often(pick('x'), pick({})),
	},
	{requiredKeys: ['repository', 'loginServer', 'digest', 'tag']},
);

const events = fc.record(
	{
		time: orAnything(often(usualTimes, oddTimes)),
		category: orAnything(pick('ContainerRegistryRepositoryEvents')),
		operationName: orAnything(pick('Pull', 'Pull', 'Push', 'Delete')),
		resultDescription: orAnything(pick('200', '201', '404')),
		correlationId: orAnything(pick('c-1', 'c-2', 'c-3')),
		properties: fc.oneof(
			{weight: 20, arbitrary: properties},
			pick('x', null, 1),
		),
		durationMs: orAnything(pick('1.5', 3)),
		more: orAnything(often(pick('x'), pick({a: {}}))),
	},
	{requiredKeys: ['time', 'category', 'operationName', 'properties']},
);

/** JSON as it might be written: spaces, fields in another order, a field twice, escapes where none are needed, and something broken. */
const written = fc
	.tuple(
		events,
		fc.array(fc.nat(), {maxLength: 3}),
		often(
			pick('', ' '),
			pick('twice', 'escape', 'cut', 'behind', 'zero', 'inner'),
		),
	)
	.map(([event, order, oddity]) => {
		const entries = Object.entries(event);
		for (const place of order) {
			const [entry] = entries.splice(place % entries.length, 1);
			if (entry) {
				entries.unshift(entry);
			}
		}

		const text = JSON.stringify(Object.fromEntries(entries));
		switch (oddity) {
			case ' ': {
				return JSON.stringify(event, undefined, 1).replaceAll(/\n */gv, ' ');
			}

			case 'twice': {
				return text.replace('{', '{"operationName":"Push",');
			}

			case 'escape': {
				return text
					.replace('Pull', String.raw`P\u0075ll`)
					.replace('"time"', String.raw`"\u0074ime"`);
			}

			case 'cut': {
				return text.slice(0, -2);
			}

			case 'behind': {
				return `${text},`;
			}

			case 'zero': {
				return text.replace('{', '{"a":01,');
			}

			case 'inner': {
				return text.replace('{', '{"properties":{"tag":"v1"},');
			}

			default: {
				return text;
			}
		}
	});

test('events are read to the same by their bytes as by JSON.parse', t => {
	const format = createAcrFormat();
	let quick = 0;
	let all = 0;
	const property = fc.property(fc.array(written, {maxLength: 12}), lines => {
		const ours = count(format, [], {lines, isQuick: true});
		const theirs = count(format, [], {lines, isQuick: false});
		quick += ours.quick;
		all += lines.length;
		assert.deepEqual(ours.told, theirs.told);
	});
	t.notThrows(() => {
		fc.assert(property, {numRuns: 400});
	});
	// Otherwise nothing would have been compared.
	t.log(`${quick} of ${all}`);
	t.true(quick > all / 10 && quick < all);
});

const columns = [
	'time_micros',
	'cs_method',
	'sc_status',
	'cs_referer',
	'cs_user_agent',
	's_request_id',
	'cs_bucket',
	'cs_object',
	'more',
];

const cells = fc.tuple(
	often(
		pick('1558291766787464', '1558291766787'),
		pick('0', 'x', '155829176678746499', ''),
	),
	pick('GET', 'GET', 'PUT'),
	pick('200', '206', '304'),
	pick(`https://gcr.io/v2/a/b/blobs/${digests[0]}`, '', 'x'),
	often(
		pick('docker/1, x', 'scanner', 'Löscher', 'two\nlines'),
		pick('say "x"'),
	),
	pick('r-1', 'r-2', ''),
	pick('artifacts.a.appspot.com', 'b'),
	pick(
		`containers/images/${digests[0]}`,
		`containers/images/${digests[1]}`,
		'',
	),
	often(pick('', 'x', ','), pick('"')),
);

const rows = fc
	.tuple(cells, often(pick('quoted'), pick('bare', 'few', 'odd', 'open')))
	.map(([values, oddity]) => {
		const texts = values.map(String);
		const row = texts.map(text => `"${text.replaceAll('"', '""')}"`).join(',');
		switch (oddity) {
			case 'bare': {
				return texts.join(',');
			}

			case 'few': {
				return row.slice(0, row.lastIndexOf(','));
			}

			case 'odd': {
				return row.replace('",', '"x,');
			}

			case 'open': {
				return row.slice(0, -1);
			}

			default: {
				return row;
			}
		}
	});

test('rows of usage logs are read to the same by their bytes as by their text', t => {
	const format = createGcsUsageFormat();
	let quick = 0;
	let all = 0;
	const property = fc.property(fc.array(rows, {maxLength: 12}), lines => {
		const ours = count(format, columns, {lines, isQuick: true});
		const theirs = count(format, columns, {lines, isQuick: false});
		quick += ours.quick;
		all += lines.length;
		assert.deepEqual(ours.told, theirs.told);
	});
	t.notThrows(() => {
		fc.assert(property, {numRuns: 400});
	});
	t.log(`${quick} of ${all}`);
	t.true(quick > all / 10 && quick < all);
});

const writeLine = (index: number, always = 'the same in all lines') =>
	JSON.stringify({
		time: '2026-11-03T14:19:15.1931730Z',
		correlationId: `id ${index}`,
		resourceId: 'XXX',
		category: 'ContainerRegistryRepositoryEvents',
		operationName: 'Pull',
		resultDescription: '200',
		more: 'also the same in all lines',
		properties: {
			tag: 'v1',
			digest: digests[index % 2],
			repository: 'shop/api',
			loginServer: 'shop.azurecr.io',
			userAgent: 'docker/1',
		},
		last: index % 3 === 0 ? 'one' : 'two',
	}).replace('XXX', always);

/** What may stand in a text that was the same for long, as it is written. */
const changes = {
	'another text': 'never seen before',
	'a text of the same length': 'the SAME in all lines',
	nothing: '',
	'an escape': String.raw`the same in \u0061ll lines`,
	'a cut': 'the same in all lines"',
	'a quote': 'the same in"all lines',
	'a control character': 'the same in\tall lines',
	'other characters': 'the same in äll lines',
	'another field': 'the same in all lines","x":"y',
	'a field twice': 'the same in all lines","operationName":"Push',
};

for (const [name, change] of Object.entries(changes)) {
	test(`where a text was the same for long, ${name} is read as it stands`, t => {
		const usual = (from: number) =>
			Array.from({length: 300}, (_, index) => writeLine(from + index));
		const lines = [...usual(0), writeLine(300, change), ...usual(301)];
		const format = createAcrFormat();
		const ours = count(format, [], {lines, isQuick: true});
		const theirs = count(format, [], {lines, isQuick: false});
		t.deepEqual(ours.told, theirs.told);
		t.true(ours.quick >= 600);
	});
}

test('a set of ids knows each once, and takes at most 16 bytes for each', t => {
	const ids = createIdSet();
	const empty = ids.size();
	const all = 200_000;
	let state = 1;
	const next = () => {
		state = (state * 48_271) % 2_147_483_647;
		return state;
	};

	const halves = Array.from({length: all}, () => [next() * 2, next()] as const);
	t.is(halves.filter(([low, high]) => ids.add(low, high)).length, all);
	t.is(halves.filter(([low, high]) => ids.add(low, high)).length, 0);
	t.true(ids.size() <= empty + all * 16);
});
