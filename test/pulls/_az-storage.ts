/* eslint-disable ava/no-ignored-test-files -- programs.test.ts loads it */
import {readdir, stat} from 'node:fs/promises';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {createAcrFormat} from '../../source/pulls/acr-events.js';
import {createAzStorageReader} from '../../source/pulls/engines/az-storage.js';
import {
	hourOf,
	listPatterns,
} from '../../source/pulls/engines/blob-patterns.js';
import {createLogFilesReader} from '../../source/pulls/engines/read-log-files.js';
import {UserError} from '../../source/user-error.js';
import {azDownloadBatch, startAzurite} from '../helpers/azurite.js';
import {digestOf} from '../helpers/build-repository.js';
import {makeFolder, standIn, variables} from '../helpers/stand-in.js';

const host = 'acme.azurecr.io';
const hour = 60 * 60 * 1000;
const day = 24 * hour;
const one = digestOf('one');

const registry =
	'resourceId=/SUBSCRIPTIONS/S/RESOURCEGROUPS/R/PROVIDERS/MICROSOFT.CONTAINERREGISTRY/REGISTRIES/ACME';

const nameBlob = (time: number): string => {
	const [date = '', rest = ''] = new Date(time).toISOString().split('T');
	const [year, month, dayOfMonth] = date.split('-');
	return `${registry}/y=${year}/m=${month}/d=${dayOfMonth}/h=${rest.slice(0, 2)}/m=00/PT1H.json`;
};

/** One pull, as Azure writes it. */
const line = (time: number): string =>
	`${JSON.stringify({
		time: new Date(time).toISOString(),
		category: 'ContainerRegistryRepositoryEvents',
		operationName: 'Pull',
		resultDescription: '200',
		correlationId: `c-${time}`,
		callerIpAddress: '192.0.2.7',
		properties: {
			repository: 'shop/api',
			tag: '1.0',
			digest: one,
			loginServer: host,
			userAgent: 'containerd/v1.7.2',
		},
	})}\n`;

const never = new AbortController().signal;

/** Progress is the folder's, which has tests of its own. */
const told = (): void => undefined;

const open = async (
	t: ExecutionContext,
	{
		code = azDownloadBatch,
		environment = {},
		where = 'acmelogs/insights-logs-containerregistryrepositoryevents',
	}: {
		code?: string;
		environment?: Readonly<Record<string, string>>;
		where?: string;
	} = {},
) => {
	const az = await standIn(t, 'az', code);
	const cacheFolder = path.join(await makeFolder(t), 'blobs');
	const name = `acr-events:az://${where}`;
	let now = Date.parse('2026-11-20T12:00:00Z');
	const clock = {now: () => now, sleep: async () => undefined};
	const create = (extra: Readonly<Record<string, string>> = {}) =>
		createAzStorageReader({
			name,
			where,
			cacheFolder,
			openFolder: folder =>
				createLogFilesReader({
					name,
					where: folder,
					format: createAcrFormat(),
					host: undefined,
					declared: {from: undefined, to: undefined},
					apartAgents: [],
					clock,
					cache: undefined,
				}),
			environment: {...az.environment, ...environment, ...extra},
			clock,
		});
	return {
		az,
		cacheFolder,
		create,
		pass(time: number) {
			now += time;
		},
		async read(
			reader = create(),
			{days = 2, signal = never, about = host} = {},
		) {
			return reader.read(
				{
					host: about,
					repository: undefined,
					window: {from: now - days * day, to: now},
					isAgreed: true,
				},
				{tell: told, signal},
			);
		},
		async patterns() {
			const calls = await az.readCalls();
			return calls.map(call => call[call.indexOf('--pattern') + 1]);
		},
	};
};

const sum = (
	tallies: ReadonlyArray<{readonly days: ReadonlyMap<number, number>}>,
): number =>
	tallies
		.flatMap(({days}) => [...days.values()])
		.reduce((total, count) => total + count, 0);

test('the blobs of the window are fetched from the store, and hours that are not there are gaps', async t => {
	const azurite = await startAzurite(t);
	const environment = variables([
		['AZURE_STORAGE_SERVICE_ENDPOINT', azurite.endpoint],
	]);
	const {az, cacheFolder, read, patterns, create, pass} = await open(t, {
		environment,
	});
	const end = Date.parse('2026-11-20T12:00:00Z');
	// An hour is missing, and what is older than the window is there too.
	for (let time = end - 80 * hour; time < end; time += hour) {
		if (time !== end - 20 * hour) {
			await azurite.put(nameBlob(time), line(time + 60_000));
		}
	}

	const first = await read();
	const [call = []] = await az.readCalls();
	t.deepEqual(
		call.map(text => (text.startsWith(cacheFolder) ? 'FOLDER' : text)),
		[
			'storage',
			'blob',
			'download-batch',
			'--account-name',
			'acmelogs',
			'--source',
			'insights-logs-containerregistryrepositoryevents',
			'--destination',
			'FOLDER',
			'--pattern',
			'*/y=2026/m=11/d=1[89]/*',
			'--auth-mode',
			'login',
			'--no-progress',
			'--only-show-errors',
			'--output',
			'none',
		],
	);
	t.deepEqual(await patterns(), [
		'*/y=2026/m=11/d=1[89]/*',
		'*/y=2026/m=11/d=20/*',
	]);
	t.is(first.source.state, 'read');
	t.is(sum(first.tallies), 59);
	t.true(
		first.source.gaps.some(
			({name, canBeAccepted}) => name === '2026-11-19T16' && canBeAccepted,
		),
	);

	// What stays is for the operator's eyes only, and nothing of the way there stays.
	const [place = ''] = await readdir(
		path.join(cacheFolder, 'acmelogs', azurite.container),
	);
	const kept = path.join(cacheFolder, 'acmelogs', azurite.container, place);
	t.deepEqual(await readdir(kept), ['blobs']);
	const {mode} = await stat(kept);
	t.is(mode % 0o1000, 0o700);
	const file = await stat(path.join(kept, 'blobs', nameBlob(end - hour)));
	t.is(file.mode % 0o1000, 0o600);

	// Another registry a moment later needs no download.
	const reader = create();
	await read(reader);
	const once = await patterns();
	t.is(once.length, 4);
	pass(1000);
	await read(reader, {about: 'other.azurecr.io'});
	t.deepEqual(await patterns(), once);

	// Days later a blob has grown, and a whole day is not fetched again once it was fetched late enough.
	pass(4 * day);
	await azurite.put(nameBlob(end - hour), line(end - 1) + line(end - 2));
	const grown = await read(create(), {days: 7});
	t.is(sum(grown.tallies), 80);
	const before = await patterns();
	t.deepEqual(before.slice(once.length), [
		'*/y=2026/m=11/d=1[789]/*',
		'*/y=2026/m=11/d=2[01234]/*',
	]);
	await read(create(), {days: 7});
	const after = await patterns();
	t.deepEqual(after.slice(before.length), [
		'*/y=2026/m=11/d=1[79]/*',
		'*/y=2026/m=11/d=2[01234]/*',
	]);
});

test('az signs in as the environment says, if it says', async t => {
	const {read, az, create} = await open(t, {code: 'process.exit(0)'});
	const byKey = create(variables([['AZURE_STORAGE_KEY', 'abc']]));
	await read(byKey).catch(() => undefined);
	const calls = await az.readCalls();
	t.true(calls.length > 0);
	t.false(calls.flat().includes('--auth-mode'));
	t.false(calls.flat().includes('abc'));
});

test('az that fails leaves nothing behind, and is quoted', async t => {
	const {read, cacheFolder} = await open(t, {
		code: `fs.mkdirSync(path.join(value('--destination'), path.dirname('${nameBlob(Date.parse('2026-11-20T10:00:00Z'))}')), {recursive: true});
		fs.writeFileSync(path.join(value('--destination'), '${nameBlob(Date.parse('2026-11-20T10:00:00Z'))}'), '{"half');
		console.error("ERROR: Please run 'az login' to setup account."); process.exit(1);`,
	});
	const error = await t.throwsAsync(read(), {instanceOf: UserError});
	t.is(
		error?.sentence,
		"az storage blob download-batch ended with exit code 1 and said: ERROR: Please run 'az login' to setup account. Sign in with az login, and see that you may read the blobs of acmelogs: the role is Storage Blob Data Reader.",
	);
	const left = await readdir(cacheFolder, {recursive: true});
	t.false(left.some(name => name.endsWith('.json')));
});

test('what was fetched before is read although az fails now, with a gap that nobody can accept', async t => {
	const time = Date.parse('2026-11-20T10:00:00Z');
	const {read, create} = await open(t, {
		code: `if (process.env.FAIL) { console.error('ERROR: no network'); process.exit(1); }
		if (value('--pattern').includes('d=20')) {
			const file = path.join(value('--destination'), ${JSON.stringify(nameBlob(time))});
			fs.mkdirSync(path.dirname(file), {recursive: true});
			fs.writeFileSync(file, ${JSON.stringify(line(time))});
		}`,
	});
	await read();
	const {tallies, source} = await read(create(variables([['FAIL', '1']])));
	t.is(sum(tallies), 1);
	t.like(source.gaps[0], {canBeAccepted: false, span: undefined});
	t.regex(source.gaps[0]?.message ?? '', /no network/v);
});

test('az that hangs is stopped when the screen is left', async t => {
	const {read, cacheFolder} = await open(t, {
		code: `fs.writeFileSync(path.join(value('--destination'), 'begun'), ''); setInterval(() => {}, 1000);`,
	});
	const controller = new AbortController();
	const reading = t.throwsAsync(read(undefined, {signal: controller.signal}), {
		message: 'The screen was left.',
	});
	controller.abort(new Error('The screen was left.'));
	await reading;
	const left = await readdir(path.dirname(cacheFolder), {recursive: true});
	t.false(left.some(name => name.includes('incoming-')));
});

const dayAt = (text: string): number => Date.parse(`${text}T00:00:00Z`);

const daysOf = (from: string, count: number): number[] =>
	Array.from({length: count}, (_, index) => dayAt(from) + index * day);

for (const [title, days, pattern, expected] of [
	['no day', [], '', []],
	['one day', daysOf('2026-11-03', 1), '', ['*/y=2026/m=11/d=03/*']],
	[
		'days of several tens',
		daysOf('2026-11-08', 5),
		'',
		['*/y=2026/m=11/d=0[89]/*', '*/y=2026/m=11/d=1[012]/*'],
	],
	[
		'whole months between',
		daysOf('2026-01-31', 30),
		'',
		['*/y=2026/m=01/d=31/*', '*/y=2026/m=02/d=*', '*/y=2026/m=03/d=01/*'],
	],
	[
		'one registry of the container',
		daysOf('2026-11-03', 1),
		'resourceId=/SUBSCRIPTIONS/S/*/ACME/*/PT1H.json',
		['resourceId=/SUBSCRIPTIONS/S/*/ACME*/y=2026/m=11/d=03/*'],
	],
	[
		'a pattern that says the time itself',
		daysOf('2026-11-03', 9),
		'*/y=2026/m=11/*',
		['*/y=2026/m=11/*'],
	],
] as const) {
	test(`the patterns for ${title} bring them and no others`, t => {
		t.deepEqual(listPatterns(days, pattern), expected as unknown);
	});
}

test('the hour of a blob is read from its name', t => {
	const time = Date.parse('2026-11-03T14:00:00Z');
	t.is(hourOf(nameBlob(time)), time);
	t.is(hourOf('a/y=2026/m=11/d=03/h=14/m=00/PT1H_2.json'), time);
	t.is(hourOf('a/b.json'), undefined);
});

test('a place in a storage account has its form', async t => {
	for (const where of [
		'',
		'acmelogs',
		'Acme/logs',
		'acmelogs/--x',
		'acmelogs/logs/-x',
		'../logs',
	]) {
		const {create} = await open(t, {where});
		t.throws(() => create(), {instanceOf: UserError});
	}
});
