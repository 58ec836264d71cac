/* eslint-disable ava/no-ignored-test-files, @typescript-eslint/naming-convention -- programs.test.ts loads it; the columns of the table have names of their own */
import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {createAcrFormat} from '../../source/pulls/acr-events.js';
import {createLogAnalyticsReader} from '../../source/pulls/engines/log-analytics.js';
import {writeQuery} from '../../source/pulls/engines/log-analytics-query.js';
import {createLogFilesReader} from '../../source/pulls/engines/read-log-files.js';
import {
	logAnalyticsFormat,
	readLogAnalyticsRow,
} from '../../source/pulls/log-analytics-rows.js';
import {UserError} from '../../source/user-error.js';
import {digestOf} from '../helpers/build-repository.js';
import {makeFolder, standIn} from '../helpers/stand-in.js';

const host = 'acme.azurecr.io';
const workspace = '0f1e2d3c-0000-4000-8000-00000000000a';
const hour = 60 * 60 * 1000;
const day = 24 * hour;
const now = Date.parse('2026-11-20T12:00:00Z');
const window = {from: now - 10 * day, to: now};
const one = digestOf('one');

/** A row of the query's answer, as az prints it: every value a text. */
const tallyRow = (fields: Readonly<Record<string, string>>) => ({
	TableName: 'PrimaryResult',
	Kind: 'tally',
	LoginServer: host,
	Repository: 'shop/api',
	Digest: one,
	Tag: '1.0',
	OperationName: 'Pull',
	Agent: 'containerd/1.7.2',
	Day: '2026-11-15T00:00:00Z',
	Count: '3',
	First: 'None',
	Last: '2026-11-15T08:00:00.123456Z',
	...fields,
});

const spanRow = ([first, last]: readonly [string, string]) => ({
	TableName: 'PrimaryResult',
	Kind: 'span',
	LoginServer: host,
	Repository: 'None',
	Count: '99',
	First: first,
	Last: last,
});

/** Queries tell nothing while they run. */
const told = (): void => undefined;

const read = async (
	t: ExecutionContext,
	rows: readonly unknown[],
	code = `process.stdout.write(JSON.stringify(${JSON.stringify(rows)}, undefined, 2));`,
) => {
	const az = await standIn(t, 'az', code);
	const reader = createLogAnalyticsReader({
		name: `acr-events:workspace://${workspace}`,
		where: workspace,
		host: undefined,
		apartAgents: ['Trivy'],
		environment: az.environment,
	});
	const reply = await reader.read(
		{host, repository: undefined, window, isAgreed: true},
		{tell: told, signal: AbortSignal.timeout(60_000)},
	);
	return {...reply, calls: await az.readCalls()};
};

const tellTally = ({
	image,
	action,
	isApart,
	days,
	undated,
	last,
}: Awaited<ReturnType<typeof read>>['tallies'][number]) => ({
	image: image.kind === 'digest' ? image.digest : image,
	action,
	isApart,
	days: [...days],
	undated,
	last,
});

test('az counts in the workspace, and the answer is a tally for each image', async t => {
	const {calls, tallies, source} = await read(t, [
		tallyRow({}),
		tallyRow({Agent: 'Trivy/0.50', Count: '7'}),
		tallyRow({Agent: 'jetsam/1.0.0', Count: '5'}),
		tallyRow({OperationName: 'Push', Count: '1'}),
		tallyRow({Digest: '<nil>', Tag: '2.0', Count: '2'}),
		tallyRow({Digest: '', Tag: digestOf('two'), Count: '4'}),
		spanRow(['2026-10-01T00:00:00Z', '2026-11-20T11:00:00Z']),
	]);
	const [[...call] = []] = calls;
	t.deepEqual(
		call.map(text => (text.startsWith('let ') ? 'KQL' : text)),
		[
			'monitor',
			'log-analytics',
			'query',
			'--workspace',
			workspace,
			'--analytics-query',
			'KQL',
			'--timespan',
			'2026-10-11T12:00:00.000Z/2026-11-20T12:00:00.000Z',
			'--only-show-errors',
			'--output',
			'json',
		],
	);
	t.is(calls.length, 1);
	const last = Date.parse('2026-11-15T08:00:00.123Z');
	const on = Math.floor(last / day);
	const usual = {isApart: false, undated: 0, last, action: 'pull'};
	t.deepEqual(
		tallies.map(tally => tellTally(tally)),
		[
			{...usual, image: one, days: [[on, 3]]},
			{...usual, image: one, days: [[on, 7]], isApart: true},
			{...usual, image: one, days: [[on, 1]], action: 'push'},
			{...usual, image: {kind: 'tag', tag: '2.0'}, days: [[on, 2]]},
			{...usual, image: digestOf('two'), days: [[on, 4]]},
		],
	);
	t.like(source, {
		state: 'read',
		proves: 'all-digests',
		covers: {from: window.from, to: now - 4 * hour},
		gaps: [],
		skipped: 0,
		firstProblem: undefined,
		remark: undefined,
	});
});

for (const [title, span, covers] of [
	[
		'from the oldest record that the workspace holds',
		['2026-11-14T00:00:00Z', '2026-11-20T11:00:00Z'],
		{from: Date.parse('2026-11-14T00:00:00Z'), to: now - 4 * hour},
	],
	[
		'to a day after the newest one, since the log may have been switched off',
		['2026-10-01T00:00:00Z', '2026-11-16T11:00:00Z'],
		{from: window.from, to: Date.parse('2026-11-17T11:00:00Z')},
	],
	[
		'nowhere, if the newest one is older than the window',
		['2026-10-01T00:00:00Z', '2026-10-16T11:00:00Z'],
		undefined,
	],
] as const) {
	test(`a workspace covers ${title}`, async t => {
		const {source} = await read(t, [spanRow(span)]);
		t.deepEqual(source.covers, covers);
	});
}

test('a workspace without a record of the registry covers nothing, and says what to look at', async t => {
	const {source} = await read(t, []);
	t.is(source.covers, undefined);
	t.regex(source.remark ?? '', /no record of acme\.azurecr\.io.*diagnostic/v);
});

test('half an answer keeps what came, with a gap that nobody can accept', async t => {
	const text = JSON.stringify([tallyRow({}), tallyRow({Tag: '2.0'})]);
	const {tallies, source} = await read(
		t,
		[],
		`process.stdout.write(${JSON.stringify(text.slice(0, -30))});`,
	);
	t.is(tallies.length, 1);
	t.is(source.covers, undefined);
	t.like(source.gaps[0], {canBeAccepted: false});
});

test('az that fails is quoted', async t => {
	await t.throwsAsync(
		read(
			t,
			[],
			`console.error("ERROR: Please run 'az login' to setup account."); process.exit(1);`,
		),
		{
			instanceOf: UserError,
			message:
				"az monitor log-analytics query ended with exit code 1 and said: ERROR: Please run 'az login' to setup account.",
		},
	);
});

test('the query is about one registry, and nothing can be put into it', t => {
	const {text} = writeQuery(host, window);
	t.regex(text, /LoginServer =~ "acme\.azurecr\.io"/v);
	t.regex(text, /datetime\(2026-11-10T12:00:00\.000Z\)/v);
	t.notRegex(text, /[\n\r]|\{(?:host|from|to)\}/v);
	for (const wrong of ['a" or true', 'a.b"', '{to}.azurecr.io', '', 'a b.c']) {
		t.throws(() => writeQuery(wrong, window), {instanceOf: TypeError});
	}
});

test('a workspace is asked about registries of Azure, and its ID has its form', t => {
	const open = (where: string, saved?: string) =>
		createLogAnalyticsReader({
			name: `acr-events:workspace://${where}`,
			where,
			host: saved,
			apartAgents: [],
			environment: {},
		});
	t.true(open(workspace).isFor(host));
	t.false(open(workspace).isFor('registry.example'));
	t.true(open(workspace, 'registry.example').isFor('registry.example'));
	t.false(open(workspace, 'registry.example').isFor(host));
	for (const where of ['', 'acme-logs', `${workspace}0`, `--${workspace}`]) {
		t.throws(() => open(where), {instanceOf: UserError});
	}
});

/** What a saved row is read to, without what is the same in all. */
const tellRow = (row: unknown) =>
	readLogAnalyticsRow(row).map(read =>
		read.kind === 'record'
			? [read.record.action, read.record.time, read.record.count]
			: read.kind,
	);

const time = Date.parse('2026-11-15T08:00:00Z');
const at = new Date(time).toISOString();
const plain = {Repository: 'shop/api', Digest: one};

for (const [title, row, expected] of [
	[
		'a row of the table',
		{
			...plain,
			TimeGenerated: at,
			OperationName: 'Pull',
			ResultDescription: '200',
		},
		[['pull', time, 1]],
	],
	[
		'a request that failed',
		{
			...plain,
			TimeGenerated: at,
			OperationName: 'Pull',
			ResultDescription: '404',
		},
		['other'],
	],
	[
		'another operation',
		{...plain, TimeGenerated: at, OperationName: 'Untag'},
		['other'],
	],
	[
		'a summary by day',
		{
			...plain,
			TimeGenerated: '2026-11-15T00:00:00Z',
			count_: '12',
			OperationName: 'Push',
		},
		[['push', Date.parse('2026-11-15T00:00:00Z'), 12]],
	],
	[
		'a summary without a time',
		{...plain, AccessCount: '12'},
		[['pull', undefined, 12]],
	],
	[
		'a summary with the last time, of which the others have none',
		{...plain, AccessCount: '12', LastPull: at, OperationName: 'Pull'},
		[
			['pull', time, 1],
			['pull', undefined, 11],
		],
	],
	['a count as a number', {...plain, AccessCount: 3}, [['pull', undefined, 3]]],
	['a count that is none', {...plain, AccessCount: 'many'}, ['bad']],
	['no image', {Repository: 'shop/api', Digest: '<nil>', Tag: ''}, ['bad']],
	['no repository', {Repository: '../etc', Digest: one}, ['bad']],
	['no object', 'text', ['bad']],
	['nothing', undefined, ['bad']],
] as const) {
	test(`of a saved answer is read: ${title}`, t => {
		t.deepEqual(tellRow(row), expected as unknown);
	});
}

for (const [title, format, covers] of [
	[
		'of its own covers what is declared, from its oldest record on',
		logAnalyticsFormat,
		{from: Date.parse('2026-11-15T08:00:00.123Z'), to: now},
	],
	['beside files of hours only says yes', createAcrFormat(), undefined],
] as const) {
	test(`a saved answer ${title}`, async t => {
		const folder = await makeFolder(t);
		const where = path.join(folder, 'answer.json');
		const rows = [tallyRow({}), tallyRow({Tag: '2'})];
		await writeFile(where, JSON.stringify(rows, undefined, 2));
		const reader = createLogFilesReader({
			name: `acr-events:${where}`,
			where,
			format,
			host: undefined,
			declared: window,
			apartAgents: [],
			clock: {now: () => now},
			cache: undefined,
		});
		const {source, tallies} = await reader.read(
			{host, repository: undefined, window, isAgreed: true},
			{tell: told, signal: AbortSignal.timeout(60_000)},
		);
		t.deepEqual(
			tallies.map(({days}) => [...days.values()]),
			[[6]],
		);
		t.deepEqual(source.covers, covers);
		t.is(source.skipped, 0);
	});
}
