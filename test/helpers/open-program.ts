import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import type {ExecutionContext} from 'ava';
import {
	openTerminal,
	type PseudoTerminal,
	type ScreenPattern,
} from './pseudo-terminal.js';

/** The built program. */
export const bin = fileURLToPath(
	new URL('../../distribution/cli.js', import.meta.url),
);

/** How the built program is started. */
export type ProgramOptions = {
	readonly columns?: number;
	readonly rows?: number;
	readonly environment?: Readonly<Record<string, string>>;
	/** The source of a module that is loaded before the program. */
	readonly preload?: string;
	/** What stands before the program in the command, for example a shell that runs it. */
	readonly before?: readonly string[];
	/** The folder of the home, the settings and the state; one of its own when left out. */
	readonly home?: string;
};

/** A folder that is gone when the test ends. */
export const makeHome = async (t: ExecutionContext): Promise<string> => {
	const home = await mkdtemp(path.join(os.tmpdir(), 'jetsam-home-'));
	t.teardown(async () => rm(home, {recursive: true, force: true}));
	return home;
};

/** The command that starts the built program, as a list of words. */
export const programWords = (
	programArguments: readonly string[],
	{preload, home}: {preload?: string | undefined; home: string},
): string[] => [
	process.execPath,
	...(preload === undefined
		? []
		: ['--import', `data:text/javascript,${encodeURIComponent(preload)}`]),
	bin,
	'--state',
	home,
	...programArguments,
];

/** The variables that keep the program in a home of its own. */
export const homeVariables = (home: string): Record<string, string> =>
	Object.fromEntries(
		['HOME', 'DOCKER_CONFIG', 'XDG_CONFIG_HOME', 'XDG_STATE_HOME'].map(name => [
			name,
			home,
		]),
	);

/** Starts the built program in a pseudo-terminal that lives as long as its test. */
export const openProgram = async (
	t: ExecutionContext,
	programArguments: readonly string[],
	options: ProgramOptions = {},
): Promise<PseudoTerminal> => {
	const {columns = 100, rows = 30, environment, preload, before = []} = options;
	const home = options.home ?? (await makeHome(t));
	const [command = '', ...words] = [
		...before,
		...programWords(programArguments, {preload, home}),
	];
	const terminal = openTerminal({
		command,
		arguments: words,
		columns,
		rows,
		environment: {...homeVariables(home), ...environment},
	});
	t.teardown(async () => {
		terminal.kill('SIGKILL');
		await terminal.exited;
	});
	return terminal;
};

const wipesScrollback = '\u001B[3J';

/** Asserts that the terminal is as it was before the program: the shell's buffer, a cursor, plain pastes, the scrollback. */
export const assertScreenIsGivenBack = (
	t: ExecutionContext,
	terminal: PseudoTerminal,
): void => {
	t.is(terminal.bufferType, 'normal');
	t.false(terminal.cursorHidden);
	t.false(terminal.bracketedPaste);
	t.false(terminal.raw.includes(wipesScrollback));
};

/** Waits until the screen shows something and reads nothing any more: rows that still come in change their places. */
export const waitForIdle = async (
	terminal: PseudoTerminal,
	pattern: Exclude<ScreenPattern, (screen: string[]) => boolean>,
): Promise<void> =>
	terminal.waitFor(screen => {
		const text = screen.join('\n');
		return (
			(typeof pattern === 'string'
				? text.includes(pattern)
				: pattern.test(text)) && !text.includes('reading…')
		);
	});

/** Presses keys one after the other; what each leads to is waited for. */
export const pressAndWait = async (
	terminal: PseudoTerminal,
	...steps: ReadonlyArray<readonly [key: string, then: string | RegExp]>
): Promise<void> => {
	for (const [key, then] of steps) {
		terminal.press(key);
		await waitForIdle(terminal, then);
	}
};

/** The phrase that a review asks for, as it stands on the screen. */
export const readPhrase = (terminal: PseudoTerminal): string =>
	/To delete, type (?<phrase>.+?) and press Enter/v.exec(
		terminal.screen().join(' ').replaceAll(/\s+/gv, ' '),
	)?.groups?.['phrase'] ?? 'there is no phrase';
