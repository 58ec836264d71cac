import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {readReferences} from '../../source/storage/references-file.js';
import {UserError} from '../../source/user-error.js';

const writeLines = async (
	t: ExecutionContext,
	text: string,
): Promise<string> => {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-references-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	const file = path.join(folder, 'references.txt');
	await writeFile(file, text);
	return file;
};

const digest = `sha256:${'a'.repeat(64)}`;

test('lines are numbered as in an editor; remarks, blanks, a mark of the encoding and line ends are no part of them', async t => {
	const file = await writeLines(
		t,
		`\u{FEFF}# old ones\r\n\r\nregistry.test/app:v1  # seen in may\r\n  registry.test/app@${digest}\nnonsense\nhttps://registry.test/app:v#2`,
	);
	const lines = await readReferences(file);
	t.deepEqual(
		lines.map(({number, text, where}) => [number, text, where?.reference]),
		[
			[3, 'registry.test/app:v1', {kind: 'tag', tag: 'v1'}],
			[4, `registry.test/app@${digest}`, {kind: 'digest', digest}],
			[5, 'nonsense', undefined],
			[6, 'https://registry.test/app:v#2', undefined],
		],
	);
});

test('a file that is not there is one sentence and exit code 2', async t => {
	const error = await t.throwsAsync(readReferences('/nowhere/at/all'), {
		instanceOf: UserError,
	});
	t.is(error?.message, '/nowhere/at/all cannot be read (ENOENT).');
	t.is(error?.exitCode, 2);
});

test('a folder is one sentence too', async t => {
	const error = await t.throwsAsync(readReferences(os.tmpdir()), {
		instanceOf: UserError,
	});
	t.regex(error?.message ?? '', /cannot be read \(EISDIR\)/v);
});
