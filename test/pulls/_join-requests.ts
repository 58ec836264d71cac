/* eslint-disable ava/no-ignored-test-files -- formats.test.ts loads it */
/* eslint-disable @typescript-eslint/naming-convention -- names as the logs have them */
import test from 'ava';
import fc from 'fast-check';
import type {PullAction} from '../../source/evidence/pull.js';
import {manifestMediaTypes} from '../../source/oci/manifest.js';
import {createRequestJoiner} from '../../source/pulls/join-requests.js';
import type {PullRecord} from '../../source/pulls/pull-record.js';
import {createTallyBook} from '../../source/pulls/tally-book.js';
import {digestOf} from '../helpers/build-repository.js';
import {describeRecords} from './_describe-records.js';

const start = Date.UTC(2025, 10, 3, 14);

const actions: Readonly<Record<string, PullAction>> = {
	HEAD: 'check',
	GET: 'pull',
	PUT: 'push',
};

/** `GET v1 3` is a request by tag after three seconds, `GET @one 3` one by digest, `PUT @one=v1 3` names both. */
const request = (
	text: string,
	fields: Partial<PullRecord> = {},
): PullRecord => {
	const [method = '', reference = '', seconds = '0'] = text.split(' ');
	const [digest = '', tag] = reference.slice(1).split('=');
	return {
		time: start + Number(seconds) * 1000,
		host: 'r.test',
		repository: 'app',
		image: reference.startsWith('@')
			? {kind: 'digest', digest: digestOf(digest)}
			: {kind: 'tag', tag: reference},
		tag,
		action: actions[method] ?? 'attempt',
		count: 1,
		id: undefined,
		agent: 'docker/27',
		client: '192.0.2.7',
		...fields,
	};
};

const joinAll = (records: readonly PullRecord[]): readonly PullRecord[] => {
	const joiner = createRequestJoiner();
	return [...records.flatMap(record => joiner.add(record)), ...joiner.end()];
};

/** Without host and time. */
const shorten = (records: readonly PullRecord[]): readonly string[] =>
	describeRecords(records).map(line =>
		line.replace('r.test/app', '').replace(/ \S+$/, ''),
	);

const flows: ReadonlyArray<
	readonly [string, readonly string[], readonly string[]]
> = [
	['a version check', ['HEAD v1 0'], ['check :v1']],
	['a pull by tag', ['GET v1 0'], ['pull :v1']],
	[
		'an index by tag, then its child',
		['GET v1 0', 'GET @child 1'],
		['pull :v1', 'pull @child part'],
	],
	['a tag, then its digest', ['HEAD v1 0', 'GET @one 1'], ['pull @one as v1']],
	[
		'a tag, then its index and the child',
		['HEAD v1 0', 'GET @index 1', 'GET @child 2'],
		['pull @index as v1', 'pull @child part'],
	],
	[
		'a tag by both',
		['HEAD v1 0', 'GET v1 1', 'GET @child 2'],
		['pull :v1', 'pull @child part'],
	],
	['a digest by both', ['HEAD @one 0', 'GET @one 1'], ['pull @one']],
	[
		'an index by digest, then its child',
		['GET @index 0', 'GET @child 1'],
		['pull @index', 'pull @child part'],
	],
	[
		'all children',
		['GET v1 0', 'GET @a 1', 'GET @b 55', 'GET @c 110'],
		['pull :v1', 'pull @a part', 'pull @b part', 'pull @c part'],
	],
	['the same twice', ['GET @one 0', 'GET @one 1'], ['pull @one', 'pull @one']],
	[
		'twice with the child',
		['GET v1 0', 'GET @c 1', 'GET v1 2', 'GET @c 3'],
		['pull :v1', 'pull @c part', 'pull :v1', 'pull @c part'],
	],
	[
		'too late for the tag',
		['HEAD v1 0', 'GET @one 61'],
		['check :v1', 'pull @one'],
	],
	[
		'too late for the child',
		['GET v1 0', 'GET @child 61'],
		['pull :v1', 'pull @child'],
	],
	[
		'a tag checked twice',
		['HEAD v1 0', 'HEAD v1 1', 'GET @one 2'],
		['check :v1', 'pull @one as v1'],
	],
	// What cannot be known is not credited.
	[
		'two tags',
		['HEAD v1 0', 'HEAD v2 1', 'GET @one 2'],
		['check :v1', 'check :v2', 'pull @one'],
	],
	[
		'a tag, then a digest that was asked about by itself',
		['HEAD v1 0', 'HEAD @one 1', 'GET @one 2'],
		['check :v1', 'pull @one'],
	],
	[
		'a digest asked about before the tag',
		['HEAD @one 0', 'HEAD v1 1', 'GET @one 2'],
		['check @one', 'check :v1', 'pull @one'],
	],
	[
		'a tag, while an index may still get its child',
		['HEAD v1 0', 'GET @index 1', 'HEAD v2 2', 'GET @child 3'],
		['pull @index as v1', 'check :v2', 'pull @child'],
	],
	[
		'a tag, after an index has got its child',
		['HEAD v1 0', 'GET @index 1', 'GET @child 2', 'HEAD v2 3', 'GET @two 4'],
		['pull @index as v1', 'pull @child part', 'pull @two as v2'],
	],
	[
		'a push that names the digest tells what the tag means from then on',
		['GET v1 0', 'PUT @one=v1 100', 'GET v1 200', 'HEAD v1 300'],
		['pull :v1', 'push @one as v1', 'pull @one as v1', 'check @one as v1'],
	],
	[
		'a push without the digest ends it',
		['PUT @one=v1 0', 'GET v1 100', 'PUT v1 200', 'GET v1 300'],
		['push @one as v1', 'pull @one as v1', 'push :v1', 'pull :v1'],
	],
	[
		'a tag that means another digest than the next one',
		['PUT @one=v1 0', 'HEAD v1 100', 'GET @two 101'],
		['push @one as v1', 'check @one as v1', 'pull @two'],
	],
];

test('how clients pull', t => {
	for (const [title, requests, expected] of flows) {
		const told = shorten(joinAll(requests.map(text => request(text))));
		t.deepEqual(told.toSorted(), expected.toSorted(), `${title}`);
	}
});

test('the same in a log that begins with the newest, where pushes tell nothing', t => {
	const withoutPushes = flows.filter(
		([, requests]) => !requests.some(text => text.startsWith('PUT')),
	);
	for (const [title, requests, expected] of withoutPushes) {
		const records = requests.map(text => request(text)).toReversed();
		t.deepEqual(
			shorten(joinAll(records)).toSorted(),
			expected.toSorted(),
			`${title}`,
		);
	}

	t.deepEqual(
		shorten(
			joinAll(
				['PUT @two=v1 900', 'PUT @one=v1 0', 'GET v1 800'].map(text =>
					request(text),
				),
			),
		),
		['push @two as v1', 'push @one as v1', 'pull :v1'],
	);
});

test('requests of one millisecond stay in the order of the log, whichever way it goes', t => {
	const requests = ['HEAD v1 0', 'GET @index 1', 'GET @child 1'];
	const records = requests.map(text => request(text));
	const expected = ['pull @index as v1', 'pull @child part'];
	t.deepEqual(shorten(joinAll(records)), expected);
	t.deepEqual(shorten(joinAll(records.toReversed())), expected);
});

test('a child that is fetched again is a pull of its own', t => {
	const requests = ['GET v1 0', 'GET @child 1', 'GET @child 2'];
	t.deepEqual(shorten(joinAll(requests.map(text => request(text)))), [
		'pull :v1',
		'pull @child part',
		'pull @child',
	]);
});

test('requests of different clients, agents and repositories are not joined', t => {
	for (const fields of [
		{client: '192.0.2.8'},
		{agent: 'containerd'},
		{repository: 'b'},
		{host: 'other.test'},
	]) {
		const told = joinAll([request('HEAD v1 0'), request('GET @one 1', fields)]);
		t.deepEqual(
			told.map(({action}) => action).toSorted(),
			['check', 'pull'],
			`${JSON.stringify(fields)}`,
		);
	}

	const nameless = {client: '', agent: ''};
	t.is(
		joinAll([request('HEAD v1 0', nameless), request('GET @one 1', nameless)])
			.length,
		2,
	);
});

test('where the log tells what a tag means, and what is an index, that holds', t => {
	const index = {mediaType: manifestMediaTypes.index};
	const image = {mediaType: manifestMediaTypes.image};
	t.deepEqual(
		shorten(
			joinAll([
				request('HEAD @index=v1 0', index),
				request('GET @index 1', index),
				request('GET @child 2', image),
			]),
		),
		['pull @index as v1', 'pull @child part'],
	);
	// An image has no children, an index is nobody's part, and what has a tag is pulled by it.
	t.deepEqual(
		shorten(
			joinAll([request('GET @a=v1 0', image), request('GET @b 1', image)]),
		),
		['pull @a as v1', 'pull @b'],
	);
	t.deepEqual(
		shorten(joinAll([request('GET @a 0', index), request('GET @b 1', index)])),
		['pull @a', 'pull @b'],
	);
	t.deepEqual(
		shorten(
			joinAll([request('GET @a=v1 0', index), request('GET @b=v2 1', image)]),
		),
		['pull @a as v1', 'pull @b as v2'],
	);
	t.deepEqual(
		shorten(
			joinAll([request('HEAD @a=v1 0', image), request('GET @b 1', image)]),
		),
		['check @a as v1', 'pull @b'],
	);
});

test('aggregates, attempts and undated records pass as they are', t => {
	const records = [
		request('GET v1 0', {count: 7}),
		request('GET v1 0', {time: undefined}),
		request('GET v1 0', {action: 'attempt'}),
		request('GET v1 0', {image: {kind: 'repository'}}),
	];
	const joiner = createRequestJoiner();
	t.deepEqual(
		records.flatMap(record => joiner.add(record)),
		records,
	);
});

test('a request that is logged twice is one', t => {
	const id = 'r1';
	t.deepEqual(
		shorten(
			joinAll([request('GET @one 0', {id}), request('GET @one 0', {id})]),
		),
		['pull @one'],
	);
});

test('what it holds is bounded, and nothing is lost', t => {
	const joiner = createRequestJoiner();
	let told = 0;
	for (let index = 0; index < 50_000; index++) {
		told += joiner.add(request('GET @one 0', {client: String(index)})).length;
	}

	t.true(told >= 29_000);
	t.is(told + joiner.end().length, 50_000);

	const busy = Array.from({length: 5000}, (_, index) =>
		request(`GET @one ${index}`),
	);
	const other = createRequestJoiner();
	t.true(busy.flatMap(record => other.add(record)).length >= 3900);
});

test('every GET comes out once, and every digest that was fetched is told', t => {
	const text = fc
		.tuple(
			fc.constantFrom('HEAD', 'GET'),
			fc.constantFrom('v1', 'v2', '@one', '@two', '@three'),
			fc.integer({min: 0, max: 300}),
		)
		.map(parts => parts.join(' '));
	fc.assert(
		fc.property(fc.array(text, {maxLength: 30}), texts => {
			const gets = texts.filter(line => line.startsWith('GET'));
			const pulls = joinAll(texts.map(line => request(line))).filter(
				({action}) => action === 'pull',
			);
			const digests = (records: readonly PullRecord[]) =>
				records.map(({image}) => JSON.stringify(image)).toSorted();
			t.deepEqual(digests(pulls), digests(gets.map(line => request(line))));
		}),
	);
});

test('a part is a tally of its own, so that no total counts it beside the index', t => {
	const book = createTallyBook({source: 's', apartAgents: []});
	for (const record of joinAll(
		['GET @index 0', 'GET @child 1', 'GET @child 200'].map(line =>
			request(line),
		),
	)) {
		book.add(record);
	}

	t.deepEqual(
		book.tallies().map(({isPart, image}) => [image.kind, isPart ?? false]),
		[
			['digest', false],
			['digest', true],
			['digest', false],
		],
	);
});
