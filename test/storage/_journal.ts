import {mkdtemp, readFile, rm, stat, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {isDeepStrictEqual} from 'node:util';
import test, {type ExecutionContext} from 'ava';
import {nameBatch, openJournal} from '../../source/storage/journal.js';
import {UserError} from '../../source/user-error.js';

const makeFolder = async (t: ExecutionContext): Promise<string> => {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-state-'));
	t.teardown(async () => rm(folder, {recursive: true}));
	return folder;
};

const readLines = async (file: string): Promise<unknown[]> => {
	const text = await readFile(file, 'utf8');
	return text
		.split('\n')
		.slice(0, -1)
		.map(line => JSON.parse(line) as unknown);
};

const readMode = async (file: string): Promise<string> => {
	const {mode} = await stat(file);
	// eslint-disable-next-line no-bitwise -- the lower bits are the permissions
	return (mode & 0o777).toString(8);
};

test('a line is in the file when it is appended, in its order', async t => {
	const journal = await openJournal(await makeFolder(t), 'batch');
	t.deepEqual(await readLines(journal.path), []);
	const lines = [
		{kind: 'batch-began', registry: 'h.example'},
		{kind: 'step-began', text: 'two\nlines, "quoted"'},
		{kind: 'step-ended', outcome: {kind: 'deleted'}},
	];
	for (const [index, line] of lines.entries()) {
		await journal.append(line);
		t.deepEqual(await readLines(journal.path), lines.slice(0, index + 1));
	}

	await journal.close();
	t.deepEqual(await readLines(journal.path), lines);
});

test('lines that are appended at the same time keep their order and stay whole', async t => {
	const journal = await openJournal(await makeFolder(t), 'batch');
	const lines = Array.from({length: 200}, (_, index) => ({
		kind: 'step-began',
		index,
		text: 'x'.repeat((index * 997) % 5000),
	}));
	await Promise.all(lines.map(async line => journal.append(line)));
	await journal.close();
	const written = await readLines(journal.path);
	t.is(written.length, lines.length);
	t.true(lines.every((line, index) => isDeepStrictEqual(line, written[index])));
});

test('only its owner may read the journal', async t => {
	const state = path.join(await makeFolder(t), 'not', 'there', 'yet');
	const journal = await openJournal(state, '20261122-121004-a1b2');
	await journal.close();
	t.is(journal.path, path.join(state, 'journal', '20261122-121004-a1b2.jsonl'));
	t.is(await readMode(journal.path), '600');
	t.is(await readMode(path.dirname(journal.path)), '700');
	t.is(await readMode(state), '700');
});

test('a journal that is there already is not written to', async t => {
	const state = await makeFolder(t);
	const first = await openJournal(state, 'batch');
	await first.append({kind: 'batch-began'});
	await first.close();
	await t.throwsAsync(openJournal(state, 'batch'), {
		instanceOf: UserError,
		message: /batch\.jsonl could not be written \(EEXIST\)/,
	});
	t.deepEqual(await readLines(first.path), [{kind: 'batch-began'}]);
});

test('a folder that cannot be written is a sentence', async t => {
	const folder = await makeFolder(t);
	const file = path.join(folder, 'file');
	await writeFile(file, '');
	const error = await t.throwsAsync(openJournal(file, 'batch'), {
		instanceOf: UserError,
	});
	t.like(error, {
		message: `The journal ${path.join(file, 'journal', 'batch.jsonl')} could not be written (ENOTDIR).`,
		remedy:
			'Nothing is deleted without a journal: make room or choose another folder with --state.',
		exitCode: 1,
	});
});

test('a line that cannot be written is a sentence', async t => {
	const journal = await openJournal(await makeFolder(t), 'batch');
	await journal.close();
	for (const kind of ['step-began', 'step-ended']) {
		await t.throwsAsync(journal.append({kind}), {
			instanceOf: UserError,
			message: /could not be written/,
		});
	}
});

test('a batch is named by its time and something of chance', t => {
	const now = Date.parse('2026-11-22T12:10:04.999Z');
	t.is(nameBatch(now, 0), '20261122-121004999-0000');
	t.is(nameBatch(now, 0.5), '20261122-121004999-8000');
	t.is(nameBatch(now, 1 - Number.EPSILON), '20261122-121004999-ffff');
	t.is(nameBatch(0, 0.000_02), '19700101-000000000-0001');
});

test('batches that begin within one second are sorted as they began, whatever chance adds', t => {
	const now = Date.parse('2026-11-22T12:10:04.100Z');
	const first = nameBatch(now, 0.9);
	const second = nameBatch(now + 1, 0.1);
	t.deepEqual([second, first].toSorted(), [first, second]);
});
