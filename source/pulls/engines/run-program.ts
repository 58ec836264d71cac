import {constants} from 'node:os';
import type {Readable} from 'node:stream';
import {UserError} from '../../user-error.js';
import {findComplaint} from './program-complaint.js';
import {isGrouped, watchOver} from './stop-program.js';

/** The variables that a program gets, and nothing besides them; its place is looked up on their `PATH`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A program of the operator's own to run. */
export type ProgramRun = {
	/** What it is called on the `PATH`: `az`. */
	readonly command: string;
	/** Each as it is, since no shell is between; no secret may be among them, because every user of the machine can read them. */
	readonly arguments: readonly string[];
	/** What it does, for sentences: `az storage blob download-batch`. */
	readonly title: string;
	readonly environment: Environment;
	/** Milliseconds after which it is stopped. */
	readonly timeout: number;
	/** What to do where it fails; one sentence in the imperative. */
	readonly remedy: string;
	readonly signal: AbortSignal;
};

/** The end of what a program wrote to its standard error is kept, in characters. */
const mostError = 64 * 1024;

/**
Runs a program without a shell and gives its output to `read`, which takes all of it, while it comes; resolves to what `read` makes of it once the program has ended well.

Throws `UserError` where the program is not there, fails, or takes too long. What it says itself wins over what `read` throws, since half an output is what a failure leaves. Aborting stops the program with all that it has started, and rejects with the
signal's reason.
*/
export const runProgram = async <Result>(
	run: ProgramRun,
	read: (output: AsyncIterable<Uint8Array>) => Promise<Result>,
): Promise<Result> => {
	run.signal.throwIfAborted();
	const {execa} = await import('execa');
	const child = execa(run.command, run.arguments, {
		env: run.environment,
		extendEnv: false,
		stdin: 'ignore',
		buffer: false,
		encoding: 'buffer',
		reject: false,
		windowsHide: true,
		detached: isGrouped,
	});
	const limit = AbortSignal.timeout(run.timeout);
	const stopper = watchOver(child, AbortSignal.any([run.signal, limit]));
	try {
		const complaining = keepEnd(child.stderr);
		const reading = await settle(read, child.stdout, stopper.stop);
		const result = await child;
		const complaint = findComplaint(await complaining, run.environment);
		run.signal.throwIfAborted();
		if (limit.aborted) {
			throw tooLate(run);
		}

		if (result.failed && !stopper.isStopped()) {
			throw explain(run, result, complaint);
		}

		if (!reading.isRead) {
			throw reading.error;
		}

		return reading.value;
	} finally {
		stopper.release();
	}
};

type Reading<Result> =
	| {readonly isRead: true; readonly value: Result}
	| {readonly isRead: false; readonly error: unknown};

/** Reads an output; a program whose output cannot be used is stopped, unless it was at its end already. */
const settle = async <Result>(
	read: (output: AsyncIterable<Uint8Array>) => Promise<Result>,
	output: Readable,
	stop: () => void,
): Promise<Reading<Result>> => {
	let isAtEnd = false;
	const pass = async function* (): AsyncGenerator<Uint8Array> {
		yield* output as AsyncIterable<Uint8Array>;
		isAtEnd = true;
	};

	try {
		return {isRead: true, value: await read(pass())};
	} catch (error) {
		if (!isAtEnd) {
			stop();
			// What nobody takes would keep the program's end from being seen.
			output.destroy();
		}

		return {isRead: false, error};
	}
};

const keepEnd = async (stream: Readable): Promise<string> => {
	const decoder = new TextDecoder();
	let text = '';
	try {
		for await (const bytes of stream as AsyncIterable<Uint8Array>) {
			text = (text + decoder.decode(bytes, {stream: true})).slice(-mostError);
		}
	} catch {
		// What was said before it broke off is all there is.
	}

	return text;
};

const tooLate = ({title, timeout, remedy}: ProgramRun): UserError =>
	new UserError(
		`${title} took longer than ${Math.ceil(timeout / 60_000)} min and was stopped.`,
		{remedy},
	);

const explain = (
	{command, title, remedy}: ProgramRun,
	{
		code,
		exitCode,
		signal,
	}: {
		readonly code?: string | undefined;
		readonly exitCode?: number | undefined;
		readonly signal?: string | undefined;
	},
	complaint: string,
): UserError => {
	if (code === 'ENOENT') {
		return new UserError(`${command} is not installed or not on PATH.`, {
			remedy: `Install it, or name a source that needs no ${command}.`,
		});
	}

	if (code === 'EACCES') {
		return new UserError(`${command} on PATH may not be run.`, {
			remedy: 'Make it executable.',
		});
	}

	const how =
		signal === undefined
			? `with exit code ${exitCode ?? 'unknown'}`
			: `by ${signal in constants.signals ? signal : 'a signal'}`;
	return new UserError(
		complaint === ''
			? `${title} ended ${how} and said nothing.`
			: `${title} ended ${how} and said: ${complaint}`,
		{remedy},
	);
};
