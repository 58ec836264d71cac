import {randomBytes} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import os from 'node:os';
import process from 'node:process';
import {isJsonObject, parseJson} from '../oci/json.js';
import {UserError} from '../user-error.js';
import type {DurableFiles} from './durable-file.js';

/** Who is at a batch. */
type Holder = {
	readonly pid: number;
	readonly machine: string;
	/** Names the time since the machine was started; an empty text where it cannot be told. */
	readonly boot: string;
};

const readBoot = async (): Promise<string> => {
	const text = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(
		() => '',
	);
	return text.trim();
};

const describeSelf = async (): Promise<Holder> => ({
	pid: process.pid,
	machine: os.hostname(),
	boot: await readBoot(),
});

const parseHolder = (text: string): Holder | undefined => {
	const document = parseJson(text);
	if (!isJsonObject(document)) {
		return undefined;
	}

	const {pid, machine, boot} = document;
	return typeof pid === 'number' && typeof machine === 'string'
		? {pid, machine, boot: typeof boot === 'string' ? boot : ''}
		: undefined;
};

const isAlive = (pid: number): boolean => {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		// It is there, and another user's.
		return error instanceof Error && 'code' in error && error.code === 'EPERM';
	}
};

/** Whether the program that a lock names has ended. Of another machine that is not to be known, and counts as no. */
const hasEnded = (holder: Holder, self: Holder): boolean =>
	holder.machine === self.machine &&
	((holder.boot !== '' && self.boot !== '' && holder.boot !== self.boot) ||
		!isAlive(holder.pid));

/** Whether a lock was left behind by a program that has ended. A lock that cannot be read was never written whole. */
export const isAbandoned = async (file: string): Promise<boolean> => {
	const text = await readFile(file, 'utf8').catch(() => undefined);
	if (text === undefined) {
		return false;
	}

	const holder = parseHolder(text);
	return holder === undefined || hasEnded(holder, await describeSelf());
};

/**
Takes the lock of a batch, so that no two programs are at one batch, and returns how it is given back. A lock whose program has ended is taken over.

Throws `UserError` with exit code 3 where another program has it.
*/
export const takeLock = async (
	file: string,
	batch: string,
	files: DurableFiles,
): Promise<() => Promise<void>> => {
	const own = `${file}.${randomBytes(6).toString('hex')}`;
	const handle = await files.open(own, 'wx', 0o600);
	try {
		await handle.writeFile(`${JSON.stringify(await describeSelf())}\n`);
		await handle.sync();
	} finally {
		await handle.close();
	}

	try {
		await claim({own, file, batch}, files);
	} finally {
		await files.rm(own, {force: true});
	}

	return async () => files.rm(file, {force: true});
};

// A link is made whole or not at all, and never over a file that is there.
const claim = async (
	{own, file, batch}: {own: string; file: string; batch: string},
	files: DurableFiles,
): Promise<void> => {
	for (let attempt = 0; attempt < 3; attempt++) {
		try {
			await files.link(own, file);
			return;
		} catch (error) {
			if (!(error instanceof Error && 'code' in error)) {
				throw error;
			}

			if (error.code !== 'EEXIST') {
				throw error;
			}
		}

		if (!(await isAbandoned(file))) {
			break;
		}

		await takeAway(file, `${own}.old`, files);
	}

	const holder = parseHolder(await readFile(file, 'utf8').catch(() => ''));
	throw new UserError(
		`Another jetsam is at the batch ${batch}${holder ? ` (process ${holder.pid} on ${holder.machine})` : ''}.`,
		{
			remedy: `Wait until it has ended; if there is none any more, delete ${file}.`,
			exitCode: 3,
		},
	);
};

/** Takes an abandoned lock away; one that somebody else has taken meanwhile is put back. */
const takeAway = async (
	file: string,
	aside: string,
	files: DurableFiles,
): Promise<void> => {
	try {
		await files.rename(file, aside);
	} catch {
		return;
	}

	if (!(await isAbandoned(aside))) {
		await files.link(aside, file).catch(() => undefined);
	}

	await files.unlink(aside);
};
