import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import process from 'node:process';
import {text as readStream} from 'node:stream/consumers';
import type {ExecutionContext} from 'ava';
import {homeVariables, programWords} from './open-program.js';

/** How the built program ended. */
export type ProgramEnd = {
	readonly stdout: string;
	readonly stderr: string;
	readonly exitCode: number | undefined;
	readonly signal: string | undefined;
};

/** Starts the built program as a script does, without a terminal; `end` resolves when it has ended. */
export const startProgram = (
	t: ExecutionContext,
	programArguments: readonly string[],
	{
		home,
		environment = {},
	}: {
		readonly home: string;
		readonly environment?: Readonly<Record<string, string>>;
	},
): {readonly child: ChildProcess; readonly end: Promise<ProgramEnd>} => {
	const [command = '', ...words] = programWords(programArguments, {
		preload: undefined,
		home,
	});
	const child = spawn(command, words, {
		cwd: home,
		env: {
			...Object.fromEntries([['PATH', process.env['PATH']]]),
			...homeVariables(home),
			...environment,
		},
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	t.teardown(() => {
		child.kill('SIGKILL');
	});
	const waitForEnd = async (): Promise<ProgramEnd> => {
		const [stdout, stderr] = await Promise.all([
			readStream(child.stdout),
			readStream(child.stderr),
			once(child, 'close'),
		]);
		const {exitCode, signalCode} = child;
		return {
			stdout,
			stderr,
			exitCode: exitCode ?? undefined,
			signal: signalCode ?? undefined,
		};
	};

	return {child, end: waitForEnd()};
};

/** Runs the built program as a script does, to its end. */
export const runProgram = async (
	...given: Parameters<typeof startProgram>
): Promise<ProgramEnd> => startProgram(...given).end;
