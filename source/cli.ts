#!/usr/bin/env node
import process from 'node:process';
import {
	type CommandLine,
	helpText,
	parseCommandLine,
} from './commands/command-line.js';
import {UserError} from './user-error.js';
import {version} from './version.js';

const print = (text: string): void => {
	process.stdout.write(text);
};

const printError = (text: string): void => {
	process.stderr.write(text);
};

/** Runs what the command line asks for and resolves to the exit code. */
const run = async (commandLine: CommandLine): Promise<number> => {
	if (commandLine.command === 'help') {
		print(`${helpText.trimStart()}`);
		return 0;
	}

	if (commandLine.command === 'version') {
		print(`${version}\n`);
		return 0;
	}

	const {startCommand} = await import('./commands/start-command.js');
	return startCommand(commandLine, {
		environment: process.env,
		isTerminal: Boolean(process.stdin.isTTY && process.stdout.isTTY),
		print,
		printError,
	});
};

// A reader that closes the pipe early, such as `head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	process.exit(error.code === 'EPIPE' ? 0 : 1);
});

try {
	process.exitCode = await run(parseCommandLine(process.argv.slice(2)));
} catch (error) {
	if (error instanceof UserError) {
		const {makeSafe} = await import('./text/safe-text.js');
		printError(`jetsam: ${makeSafe(error.sentence)}\n`);
		process.exitCode = error.exitCode;
	} else {
		throw error;
	}
}
