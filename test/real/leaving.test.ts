import {readFile} from 'node:fs/promises';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {addImages, startRegistry} from '../helpers/journey-world.js';
import {
	assertScreenIsGivenBack,
	homeVariables,
	makeHome,
	openProgram,
	type ProgramOptions,
	programWords,
	waitForIdle,
} from '../helpers/open-program.js';
import {openTerminal, type PseudoTerminal} from '../helpers/pseudo-terminal.js';

/** A shell that outlives the signals, and tells afterwards how the program ended and how the terminal is set. */
const shell = [
	'sh',
	'-c',
	'trap : INT TERM HUP USR2; "$@"; echo "exit code $?"; stty -a',
	'sh',
];

/** The program on a list, with a shell behind it. */
const openInShell = async (
	t: ExecutionContext,
	options: ProgramOptions & {arguments?: readonly string[]} = {},
): Promise<PseudoTerminal> => {
	const content = createRegistryContent();
	addImages(content, 'app', ['b', 'a']);
	const {server} = await startRegistry(t, {content});
	const terminal = await openProgram(
		t,
		[`${server.host}/app`, ...(options.arguments ?? [])],
		{...options, before: shell},
	);
	await waitForIdle(terminal, /2 digests, 2 tags, \d/v);
	t.is(terminal.bufferType, 'alternate');
	t.true(terminal.cursorHidden);
	t.true(terminal.bracketedPaste);
	return terminal;
};

/** Waits for the shell, and asserts that it got its terminal back as it was. Returns what it shows. */
const assertShellIsWhole = async (
	t: ExecutionContext,
	terminal: PseudoTerminal,
	exitCode: number,
): Promise<string> => {
	await terminal.exited;
	assertScreenIsGivenBack(t, terminal);
	const text = terminal.screen().join('\n');
	t.true(text.includes(`exit code ${exitCode}\n`), text);
	// Raw mode would have a minus before each of them.
	for (const setting of ['icanon', 'echo', 'isig', 'icrnl', 'opost']) {
		t.true(text.split(/[\s;]+/v).includes(setting), `${setting}\n${text}`);
	}

	return text;
};

/** A module that does something when SIGUSR2 comes. */
const onSignal = (source: string): string =>
	`process.on('SIGUSR2', async () => {${source}});`;

const ways: ReadonlyArray<{
	readonly title: string;
	readonly preload?: string;
	readonly end: (terminal: PseudoTerminal) => void;
	readonly exitCode: number;
	/** What the shell shows afterwards. */
	readonly tells?: string;
}> = [
	{
		title: 'q',
		exitCode: 0,
		end(terminal) {
			terminal.press('q');
		},
	},
	{
		title: 'Ctrl-C',
		exitCode: 130,
		end(terminal) {
			terminal.press('Ctrl-C');
		},
	},
	...(
		[
			['SIGINT', 130],
			['SIGTERM', 143],
			['SIGHUP', 129],
		] as const
	).map(([signal, exitCode]) => ({
		title: signal,
		exitCode,
		end(terminal: PseudoTerminal) {
			terminal.killAll(signal);
		},
	})),
	...(
		[
			[
				'an error that nobody caught',
				1,
				`setImmediate(() => {throw new Error('on purpose')})`,
				'Error: on purpose',
			],
			[
				'a rejection that nobody caught',
				1,
				`Promise.reject(new Error('on purpose'))`,
				'Error: on purpose',
			],
			['process.exit', 7, 'process.exit(7)', undefined],
			[
				'an error while drawing',
				1,
				`Number.prototype.toLocaleString = () => {throw new Error('on purpose')}; process.emit('SIGWINCH')`,
				'Error: on purpose',
			],
		] as const
	).map(([title, exitCode, source, tells]) => ({
		title,
		exitCode,
		preload: onSignal(source),
		...(tells === undefined ? {} : {tells}),
		end(terminal: PseudoTerminal) {
			terminal.killAll('SIGUSR2');
		},
	})),
];

for (const {title, end, exitCode, preload, tells} of ways) {
	test(`${title} leaves the terminal whole, with exit code ${exitCode}`, async t => {
		const terminal = await openInShell(
			t,
			preload === undefined ? {} : {preload},
		);
		end(terminal);
		const text = await assertShellIsWhole(t, terminal, exitCode);
		t.is(text.includes('on purpose'), tells !== undefined);
		t.true(text.includes(tells ?? ''));
		// Nothing of the last frame stands in the shell.
		t.false(text.includes('DIGEST'));
	});
}

const noise = String.raw`
	console.log('noise 1');
	console.error('noise 2');
	process.stderr.write('noise 3\n');
	process.emitWarning('noise 4: authorization: Bearer hunter2secret');
	await new Promise(resolve => setImmediate(resolve));
`;

test('what libraries print reaches neither the frame nor the shell, but the debug log', async t => {
	const home = await makeHome(t);
	const file = path.join(home, 'debug.log');
	const terminal = await openInShell(t, {
		home,
		preload: onSignal(`${noise} process.kill(process.pid, 'SIGTERM');`),
		arguments: ['--debug', file],
	});
	terminal.killAll('SIGUSR2');
	await assertShellIsWhole(t, terminal, 143);
	t.false(terminal.raw.includes('noise'));
	const log = await readFile(file, 'utf8');
	t.deepEqual(
		[...log.matchAll(/"text":"(?:Warning: )?(?<text>.*)"\}/gv)].map(
			({groups}) => groups?.['text'],
		),
		[
			'noise 1',
			'noise 2',
			'noise 3',
			'noise 4: authorization: Bearer REDACTED',
		],
	);
	t.regex(log, /"method":"GET","url":"http:/v);
});

test('where the explorer ends by a bug, the shell shows what libraries printed before', async t => {
	const terminal = await openInShell(t, {
		preload: onSignal(
			`${noise} for (let line = 0; line < 1000; line++) console.error('more'); console.error('last'); throw new Error('on purpose');`,
		),
	});
	terminal.killAll('SIGUSR2');
	await assertShellIsWhole(t, terminal, 1);
	const [, after = ''] = terminal.raw.split('\u001B[?1049l');
	t.regex(after, /^(?:more\r\n){199}last\r\nError: on purpose/v);
});

test('a debug log that is the terminal is refused before anything is drawn', async t => {
	const terminal = await openProgram(t, ['--demo', '--debug', '/dev/tty']);
	t.like(await terminal.exited, {exitCode: 2});
	t.false(terminal.raw.includes('\u001B[?1049h'));
	t.true(terminal.screen().join(' ').includes('/dev/tty is a terminal'));
});

/** A shell that controls jobs, as an operator's does. */
const openBash = async (t: ExecutionContext): Promise<PseudoTerminal> => {
	const home = await makeHome(t);
	const terminal = openTerminal({
		command: 'bash',
		arguments: ['--norc', '--noprofile', '-i'],
		columns: 100,
		rows: 30,
		environment: {
			...homeVariables(home),
			...Object.fromEntries([['PS1', 'bash> ']]),
		},
	});
	t.teardown(async () => {
		terminal.kill('SIGKILL');
		await terminal.exited;
	});
	await terminal.waitFor('bash>');
	// Its own use of them would hide the program's.
	terminal.write("bind 'set enable-bracketed-paste off'; echo is $?\r");
	await terminal.waitFor(/is 0\nbash>/v);
	return terminal;
};

test('Ctrl-Z gives the terminal to the shell, fg brings the screen back, bg does not, and kill ends it', async t => {
	const content = createRegistryContent();
	addImages(content, 'app', ['b', 'a']);
	const {server} = await startRegistry(t, {content});
	const home = await makeHome(t);
	const terminal = await openBash(t);
	const words = programWords([`${server.host}/app`], {home});
	// As npx does: the program is the child of what the shell started.
	terminal.write(`sh -c '${words.join(' ')}; exit $?'\r`);
	await waitForIdle(terminal, /2 digests, 2 tags, \d/v);
	terminal.press('Down');
	await terminal.waitFor(/› +[\da-f]{12} +a/v);
	const drawn = terminal.screen();

	terminal.press('Ctrl-Z');
	await terminal.waitFor(/Stopped.*bash>\n*$/sv);
	assertScreenIsGivenBack(t, terminal);

	terminal.write('fg\r');
	await terminal.waitFor(screen => screen.join('\n') === drawn.join('\n'));
	t.is(terminal.bufferType, 'alternate');
	t.true(terminal.cursorHidden);
	terminal.press('Up');
	await terminal.waitFor(/› +[\da-f]{12} +b/v);

	terminal.press('Ctrl-Z');
	await terminal.waitFor(/Stopped.*Stopped.*bash>\n*$/sv);
	terminal.write('bg\r');
	await terminal.waitFor(/bg.*bash>\n*$/sv);
	terminal.write('jobs; echo still "the shell"\r');
	await terminal.waitFor('still the shell');
	assertScreenIsGivenBack(t, terminal);

	terminal.write('kill %1; wait %1; echo "ended $?"\r');
	await terminal.waitFor(/ended \d/v);
	terminal.write('stty -a; exit\r');
	await terminal.exited;
	assertScreenIsGivenBack(t, terminal);
});
