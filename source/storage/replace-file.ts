import {randomBytes} from 'node:crypto';
import fileSystem, {constants} from 'node:fs/promises';
import path from 'node:path';
import {UserError} from '../user-error.js';
import {syncFolder} from './durable-file.js';

/** What is asked of the file system to replace a file: a port, so that a test can let it fail. */
export type ReplacingFiles = Pick<
	typeof fileSystem,
	'open' | 'rename' | 'rm' | 'lstat' | 'access' | 'readFile'
>;

/** The file system of this machine. */
export const realReplacingFiles: ReplacingFiles = fileSystem;

/** A file of the operator's and what it is to hold. */
export type Replacement = {
	readonly file: string;
	readonly before: string;
	readonly after: string;
};

const refuse = (file: string, what: string, remedy: string): UserError =>
	new UserError(`${file} ${what}.`, {remedy, exitCode: 1});

const codeOf = (error: unknown): string =>
	error instanceof Error && 'code' in error ? String(error.code) : 'unknown';

/**
Looks whether a file can be replaced: it is a file itself and no link to one, may be written, and holds what was read of it.

Throws `UserError`.
*/
export const checkReplacement = async (
	{file, before}: Replacement,
	files: ReplacingFiles,
): Promise<void> => {
	try {
		const found = await files.lstat(file);
		if (!found.isFile()) {
			throw refuse(
				file,
				'is no file any more',
				'Run it again once nothing else changes the folder.',
			);
		}

		await files.access(file, constants.W_OK);
		await files.access(path.dirname(file), constants.W_OK);
		const bytes = await files.readFile(file);
		if (!bytes.equals(new TextEncoder().encode(before))) {
			throw refuse(
				file,
				'has changed since it was read',
				'Run it again once nothing else changes the folder.',
			);
		}
	} catch (error) {
		throw error instanceof UserError
			? error
			: refuse(
					file,
					`cannot be written (${codeOf(error)})`,
					'Check its rights and those of its folder.',
				);
	}
};

/**
Replaces what a file holds, the whole of it or nothing, through a temporary file beside it; its mode and its owner stay.

Throws `UserError` where it cannot be replaced, and then it is as it was.
*/
export const replaceFile = async (
	replacement: Replacement,
	files: ReplacingFiles,
): Promise<void> => {
	const {file, after} = replacement;
	await checkReplacement(replacement, files);
	const temporary = `${file}.${randomBytes(6).toString('hex')}.new`;
	try {
		const {mode, uid, gid} = await files.lstat(file);
		const handle = await files.open(temporary, 'wx', 0o600);
		try {
			await handle.writeFile(after);
			const made = await handle.stat();
			if (made.uid !== uid || made.gid !== gid) {
				await handle.chown(uid, gid);
			}

			// Last, since a change of the owner takes bits away.
			// eslint-disable-next-line no-bitwise -- the bits of the rights
			await handle.chmod(mode & 0o7777);
			await handle.sync();
		} finally {
			await handle.close();
		}

		await files.rename(temporary, file);
		await syncFolder(path.dirname(file), fileSystem);
	} catch (error) {
		// What is left of it must not hide why.
		await files.rm(temporary, {force: true}).catch(() => undefined);
		throw refuse(
			file,
			`could not be written (${codeOf(error)})`,
			'Check the rights of its folder and the space on its disk.',
		);
	}
};
