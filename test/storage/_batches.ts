import {mkdir, readFile, stat, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import {openBatches, warnOfTemporary} from '../../source/storage/batches.js';
import {openJournal, reopenJournal} from '../../source/storage/journal.js';
import {readJournalText} from '../../source/storage/read-journal.js';
import {UserError} from '../../source/user-error.js';
import type {JournalLine} from '../../source/batch.js';
import {makeStateFolder} from '../helpers/build-batch.js';

const digest = `sha256:${'a'.repeat(64)}`;
const time = '2026-11-22T12:04:00.000Z';
const place = {registry: 'h.example', repository: 'shop/app', digest};
const step = {repository: 'shop/app', digest, tags: ['v1']};
const began: JournalLine = {
	kind: 'batch-began',
	time,
	user: 'ann',
	machine: 'm',
	plans: [{registry: 'h.example', phrase: 'p', steps: [step]}],
};
const saved = [{digest, mediaType: 'm', tags: ['v1']}];
const stepBegan = {kind: 'step-began', time, ...place, tags: ['v1'], saved};
const ended = (kind: string) => ({
	kind: 'step-ended',
	time,
	...place,
	outcome: {kind, reason: 'why'},
});
const undone = (moved: readonly unknown[]) => ({
	kind: 'undo-step-ended',
	time,
	...place,
	outcome: {kind: 'restored', moved},
});

const textOf = (...lines: ReadonlyArray<Record<string, unknown>>): string =>
	lines.map(line => `${JSON.stringify(line)}\n`).join('');

const read = (text: string) =>
	readJournalText(text, {batch: 'b', path: '/j/b.jsonl'});

for (const [title, lines, state] of [
	['nothing but the plan', [], 'not-begun'],
	['a step that began', [stepBegan], 'in-flight'],
	['a deleted step', [stepBegan, ended('deleted')], 'deleted'],
	['an absent one', [stepBegan, ended('absent')], 'absent'],
	['a refused one', [stepBegan, ended('refused')], 'refused'],
	['a failed one', [stepBegan, ended('failed')], 'failed'],
	['an outcome of a later version', [stepBegan, ended('new')], 'in-flight'],
	[
		'a step that was put back',
		[stepBegan, ended('deleted'), undone([])],
		'restored',
	],
	[
		'one whose tag was left elsewhere',
		[stepBegan, ended('deleted'), undone([{tag: 'v1'}])],
		'deleted',
	],
] as const) {
	test(`a journal with ${title} is ${state}`, t => {
		const record = read(textOf(began, ...lines));
		t.is(record.steps.length, 1);
		t.is(record.steps[0]?.state, state);
		t.deepEqual(record.steps[0]?.saved, lines.length === 0 ? [] : saved);
		t.is(record.endedAt, undefined);
		t.deepEqual(record.damagedLines, []);
	});
}

test('a last line that was cut off counts for nothing, another that cannot be read is named', t => {
	const whole = textOf(began, stepBegan);
	for (let cut = 1; cut < 80; cut += 13) {
		const record = read(whole + textOf(ended('deleted')).slice(0, cut));
		t.is(record.steps[0]?.state, 'in-flight');
		t.deepEqual(record.damagedLines, []);
	}

	const damaged = read(`${textOf(began)}{"kind": "ste\n${textOf(stepBegan)}`);
	t.deepEqual(damaged.damagedLines, [2]);
	t.is(damaged.steps[0]?.state, 'in-flight');
});

test('a journal without its first line is one sentence', t => {
	for (const text of ['', '{"kind"', textOf(stepBegan)]) {
		const error = t.throws(() => read(text), {instanceOf: UserError});
		t.regex(error?.message ?? '', /is damaged/v);
	}
});

test('safeguard 8: a batch that ended before its first line was whole stands in no way of the one before', async t => {
	const state = await makeStateFolder(t);
	for (const batch of ['b1', 'b2', 'b3', 'b4']) {
		const journal = await openJournal(state, batch);
		await journal.append(began);
		await journal.close();
	}

	const batches = openBatches(state);
	const fileOf = (batch: string): string =>
		path.join(state, 'journal', `${batch}.jsonl`);
	await writeFile(fileOf('b4'), '');
	await writeFile(fileOf('b3'), textOf(began).slice(0, 40));
	t.deepEqual(await batches.list(), ['b2', 'b1']);
	// One that is damaged later on is told, because something may have been deleted.
	await writeFile(fileOf('b2'), `{"kind\n${textOf(stepBegan)}`);
	t.deepEqual(await batches.list(), ['b2', 'b1']);
});

test('a journal is gone on with after its last whole line', async t => {
	const state = await makeStateFolder(t);
	const first = await openJournal(state, 'b1');
	await first.append(began);
	await first.close();
	const whole = await readFile(first.path, 'utf8');
	await writeFile(
		first.path,
		`${whole}{"kind":"step-ended","reason":"${'x'.repeat(2000)}`,
	);
	const second = await reopenJournal(state, 'b1');
	await second.append(stepBegan);
	await second.close();
	t.is(await readFile(first.path, 'utf8'), whole + textOf(stepBegan));
	await writeFile(first.path, whole.trimEnd());
	const third = await reopenJournal(state, 'b1');
	await third.append(stepBegan);
	await third.close();
	t.is(await readFile(first.path, 'utf8'), whole + textOf(stepBegan));
});

test('safeguard 8: no two programs are at one batch', async t => {
	const state = await makeStateFolder(t);
	const first = await openJournal(state, 'b1');
	await first.append(began);
	const error = await t.throwsAsync(reopenJournal(state, 'b1'), {
		instanceOf: UserError,
	});
	t.is(error?.exitCode, 3);
	t.regex(
		error?.message ?? '',
		new RegExp(
			String.raw`Another jetsam is at the batch b1 \(process ${process.pid}`,
			'v',
		),
	);
	t.is(await openBatches(state).findUnended(), undefined);
	await first.close();
	const second = await reopenJournal(state, 'b1');
	await second.close();
});

test('safeguard 8: the lock of a program that has ended is taken over, and its batch is told', async t => {
	const state = await makeStateFolder(t);
	const first = await openJournal(state, 'b1');
	await first.append(began);
	await first.close();
	const lock = path.join(state, 'journal', 'b1.lock');
	// The highest number that Linux gives out is lower.
	const gone = {pid: 4_194_305, machine: os.hostname(), boot: ''};
	await writeFile(lock, JSON.stringify(gone));
	const unended = await openBatches(state).findUnended();
	t.is(unended?.batch, 'b1');
	const second = await reopenJournal(state, 'b1');
	await second.close();
	await t.throwsAsync(stat(lock));

	// Of another machine nobody knows whether it has ended.
	await writeFile(lock, JSON.stringify({...gone, machine: 'elsewhere'}));
	await t.throwsAsync(reopenJournal(state, 'b1'), {instanceOf: UserError});
	// Since then the machine was started anew.
	const other = {pid: process.pid, machine: os.hostname(), boot: 'before'};
	await writeFile(lock, JSON.stringify(other));
	if (process.platform === 'linux') {
		const third = await reopenJournal(state, 'b1');
		await third.close();
	}
});

test('a state folder that is a temporary one is warned of', async t => {
	const state = await makeStateFolder(t);
	t.regex(
		(await warnOfTemporary(path.join(state, 'not', 'yet'), [os.tmpdir()])) ??
			'',
		/state folder is a temporary one/v,
	);
	const other = path.join(state, 'elsewhere');
	await mkdir(other);
	t.is(await warnOfTemporary('/', [other]), undefined);
	t.is(await warnOfTemporary(`${other}-too`, [other]), undefined);
});
