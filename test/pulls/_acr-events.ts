/* eslint-disable ava/no-ignored-test-files -- log-files.test.ts loads it */
import {Buffer} from 'node:buffer';
import test, {type ExecutionContext} from 'ava';
import {readAcrEvent} from '../../source/pulls/acr-event.js';
import {acrHourOf, createAcrFormat} from '../../source/pulls/acr-events.js';
import {digestOf} from '../helpers/build-repository.js';
import {
	createFolder,
	describeTallies,
	readLogs,
	writeFiles,
} from './_log-folder.js';

const one = digestOf('one');
const short = one.slice(7, 11);
const format = createAcrFormat();

type Event = Readonly<Record<string, unknown>> & {
	readonly properties?: Readonly<Record<string, unknown>>;
};

let correlation = 0;

/** A pull by tag that was done, unless it says otherwise; each is one of its own. */
const buildEvent = ({properties = {}, ...fields}: Event = {}): Event => ({
	time: '2026-11-03T14:19:15.1931730Z',
	category: 'ContainerRegistryRepositoryEvents',
	resourceId: '/SUBSCRIPTIONS/1/REGISTRIES/SHOP',
	operationName: 'Pull',
	resultDescription: '200',
	callerIpAddress: '192.0.2.7',
	correlationId: `c-${correlation++}`,
	...fields,
	properties: {
		tag: 'v1',
		digest: one,
		mediaType: '<nil>',
		repository: 'shop/api',
		loginServer: 'Shop.azurecr.io',
		userAgent: 'containerd/v1.7.15',
		...properties,
	},
});

const write = (fields: Event = {}): string =>
	`${JSON.stringify(buildEvent(fields))}\n`;

const hourPath = (day: string, hour: string): string =>
	`REGISTRIES/SHOP/y=2026/m=11/d=${day}/h=${hour}/m=00/PT1H.json`;

const read = async (
	t: ExecutionContext,
	files: Readonly<Record<string, string | Uint8Array>>,
) => {
	const folder = createFolder(t);
	await writeFiles(folder, files);
	return readLogs({where: folder, format});
};

const nil = '<nil>';
const digest = `digest ${short}`;

/** What stands in a file beside one usual pull, and what comes of it: the tallies, the bad lines, the first problem. */
const lines: ReadonlyArray<
	readonly [
		title: string,
		line: string,
		tallies: readonly string[],
		problem?: string,
	]
> = [
	[
		'a pull by digest',
		write({properties: {tag: one}}),
		[`pull shop/api ${digest} x2`],
	],
	[
		'a pull by digest without a digest of its own',
		write({properties: {tag: one, digest: nil}}),
		[`pull shop/api ${digest} x2`],
	],
	[
		'a push',
		write({operationName: 'Push', resultDescription: '201'}),
		[`pull shop/api ${digest} x1`, `push shop/api ${digest} x1`],
	],
	[
		'a pull by tag that names no digest',
		write({properties: {digest: nil}}),
		[`pull shop/api ${digest} x1`, 'pull shop/api tag v1 x1'],
	],
	[
		'a pull that names neither',
		write({properties: {digest: nil, tag: nil}}),
		[`pull shop/api ${digest} x1`, 'pull shop/api repository x1'],
	],
	['a pull that failed', write({resultDescription: '404'}), []],
	['a deletion', write({operationName: 'Delete'}), []],
	['an operation that nobody knows', write({operationName: 'Purge'}), []],
	['another category', write({category: 'ContainerRegistryLoginEvents'}), []],
	[
		'another registry',
		write({properties: {loginServer: 'other.azurecr.io'}}),
		[],
	],
	[
		'a number for a result',
		write({resultDescription: 200}),
		[`pull shop/api ${digest} x2`],
	],
	[
		'nine digits',
		write({time: '2026-11-03T14:19:15.193173001Z'}),
		[`pull shop/api ${digest} x2`],
	],
	[
		'an offset',
		write({time: '2026-11-03T16:19:15+02:00'}),
		[`pull shop/api ${digest} x2`],
	],
	[
		'a user agent in UTF-8',
		write({properties: {userAgent: 'Schiff-Löscher/1.0 (⚓)'}}),
		[`pull shop/api ${digest} x2`],
	],
	[
		'a user agent with escapes',
		write({properties: {userAgent: 'a "quoted" \\ one\u0007'}}),
		[`pull shop/api ${digest} x2`],
	],
	[
		'a scanner',
		write({properties: {userAgent: 'acr-cleanup azsdk/1'}}),
		[`pull shop/api ${digest} x1`, `pull shop/api ${digest} x1 apart`],
	],
	["jetsam's own", write({properties: {userAgent: 'jetsam/0.1.0'}}), []],
	['an empty line', '\n \r\n', []],
	[
		'a number more',
		write({properties: {size: 1234, isMore: true}}),
		[`pull shop/api ${digest} x2`],
	],
	['bad JSON', '{"time": nonsense}\n', [], 'It is no JSON object.'],
	['an array', '[1]\n', [], 'It is no JSON object.'],
	[
		'another log',
		'{"level":"info"}\n',
		[],
		'It is no event of a registry: it has no category or operation.',
	],
	['no time', write({time: nil}), [], 'Its time is none.'],
	[
		'a wrong time',
		write({time: '2026-13-03T14:19:15Z'}),
		[],
		'Its time is none.',
	],
	[
		'a wrong digest',
		write({properties: {digest: 'sha256:12'}}),
		[],
		'Its digest is none.',
	],
	['a wrong tag', write({properties: {tag: 'a b'}}), [], 'Its tag is none.'],
	[
		'a wrong repository',
		write({properties: {repository: 'UP/er'}}),
		[],
		'Its repository is none.',
	],
	[
		'no login server',
		write({properties: {loginServer: nil}}),
		[],
		'It names no login server.',
	],
	[
		'NUL bytes before a line',
		`\0\0\0${write()}`,
		[`pull shop/api ${digest} x2`],
		'It holds NUL bytes, as a file does whose writing broke off.',
	],
	[
		'NUL bytes in a line',
		write().replace('Pull', 'Pu\0l'),
		[],
		'It is no JSON object.',
	],
];

for (const [title, line, tallies, problem] of lines) {
	test(`Azure's events: ${title}`, async t => {
		const reply = await read(t, {
			[hourPath('03', '14')]:
				`${write()}${line}${write({operationName: 'Untag'})}`,
		});
		t.deepEqual(
			describeTallies(reply),
			tallies.length > 0 ? tallies : [`pull shop/api ${digest} x1`],
		);
		t.is(reply.source.skipped, problem === undefined ? 0 : 1);
		t.is(
			reply.source.firstProblem,
			problem === undefined
				? undefined
				: `${hourPath('03', '14')}:2: ${problem}`,
		);
		t.is(reply.source.state, 'read');
		t.deepEqual(
			reply.source.gaps.map(({canBeAccepted}) => canBeAccepted),
			problem === undefined ? [] : [true],
		);
	});
}

test('an event is told once, in a file, in another one and written otherwise', async t => {
	const event = buildEvent();
	const line = JSON.stringify(event);
	const {properties, ...rest} = event;
	const otherwise = JSON.stringify({properties, ...rest}).replace(
		'Pull',
		String.raw`\u0050ull`,
	);
	const reply = await read(t, {
		[hourPath('03', '14')]: `${line}\n${line}\n`,
		[hourPath('03', '15')]: `${line}\n${otherwise}\n`,
	});
	t.deepEqual(describeTallies(reply), [`pull shop/api ${digest} x1`]);
	t.is(reply.source.records, 1);
});

test('events without an id are all told', async t => {
	const line = write({correlationId: nil});
	const reply = await read(t, {[hourPath('03', '14')]: line + line});
	t.deepEqual(describeTallies(reply), [`pull shop/api ${digest} x2`]);
});

test('events are counted by day, and the newest is known to the millisecond', async t => {
	const reply = await read(t, {
		[hourPath('03', '14')]: [
			write({time: '2026-11-02T23:59:59.9999999Z'}),
			write({time: '2026-11-03T00:00:00Z'}),
			write({time: '2026-11-03T14:00:00.1239999Z'}),
			write({
				time: '2026-11-03T13:00:00Z',
				properties: {userAgent: 'docker/1'},
			}),
		].join(''),
	});
	const [tally] = reply.tallies;
	t.deepEqual(
		[...(tally?.days ?? [])],
		[
			[20_759, 1],
			[20_760, 3],
		],
	);
	t.is(tally?.last, Date.parse('2026-11-03T14:00:00.123Z'));
	t.deepEqual(Object.fromEntries(tally?.clients ?? []), {
		containerd: 3,
		docker: 1,
	});
});

test('one object with records, as before 2018, on one line and on many', async t => {
	const document = {records: [buildEvent(), 7, buildEvent()]};
	const reply = await read(t, {
		a: JSON.stringify(document),
		b: JSON.stringify(document, undefined, 2),
	});
	t.deepEqual(describeTallies(reply), [`pull shop/api ${digest} x2`]);
	t.is(reply.source.skipped, 2);
	t.is(reply.source.firstProblem, 'a:1: It is no JSON object.');
});

test('a last line that is cut off is told; in the last hour nothing behind it is covered', async t => {
	const cut = write().slice(0, -20);
	const first = write({time: '2026-11-03T14:01:00Z', operationName: 'Push'});
	const reply = await read(t, {
		[hourPath('03', '14')]: first + write() + cut,
	});
	t.is(reply.source.records, 2);
	t.is(
		reply.source.firstProblem,
		`${hourPath('03', '14')}:3: It is cut off: the file ends in it.`,
	);
	t.deepEqual(reply.source.gaps, []);
	t.is(reply.source.covers?.to, Date.parse('2026-11-03T14:19:15.193Z'));
});

test('an earlier hour that is cut off is a gap that nobody can accept', async t => {
	const reply = await read(t, {
		[hourPath('03', '14')]: write() + write().slice(0, -20),
		[hourPath('03', '15')]: write({time: '2026-11-03T15:10:00Z'}),
	});
	t.deepEqual(reply.source.gaps, [
		{
			name: `rest of ${hourPath('03', '14')}`,
			message: `${hourPath('03', '14')} breaks off. Fetch it again.`,
			span: {
				from: Date.parse('2026-11-03T14:00:00Z'),
				to: Date.parse('2026-11-03T15:00:00Z'),
			},
			canBeAccepted: false,
		},
	]);
});

test('a last line without a line end counts', async t => {
	const reply = await read(t, {[hourPath('03', '14')]: write().trimEnd()});
	t.deepEqual(describeTallies(reply), [`pull shop/api ${digest} x1`]);
	t.is(reply.source.skipped, 0);
});

test('what is covered begins with the oldest record and ends with the newest; hours between without a file are gaps', async t => {
	const reply = await read(t, {
		[hourPath('03', '14')]: write({
			operationName: 'Delete',
			time: '2026-11-03T14:10:00Z',
		}),
		[hourPath('03', '16')]: write({time: '2026-11-03T16:20:00Z'}),
		[hourPath('03', '20')]: write({time: '2026-11-03T20:30:00Z'}),
	});
	t.deepEqual(reply.source.covers, {
		from: Date.parse('2026-11-03T14:10:00Z'),
		to: Date.parse('2026-11-03T20:30:00Z'),
	});
	t.deepEqual(
		reply.source.gaps.map(({name, message, canBeAccepted}) => ({
			name,
			message,
			canBeAccepted,
		})),
		[
			{
				name: '2026-11-03T15',
				message:
					'There is no file of the hour that begins at 2026-11-03 15:00 UTC.',
				canBeAccepted: true,
			},
			{
				name: '2026-11-03T17..2026-11-03T19',
				message:
					'There are no files of the 3 hours from 2026-11-03 17:00 to 2026-11-03 20:00 UTC.',
				canBeAccepted: true,
			},
		],
	);
});

test('many missing hours are one gap, which is named after all of them', async t => {
	const files = Object.fromEntries(
		Array.from({length: 22}, (_, index) => [
			hourPath(String(index + 1).padStart(2, '0'), '06'),
			write({time: `2026-11-${String(index + 1).padStart(2, '0')}T06:00:00Z`}),
		]),
	);
	const {source} = await read(t, files);
	t.deepEqual(source.gaps, [
		{
			name: '2026-11-01T07..2026-11-22T05, 483 hours in 21 places',
			message:
				'There are no files of 483 hours in 21 places between 2026-11-01 07:00 and 2026-11-22 06:00 UTC.',
			span: {
				from: Date.parse('2026-11-01T07:00:00Z'),
				to: Date.parse('2026-11-22T06:00:00Z'),
			},
			canBeAccepted: true,
		},
	]);
});

test('hours of another registry cover nothing', async t => {
	const other = {properties: {loginServer: 'other.azurecr.io'}};
	const {source} = await read(t, {
		[hourPath('03', '13')]: write({...other, time: '2026-11-03T13:10:00Z'}),
		[hourPath('03', '14')]: write() + write({time: '2026-11-03T14:01:00Z'}),
		[hourPath('03', '15')]: write({...other, time: '2026-11-03T15:10:00Z'}),
	});
	t.deepEqual(source.covers, {
		from: Date.parse('2026-11-03T14:01:00Z'),
		to: Date.parse('2026-11-03T14:19:15.193Z'),
	});
});

test('a log of other registries says so, and covers nothing', async t => {
	const other = (name: string) =>
		write({properties: {loginServer: `${name}.azurecr.io`}});
	const {source, tallies} = await read(t, {
		[hourPath('03', '14')]: other('a') + other('b') + other('a'),
	});
	t.deepEqual(tallies, []);
	t.is(source.covers, undefined);
	t.is(
		source.remark,
		'None of its 3 records is about this registry; they are about a.azurecr.io and b.azurecr.io.',
	);
});

test('the hours of paths', t => {
	const span = acrHourOf('/logs/y=2026/m=02/d=28/h=23/m=00/PT1H.json');
	t.deepEqual(span, {
		from: Date.parse('2026-02-28T23:00:00Z'),
		to: Date.parse('2026-03-01T00:00:00Z'),
	});
	t.truthy(acrHourOf('y=2026/m=02/d=28/h=23/m=00/PT1H_3.json'));
	for (const path of [
		'y=2026/m=02/d=30/h=23/m=00/PT1H.json',
		'y=2026/m=02/d=28/h=24/m=00/PT1H.json',
		'y=2026/m=02/d=28/PT1H.json',
		'logs/today.json',
	]) {
		t.is(acrHourOf(path), undefined);
	}
});

test('who asked is kept for whoever joins requests', t => {
	const record = readAcrEvent(write());
	t.is(record.kind === 'record' ? record.record.client : '', '192.0.2.7');
	t.is(record.kind === 'record' ? record.record.tag : '', 'v1');
});

test('what is no UTF-8 does not stop the rest', async t => {
	const line = Buffer.concat([
		Buffer.from(write().trimEnd().slice(0, -3)),
		Buffer.from([0xff, 0xfe]),
		Buffer.from(`"}}\n${write()}`),
	]);
	const reply = await read(t, {[hourPath('03', '14')]: line});
	t.is(reply.source.records + reply.source.skipped, 2);
});
