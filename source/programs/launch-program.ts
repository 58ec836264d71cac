import {constants} from 'node:os';
import type {Readable} from 'node:stream';
import {isGrouped, watchOver} from './stop-program.js';

/** The variables that a program gets, and nothing besides them; its place is looked up on their `PATH`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A program of the operator's own to start. */
export type Launch = {
	/** What it is called on the `PATH`: `az`. */
	readonly command: string;
	/** Each as it is, since no shell is between; no secret may be among them, because every user of the machine can read them. */
	readonly arguments: readonly string[];
	/** What it reads from its standard input; nothing when left out. */
	readonly input?: string;
	readonly environment: Environment;
	/** Milliseconds after which it is stopped. */
	readonly timeout: number;
	readonly signal: AbortSignal;
};

/** How a program ended. */
export type ProgramEnd =
	| {readonly kind: 'well'}
	/** Nothing on the `PATH` has its name. */
	| {readonly kind: 'missing'}
	| {readonly kind: 'not-executable'}
	| {readonly kind: 'late'}
	/** Whoever read its output had enough of it. */
	| {readonly kind: 'stopped'}
	/** `how` goes on a sentence: `with exit code 3`. */
	| {readonly kind: 'failed'; readonly how: string};

/** What a program writes. */
export type ProgramOutput = {
	readonly output: Readable;
	readonly errors: Readable;
	/** Ends it, where its output cannot be used. */
	readonly stop: () => void;
};

/**
Starts a program without a shell, lets `take` read what it writes, and resolves once it has ended.

Throws where `take` does, or the signal's reason; aborting stops the program with all that it has started.
*/
export const launchProgram = async <Result>(
	launch: Launch,
	take: (written: ProgramOutput) => Promise<Result>,
): Promise<{readonly end: ProgramEnd; readonly value: Result}> => {
	launch.signal.throwIfAborted();
	const {execa} = await import('execa');
	const child = execa(launch.command, launch.arguments, {
		env: launch.environment,
		extendEnv: false,
		...(launch.input === undefined ? {stdin: 'ignore'} : {input: launch.input}),
		buffer: false,
		encoding: 'buffer',
		reject: false,
		windowsHide: true,
		detached: isGrouped,
	});
	const limit = AbortSignal.timeout(launch.timeout);
	const stopper = watchOver(child, AbortSignal.any([launch.signal, limit]));
	try {
		const {stdout: output, stderr: errors} = child;
		const value = await take({output, errors, stop: stopper.stop});
		const result = await child;
		launch.signal.throwIfAborted();
		const end = limit.aborted
			? ({kind: 'late'} as const)
			: result.failed
				? stopper.isStopped()
					? ({kind: 'stopped'} as const)
					: readFailure(result)
				: ({kind: 'well'} as const);
		return {end, value};
	} finally {
		stopper.release();
	}
};

const readFailure = ({
	code,
	exitCode,
	signal,
}: {
	readonly code?: string | undefined;
	readonly exitCode?: number | undefined;
	readonly signal?: string | undefined;
}): ProgramEnd => {
	if (code === 'ENOENT') {
		return {kind: 'missing'};
	}

	if (code === 'EACCES') {
		return {kind: 'not-executable'};
	}

	return {
		kind: 'failed',
		how:
			signal === undefined
				? `with exit code ${exitCode ?? 'unknown'}`
				: `by ${signal in constants.signals ? signal : 'a signal'}`,
	};
};
