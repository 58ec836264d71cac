import fileSystem, {
	chmod,
	mkdtemp,
	readdir,
	readFile,
	rm,
	stat,
	symlink,
	writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {
	realReplacingFiles,
	replaceFile,
	type ReplacingFiles,
} from '../../source/storage/replace-file.js';
import {UserError} from '../../source/user-error.js';

const makeFile = async (
	t: ExecutionContext,
): Promise<{folder: string; file: string}> => {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-replace-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	const file = path.join(folder, 'a.yaml');
	await writeFile(file, 'before');
	return {folder, file};
};

const contents = {before: 'before', after: 'after é'};

test('a file is replaced with its rights', async t => {
	const {folder, file} = await makeFile(t);
	await chmod(file, 0o754);
	await replaceFile({file, ...contents}, realReplacingFiles);
	t.is(await readFile(file, 'utf8'), 'after é');
	const {mode} = await stat(file);
	// eslint-disable-next-line no-bitwise -- the bits of the rights
	t.is(mode & 0o7777, 0o754);
	t.deepEqual(await readdir(folder), ['a.yaml']);
});

const failing = (name: 'open' | 'rename'): ReplacingFiles => ({
	...fileSystem,
	async [name]() {
		throw Object.assign(new Error('no room'), {code: 'ENOSPC'});
	},
});

const failingToWrite: ReplacingFiles = {
	...fileSystem,
	async open(...openArguments) {
		const handle = await fileSystem.open(...openArguments);
		handle.writeFile = async () => {
			await handle.write('aft');
			throw Object.assign(new Error('no room'), {code: 'ENOSPC'});
		};

		return handle;
	},
};

for (const [title, files] of [
	['cannot be made', failing('open')],
	['cannot be written', failingToWrite],
	['cannot take its name', failing('rename')],
] as const) {
	test(`where the new file ${title} the old one stays, and nothing beside it`, async t => {
		const {folder, file} = await makeFile(t);
		const error = await t.throwsAsync(replaceFile({file, ...contents}, files), {
			instanceOf: UserError,
		});
		t.regex(
			error?.sentence ?? '',
			/a\.yaml could not be written \(ENOSPC\)\. Check the rights of its folder/v,
		);
		t.is(error?.exitCode, 1);
		t.is(await readFile(file, 'utf8'), 'before');
		t.deepEqual(await readdir(folder), ['a.yaml']);
	});
}

test('a file that has changed since it was read stays as it is', async t => {
	const {file} = await makeFile(t);
	await writeFile(file, 'other');
	const error = await t.throwsAsync(
		replaceFile({file, ...contents}, realReplacingFiles),
		{instanceOf: UserError},
	);
	t.regex(error?.message ?? '', /has changed since it was read\.$/v);
	t.is(await readFile(file, 'utf8'), 'other');
});

test('a link in the place of a file is not followed', async t => {
	const {folder, file} = await makeFile(t);
	const link = path.join(folder, 'link.yaml');
	await symlink('a.yaml', link);
	const error = await t.throwsAsync(
		replaceFile({file: link, ...contents}, realReplacingFiles),
		{instanceOf: UserError},
	);
	t.regex(error?.message ?? '', /is no file any more\.$/v);
	t.is(await readFile(file, 'utf8'), 'before');
});

test('a file that is gone is told', async t => {
	const {folder} = await makeFile(t);
	const error = await t.throwsAsync(
		replaceFile(
			{file: path.join(folder, 'b.yaml'), ...contents},
			realReplacingFiles,
		),
		{instanceOf: UserError},
	);
	t.regex(error?.message ?? '', /b\.yaml cannot be written \(ENOENT\)\.$/v);
});
