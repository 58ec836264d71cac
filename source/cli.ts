#!/usr/bin/env node
import process from 'node:process';
import {inspect} from 'node:util';
import {type CommandLine, parseCommandLine} from './commands/command-line.js';
import {helpText} from './commands/help-text.js';
import {makeSafe} from './text/safe-text.js';
import {UserError} from './user-error.js';
import {version} from './version.js';

const print = (text: string): void => {
	process.stdout.write(text);
};

const printError = (text: string): void => {
	process.stderr.write(text);
};

const describeBug = (error: unknown): string =>
	inspect(error)
		.split('\n')
		.map(line => `${makeSafe(line)}\n`)
		.join('');

/** Ends the program by a bug. Its error is told in the shell, when the explorer has given the screen back; Node would print the line of the bundle with it, which is longer than any screen. */
const endByBug = (error: unknown): void => {
	process.on('exit', () => {
		printError(describeBug(error));
	});
	process.exit(1);
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
		isTerminal: Boolean(
			process.stdin.isTTY &&
			process.stdout.isTTY &&
			// It says that its cursor cannot be moved, as the shells inside of editors do.
			process.env['TERM'] !== 'dumb',
		),
		isShown: process.stdout.isTTY,
		errorColumns:
			process.stderr.isTTY && process.env['TERM'] !== 'dumb'
				? process.stderr.columns
				: undefined,
		print,
		printError,
	});
};

// A reader that closes the pipe early, such as `head`, is no failure. A terminal that is closed ends the explorer in its own way.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	if (!process.stdout.isTTY) {
		process.exit(error.code === 'EPIPE' ? 0 : 1);
	}
});

process.on('uncaughtException', endByBug);

try {
	process.exitCode = await run(parseCommandLine(process.argv.slice(2)));
} catch (error) {
	if (error instanceof UserError) {
		printError(`jetsam: ${makeSafe(error.sentence)}\n`);
		process.exitCode = error.exitCode;
	} else {
		endByBug(error);
	}
}
