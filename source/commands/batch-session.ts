import process from 'node:process';
import {createInterface} from 'node:readline/promises';
import {createSession} from '../effects/create-session.js';
import type {Session} from '../effects/session.js';
import {makeSafe} from '../text/safe-text.js';
import {UserError} from '../user-error.js';
import type {World} from '../world.js';
import type {Output} from './list.js';

/** What the commands about earlier batches get from the process they run in. */
export type BatchOutput = Output & {
	/** Whether somebody can be asked. */
	readonly isTerminal: boolean;
};

/** Asks on the terminal; the answer without the white space around it. */
export const ask = async (question: string): Promise<string> => {
	const lines = createInterface({input: process.stdin, output: process.stdout});
	try {
		const answer = await lines.question(question);
		return answer.trim();
	} finally {
		lines.close();
	}
};

/** Prints foreign text as one safe line. */
export const printLine = (
	{print}: Pick<Output, 'print'>,
	text: string,
): void => {
	print(`${makeSafe(text)}\n`);
};

/** The batch that a command is about: the named one, else the last. Throws `UserError` with exit code 2 where there is none. */
export const chooseBatch = async (
	{batches}: World,
	named: string | undefined,
): Promise<string> => {
	const [last] = await batches.list();
	const batch = named ?? last;
	if (batch === undefined) {
		throw new UserError('There is no batch: nothing was deleted from here.', {
			remedy: 'Batches are kept under the state folder; --state names another.',
			exitCode: 2,
		});
	}

	return batch;
};

/** A signal ends the batch under way after the step in flight, a second one breaks it off; the exit code is the signal's. */
export const runInterruptibly = async (
	world: World,
	work: (session: Session) => Promise<number>,
): Promise<number> => {
	const ending = new AbortController();
	const session = createSession(world, {
		registries: new Map(),
		signal: ending.signal,
	});
	let interrupted: number | undefined;
	const listeners = (
		[
			['SIGHUP', 129],
			['SIGINT', 130],
			['SIGTERM', 143],
		] as const
	).map(([signal, exitCode]) => {
		const listener = (): void => {
			if (interrupted === undefined && session.batch) {
				session.batch.stop.abort();
			} else {
				ending.abort();
			}

			interrupted ??= exitCode;
		};

		process.on(signal, listener);
		return [signal, listener] as const;
	});
	try {
		const exitCode = await work(session);
		return interrupted ?? exitCode;
	} catch (error) {
		if (interrupted !== undefined) {
			return interrupted;
		}

		throw error;
	} finally {
		for (const [signal, listener] of listeners) {
			process.off(signal, listener);
		}
	}
};

/** Says which lines of a journal could not be read. */
export const warnOfDamage = (
	{printError}: Pick<Output, 'printError'>,
	{path, damagedLines}: {path: string; damagedLines: readonly number[]},
): void => {
	if (damagedLines.length > 0) {
		printError(
			`jetsam: line ${damagedLines.join(', ')} of ${makeSafe(path)} cannot be read; what stood there is not known.\n`,
		);
	}
};
