import {spawn} from 'node:child_process';

/** How a command ended. */
export type Ended = {
	readonly exitCode: number | undefined;
	readonly output: string;
	/** From before its start to its end. */
	readonly milliseconds: number;
};

/** Runs a command without a terminal; `undefined` if there is no such command. */
export const runCommand = async (
	command: string,
	commandArguments: readonly string[],
	cwd: string,
): Promise<Ended | undefined> =>
	new Promise((resolve, reject) => {
		const start = performance.now();
		const parts: string[] = [];
		const child = spawn(command, [...commandArguments], {
			cwd,
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		for (const stream of [child.stdout, child.stderr]) {
			stream.setEncoding('utf8');
			stream.on('data', (text: string) => {
				parts.push(text);
			});
		}

		child.on('error', (error: NodeJS.ErrnoException) => {
			if (error.code === 'ENOENT') {
				resolve(undefined);
			} else {
				reject(error);
			}
		});
		child.on('close', code => {
			resolve({
				exitCode: code ?? undefined,
				output: parts.join(''),
				milliseconds: performance.now() - start,
			});
		});
	});

/** The same, for a command that must be there and end well. */
export const mustRun = async (
	command: string,
	commandArguments: readonly string[],
	cwd: string,
): Promise<Ended> => {
	const ended = await runCommand(command, commandArguments, cwd);
	if (ended?.exitCode !== 0) {
		throw new Error(
			`${command} ${commandArguments.join(' ')} ended with ${ended?.exitCode}: ${ended?.output}`,
		);
	}

	return ended;
};
