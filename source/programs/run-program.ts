import type {Readable} from 'node:stream';
import {UserError} from '../user-error.js';
import {
	type Launch,
	launchProgram,
	type ProgramEnd,
	type ProgramOutput,
} from './launch-program.js';
import {findComplaint} from './program-complaint.js';

export type {Environment} from './launch-program.js';

/** A program of the operator's own to run, whose failure is told. */
export type ProgramRun = Omit<Launch, 'input'> & {
	/** What it does, for sentences: `az storage blob download-batch`. */
	readonly title: string;
	/** What to do where it fails; one sentence in the imperative. */
	readonly remedy: string;
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
	const {end, value} = await launchProgram(run, async written => {
		const complaining = keepEnd(written.errors);
		const reading = await settle(read, written);
		return {reading, errors: await complaining};
	});
	const {reading, errors} = value;
	if (end.kind !== 'well' && end.kind !== 'stopped') {
		throw explain(run, end, findComplaint(errors, run.environment));
	}

	if (!reading.isRead) {
		throw reading.error;
	}

	return reading.value;
};

type Reading<Result> =
	| {readonly isRead: true; readonly value: Result}
	| {readonly isRead: false; readonly error: unknown};

/** Reads an output; a program whose output cannot be used is stopped, unless it was at its end already. */
const settle = async <Result>(
	read: (output: AsyncIterable<Uint8Array>) => Promise<Result>,
	{output, stop}: ProgramOutput,
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

const explain = (
	{command, title, timeout, remedy}: ProgramRun,
	end: Exclude<ProgramEnd, {kind: 'well' | 'stopped'}>,
	complaint: string,
): UserError => {
	switch (end.kind) {
		case 'missing': {
			return new UserError(`${command} is not installed or not on PATH.`, {
				remedy: `Install it, or name a source that needs no ${command}.`,
			});
		}

		case 'not-executable': {
			return new UserError(`${command} on PATH may not be run.`, {
				remedy: 'Make it executable.',
			});
		}

		case 'late': {
			return new UserError(
				`${title} took longer than ${Math.ceil(timeout / 60_000)} min and was stopped.`,
				{remedy},
			);
		}

		case 'failed': {
			return new UserError(
				complaint === ''
					? `${title} ended ${end.how} and said nothing.`
					: `${title} ended ${end.how} and said: ${complaint}`,
				{remedy},
			);
		}
	}
};
