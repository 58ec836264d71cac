import {existsSync} from 'node:fs';
import {chmod, mkdtemp, readFile, rm, stat, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {openDebugLog} from '../../source/storage/debug-log.js';
import {UserError} from '../../source/user-error.js';

const makeFolder = async (t: ExecutionContext): Promise<string> => {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-debug-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	return folder;
};

test('each entry is a line of JSON under its time, appended to a file of the owner alone', async t => {
	const file = path.join(await makeFolder(t), 'debug.log');
	await writeFile(file, 'of an earlier run\n');
	await chmod(file, 0o644);
	const log = openDebugLog(file, () => 0);
	log.note({kind: 'warning', text: 'one\ntwo'});
	log.note({kind: 'warning', text: 'three'});
	t.is(
		await readFile(file, 'utf8'),
		[
			'of an earlier run',
			String.raw`{"time":"1970-01-01T00:00:00.000Z","kind":"warning","text":"one\ntwo"}`,
			'{"time":"1970-01-01T00:00:00.000Z","kind":"warning","text":"three"}\n',
		].join('\n'),
	);
	const {mode} = await stat(file);
	t.is(mode % 0o1000, 0o600);
	t.false(log.isTerminal);

	const created = path.join(path.dirname(file), 'created.log');
	openDebugLog(created, () => 0);
	const ofNew = await stat(created);
	t.is(ofNew.mode % 0o1000, 0o600);
});

test('a file that cannot be written is one sentence, and wrong usage', async t => {
	const folder = await makeFolder(t);
	const file = path.join(folder, 'no', 'such', 'folder.log');
	const error = t.throws(() => openDebugLog(file, () => 0), {
		instanceOf: UserError,
	});
	t.is(error?.exitCode, 2);
	t.is(
		error?.sentence,
		`The debug log ${file} cannot be written (ENOENT). Give --debug another file.`,
	);
	t.throws(() => openDebugLog(folder, () => 0), {message: /\(EISDIR\)/v});
});

const testWithFullDisk = existsSync('/dev/full') ? test : test.skip;

testWithFullDisk('a disk that is full ends the log and not the work', t => {
	const log = openDebugLog('/dev/full', () => 0);
	t.notThrows(() => {
		log.note({kind: 'warning', text: 'one'});
		log.note({kind: 'warning', text: 'two'});
	});
});
