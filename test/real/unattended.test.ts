import {readdir, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {takeFingerprint} from '../../source/plain/plan-document.js';
import {
	addImages,
	createGate,
	listDeletions,
	startRegistry,
} from '../helpers/journey-world.js';
import {makeHome, openProgram} from '../helpers/open-program.js';
import {runProgram, startProgram} from '../helpers/run-program.js';

const rulesOf = (newest: number): readonly string[] => [
	'--keep-newest',
	String(newest),
	'--age',
	'created',
	'--allow-unknown-uses',
];

/** A repository of so many images, and a home that is kept between the runs. */
const openStage = async (t: ExecutionContext, count: number) => {
	const content = createRegistryContent();
	addImages(
		content,
		'app',
		Array.from({length: count}, (_, index) => `build-${count - index}`),
	);
	const {server, faults} = await startRegistry(t, {content});
	const home = await makeHome(t);
	const run = async (...words: readonly string[]) =>
		runProgram(t, words, {home});
	return {content, server, faults, home, run, host: server.host};
};

/** Makes a plan, and reads its phrase as a script does. */
const makePlan = async (
	{home, run, host}: Awaited<ReturnType<typeof openStage>>,
	newest = 10,
) => {
	const file = path.join(home, 'plan.json');
	const made = await run(
		'plan',
		host,
		...rulesOf(newest),
		'--out',
		file,
		'--json',
	);
	const text = await readFile(file, 'utf8');
	const phrase = /"phrase": "(?<phrase>[^"]+)"/v.exec(text)?.groups?.['phrase'];
	return {file, text, phrase: phrase ?? '', made};
};

const minute = 60 * 1000;
const hour = 60 * minute;

/** A plan as it would have been written so many milliseconds before: nothing in it but its times and its fingerprint is another. */
const makeOlder = (text: string, age: number): string => {
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- a wrong shape fails the test, as it should
	const plan = JSON.parse(text) as Record<'readAt' | 'expiresAt', string>;
	const shift = (time: string): string =>
		new Date(Date.parse(time) - age).toISOString();
	const older = {
		...plan,
		readAt: shift(plan.readAt),
		expiresAt: shift(plan.expiresAt),
	};
	return JSON.stringify({...older, fingerprint: takeFingerprint(older)});
};

/** The lines of the only journal. */
const readJournal = async (
	home: string,
): Promise<ReadonlyArray<Record<string, unknown>>> => {
	const folder = path.join(home, 'journal');
	const names = await readdir(folder);
	const files = names.filter(name => name.endsWith('.jsonl'));
	if (files.length !== 1) {
		throw new Error(`There are ${files.length} journals`);
	}

	const text = await readFile(path.join(folder, files[0]!), 'utf8');
	return text
		.trim()
		.split('\n')
		.map(
			// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- a wrong shape fails the test, as it should
			line => JSON.parse(line) as Record<string, unknown>,
		);
};

test('SIGTERM ends apply after the steps in flight: the journal tells them all, and resume does the rest', async t => {
	const stage = await openStage(t, 120);
	const {content, home, server, faults, run} = stage;
	const {file, phrase, made} = await makePlan(stage, 80);
	t.is(made.exitCode, 0);
	const gate = createGate();
	t.teardown(gate.open);
	faults.intercept = async ({method}) => {
		if (method === 'DELETE') {
			await gate.pass();
		}

		return false;
	};

	const {child, end} = startProgram(
		t,
		['apply', file, '--yes', '--confirm', phrase],
		{home},
	);
	await gate.reached;
	child.kill('SIGTERM');
	gate.open();
	const {exitCode, signal, stdout} = await end;
	t.deepEqual({exitCode, signal}, {exitCode: 143, signal: undefined});
	const deleted = listDeletions(server).length;
	t.true(deleted > 0);
	t.true(deleted < 40);
	t.is(stdout, `deleted ${deleted}, not reached ${40 - deleted}\n`);
	const journal = await readJournal(home);
	const ended = journal.filter(({kind}) => kind === 'step-ended');
	t.is(journal.filter(({kind}) => kind === 'step-began').length, deleted);
	t.is(
		ended.filter(line => JSON.stringify(line).includes('"kind":"deleted"'))
			.length,
		deleted,
	);
	t.is(journal.at(-1)?.['kind'], 'batch-ended');

	const asked = await run('resume');
	t.is(asked.exitCode, 2);
	const wanted = /--confirm '(?<phrase>[^']+)'/v.exec(asked.stderr);
	t.true(
		wanted?.groups?.['phrase']?.startsWith(`delete ${40 - deleted} from `),
	);
	const resumed = await run(
		'resume',
		'--yes',
		'--confirm',
		wanted?.groups?.['phrase'] ?? '',
	);
	t.is(resumed.exitCode, 0);
	t.is(listDeletions(server).length, 40);
	t.is(content.repositories.get('app')?.manifests.size, 80);
});

test('safeguard 9: a batch that took more than a share and did not end goes on without a terminal where --max-share allows it, and only there', async t => {
	const stage = await openStage(t, 20);
	const {server, faults, home, run} = stage;
	const {file, phrase} = await makePlan(stage, 1);
	const gate = createGate();
	t.teardown(gate.open);
	faults.intercept = async ({method}) => {
		if (method === 'DELETE') {
			await gate.pass();
		}

		return false;
	};

	const {child, end} = startProgram(
		t,
		['apply', file, '--yes', '--confirm', phrase, '--max-share', '100'],
		{home},
	);
	await gate.reached;
	child.kill('SIGTERM');
	gate.open();
	const {exitCode} = await end;
	t.is(exitCode, 143);
	const deleted = listDeletions(server).length;
	t.true(deleted < 10);

	const asked = await run('resume', '--max-share', '100');
	t.is(asked.exitCode, 2);
	const left =
		/--confirm '(?<phrase>[^']+)'/v.exec(asked.stderr)?.groups?.['phrase'] ??
		'';
	t.true(left.startsWith(`delete ${19 - deleted} from ${stage.host}`));
	const resume = async (...limits: readonly string[]) =>
		run('resume', '--yes', '--confirm', left, ...limits);
	for (const limits of [[], ['--max-share', '40']]) {
		const refused = await resume(...limits);
		t.is(refused.exitCode, 3);
		t.true(refused.stderr.includes('Allow it with --max-share PERCENT'));
	}

	const wrong = await resume('--max-share', '101');
	t.is(wrong.exitCode, 2);
	t.is(listDeletions(server).length, deleted);
	const resumed = await resume('--max-share', '100');
	t.is(resumed.exitCode, 0);
	t.is(listDeletions(server).length, 19);
});

test('--max-deletes and --max-share are looked at before the first delete', async t => {
	const stage = await openStage(t, 16);
	const {server, run} = stage;
	const {file, phrase} = await makePlan(stage);
	const apply = async (...limits: readonly string[]) =>
		run('apply', file, '--yes', '--confirm', phrase, ...limits);
	const tooMany = await apply('--max-deletes', '5');
	t.is(tooMany.exitCode, 3);
	t.true(
		tooMany.stderr.includes('deletes 6 digests, and --max-deletes allows 5'),
	);
	const tooMuch = await apply('--max-share', '20');
	t.is(tooMuch.exitCode, 3);
	t.true(tooMuch.stderr.includes('6 of 16 digests of app would go'));
	t.deepEqual(listDeletions(server), []);
	const {exitCode} = await apply('--max-deletes', '6', '--max-share', '40');
	t.is(exitCode, 0);
	t.is(listDeletions(server).length, 6);
});

test('a plan that is cut off, edited, expired, of another version or missing exits 3, and one of another command line 2; nothing is asked', async t => {
	const stage = await openStage(t, 16);
	const {server, run, home} = stage;
	const {text, phrase} = await makePlan(stage);
	const asked = server.requests.length;
	const file = path.join(home, 'other.json');
	for (const [other, says] of [
		[text.slice(0, -40), 'is cut off or damaged'],
		[text.replace('"keep"', '"candidate"'), 'was changed after'],
		[text.replace('"schemaVersion": 1', '"schemaVersion": 2'), 'version 2'],
		[makeOlder(text, 24 * hour + minute), 'expired at 2'],
		['[]', 'is no plan'],
	] as const) {
		await writeFile(file, other);
		const {exitCode, stderr} = await run(
			'apply',
			file,
			'--yes',
			'--confirm',
			phrase,
		);
		t.is(exitCode, 3);
		t.true(stderr.includes(says));
		t.is(stderr.trim().split('\n').length, 1);
	}

	const {exitCode} = await run('apply', file, '--yes');
	t.is(exitCode, 2);
	t.is(server.requests.length, asked);

	// The same plan some minutes before its day is over.
	await writeFile(file, makeOlder(text, 24 * hour - 10 * minute));
	const applied = await run('apply', file, '--yes', '--confirm', phrase);
	t.is(applied.exitCode, 0);
	t.is(listDeletions(server).length, 6);
});

test('rules that cannot be meant exit 2 with file, line and what is allowed; nothing is asked', async t => {
	const {server, run, home, host} = await openStage(t, 3);
	const file = path.join(home, 'rules.yaml');
	for (const [text, says] of [
		['rules:\n  - keepNewset: 3\n', `${file}:2: "keepNewset" is no key`],
		['rules:\n  - keepYounger: 30 days\n', `${file}:2: keepYounger of rule 1`],
		['rules:\n  - keepTags: ["("]\n', `${file}:2: keepTags of rule 1`],
		['rules: []\n', 'that would make everything a candidate'],
	] as const) {
		await writeFile(file, text);
		const {exitCode, stderr, stdout} = await run('plan', host, '--rules', file);
		t.is(exitCode, 2);
		t.true(stderr.includes(says));
		t.is(stderr.trim().split('\n').length, 1);
		t.is(stdout, '');
	}

	const none = await run('plan', host);
	t.is(none.exitCode, 2);
	t.true(none.stderr.includes('that would make everything a candidate'));
	t.deepEqual(server.requests, []);
});

test('on a terminal a bar says how far plan is, and leaves nothing behind', async t => {
	const {content, server} = await openStage(t, 3);
	addImages(content, 'lib', ['a', 'b']);
	const terminal = await openProgram(t, ['plan', server.host, ...rulesOf(10)]);
	const {exitCode} = await terminal.exited;
	t.is(exitCode, 0);
	t.regex(terminal.raw, /━{12}─{12} 1 of 2 repositories read/v);
	t.false(terminal.screen().join('\n').includes('repositories read'));
});
