import process from 'node:process';
import test, {type ExecutionContext} from 'ava';
import {openTerminal, type PseudoTerminal} from '../helpers/pseudo-terminal.js';

/** A tiny program with a screen: it shows its size and every chunk of input it gets. */
const program = String.raw`
const draw = text => process.stdout.write('\u001B[?2026h\u001B[2J\u001B[H' + text + '\u001B[?2026l');
let last = 'ready';
const show = () => draw(process.stdout.columns + 'x' + process.stdout.rows + '\r\nlast ' + last + '   ');
process.stdin.setRawMode(true);
process.stdout.write('\u001B[?1049h\u001B[?25l\u001B[?2004h');
process.stdout.on('resize', show);
process.on('SIGTERM', () => quit(143));
const quit = code => {
	process.stdout.write('\u001B[?2004l\u001B[?25h\u001B[?1049l', () => {
		console.log('bye', 'CI' in process.env, process.env.TERM, process.env.extra);
		process.exit(code);
	});
};
process.stdin.on('data', data => {
	last = encodeURIComponent(data);
	show();
	if (String(data) === 'q') quit(7);
});
show();
`;

function open(t: ExecutionContext, source: string): PseudoTerminal {
	const terminal = openTerminal({
		command: process.execPath,
		arguments: ['-e', source],
		columns: 60,
		rows: 12,
		environment: {extra: 'added'},
	});
	t.teardown(async () => {
		terminal.kill('SIGKILL');
		await terminal.exited;
	});
	return terminal;
}

test('shows the screen, without trailing blanks', async t => {
	const terminal = open(t, program);
	await terminal.waitFor('ready');
	t.deepEqual(terminal.screen(), [
		'60x12',
		'last ready',
		...Array.from({length: 10}, () => ''),
	]);
	t.is(terminal.bufferType, 'alternate');
	t.true(terminal.cursorHidden);
	t.true(terminal.bracketedPaste);
	t.true(terminal.raw.includes('\u{1B}[?1049h'));
});

test('sends keys as a terminal does', async t => {
	const terminal = open(t, program);
	await terminal.waitFor('ready');
	const keys: Array<[string, string]> = [
		['Enter', '\r'],
		['Escape', '\u{1B}'],
		['Up', '\u{1B}[A'],
		['Down', '\u{1B}[B'],
		['Shift-Down', '\u{1B}[1;2B'],
		['PageDown', '\u{1B}[6~'],
		['Space', ' '],
		['Tab', '\t'],
		['Backspace', '\u{7F}'],
		['Ctrl-C', '\u{03}'],
		['Ctrl-\\', '\u{1C}'],
		['x', 'x'],
		['é', 'é'],
	];
	for (const [key, sequence] of keys) {
		terminal.press(key);

		await terminal.waitFor(`last ${encodeURIComponent(sequence)}`);
	}

	terminal.press('j', 'j', 'Down');
	await terminal.waitFor(`last ${encodeURIComponent('jj\u{1B}[B')}`);
	t.throws(
		() => {
			terminal.press('Entre');
		},
		{message: 'There is no key named Entre.'},
	);
});

test('pastes in brackets when the program asked for it', async t => {
	const terminal = open(t, program);
	await terminal.waitFor('ready');
	terminal.paste('d\ny');
	await terminal.waitFor(
		`last ${encodeURIComponent('\u{1B}[200~d\ry\u{1B}[201~')}`,
	);
	t.is(terminal.screen()[0], '60x12');
});

test('tells the program its new size', async t => {
	const terminal = open(t, program);
	await terminal.waitFor(/^60x12$/mv);
	terminal.resize(100, 30);
	await terminal.waitFor(screen => screen[0] === '100x30');
	await terminal.waitForGone('60x12');
	t.is(terminal.screen().length, 30);
});

test('tells the exit code and leaves the last screen readable', async t => {
	const terminal = open(t, program);
	await terminal.waitFor('ready');
	terminal.press('q');
	t.deepEqual(await terminal.exited, {exitCode: 7, signal: undefined});
	t.is(terminal.screen()[0], 'bye false xterm-256color added');
	t.is(terminal.bufferType, 'normal');
	t.false(terminal.cursorHidden);
	t.false(terminal.bracketedPaste);
	terminal.press('q');
	terminal.kill();
});

test('sends signals, which a program may handle or die of', async t => {
	const handling = open(t, program);
	await handling.waitFor('ready');
	handling.kill('SIGTERM');
	t.deepEqual(await handling.exited, {exitCode: 143, signal: undefined});

	const dying = open(t, program);
	await dying.waitFor('ready');
	dying.kill('SIGKILL');
	t.deepEqual(await dying.exited, {exitCode: 0, signal: 'SIGKILL'});
});

test('a wait that comes to nothing tells the screen', async t => {
	const terminal = open(t, program);
	await terminal.waitFor('ready');
	await t.throwsAsync(terminal.waitFor('never', {timeout: 50}), {
		message:
			/^Waited for never, but not within 50 ms\. Screen:\n60x12\nlast ready/v,
	});
	const waiting = t.throwsAsync(terminal.waitFor(/never/v), {
		message:
			/^Waited for \/never\/v, but the command has ended\. Screen:\nbye/v,
	});
	terminal.press('q');
	await waiting;
});

test('a half-drawn synchronised frame is not looked at', async t => {
	const terminal = open(
		t,
		String.raw`
process.stdout.write('\u001B[?2026htorn');
setTimeout(() => process.stdout.write('\u001B[2J\u001B[Hwhole\u001B[?2026l'), 100);
setTimeout(() => {}, 60_000);
`,
	);
	await terminal.waitFor(/torn|whole/v);
	t.is(terminal.screen()[0], 'whole');
});
