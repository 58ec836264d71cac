import {constants} from 'node:os';
import process from 'node:process';
import nodePty from '@lydell/node-pty';
import xterm from '@xterm/headless';

/** What a screen must look like: a text or expression found in its lines joined by newlines, or a function of its lines. */
export type ScreenPattern = RegExp | string | ((screen: string[]) => boolean);

/** How a command left: with an exit code, or by a signal. */
export type TerminalExit = {
	exitCode: number;
	signal: NodeJS.Signals | undefined;
};

/** What to run, and on how large a screen. */
export type TerminalOptions = {
	command: string;
	arguments: string[];
	columns: number;
	rows: number;
	/** Added to the few variables every command gets. The caller's environment, with its `CI` and colours, does not reach it. */
	environment?: Record<string, string>;
	cwd?: string;
};

type WaitOptions = {
	/** Milliseconds; 20,000 unless given. */
	timeout?: number;
};

type Waiter = {isDone: () => boolean; settle: (failure?: string) => void};

const escape = '\u{1B}';

const namedKeys = new Map([
	['Enter', '\r'],
	['Escape', escape],
	['Tab', '\t'],
	['Shift-Tab', `${escape}[Z`],
	['Backspace', '\u{7F}'],
	['Space', ' '],
	['Up', `${escape}[A`],
	['Down', `${escape}[B`],
	['Right', `${escape}[C`],
	['Left', `${escape}[D`],
	['End', `${escape}[F`],
	['Home', `${escape}[H`],
	['Shift-Up', `${escape}[1;2A`],
	['Shift-Down', `${escape}[1;2B`],
	['Insert', `${escape}[2~`],
	['Delete', `${escape}[3~`],
	['PageUp', `${escape}[5~`],
	['PageDown', `${escape}[6~`],
	['Ctrl-Space', '\0'],
]);

const inheritedVariables = [
	'PATH',
	'HOME',
	'TMPDIR',
	'NODE_V8_COVERAGE',
	'SystemRoot',
];

/** The bytes a terminal sends for a key's name: one of the names above, `Ctrl-C` and the like, or a character. */
function encodeKey(key: string): string {
	const named = namedKeys.get(key);
	if (named !== undefined) {
		return named;
	}

	if (key.length === 6 && key.startsWith('Ctrl-')) {
		return String.fromCodePoint((key.codePointAt(5) ?? 0) % 32);
	}

	if ([...key].length !== 1) {
		throw new TypeError(`There is no key named ${key}.`);
	}

	return key;
}

function createEnvironment(
	extra: Record<string, string>,
): Record<string, string> {
	const inherited = inheritedVariables.flatMap(name => {
		const value = process.env[name];
		return value === undefined ? [] : [[name, value] as const];
	});
	return Object.fromEntries([
		['LANG', 'C.UTF-8'],
		...inherited,
		['TERM', 'xterm-256color'],
		...Object.entries(extra),
	]);
}

function isMatch(screen: string[], pattern: ScreenPattern): boolean {
	if (typeof pattern === 'function') {
		return pattern(screen);
	}

	const text = screen.join('\n');
	return typeof pattern === 'string'
		? text.includes(pattern)
		: text.search(pattern) !== -1;
}

function nameSignal(number: number | undefined): NodeJS.Signals | undefined {
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the type forgets what its keys are
	const names = Object.keys(constants.signals) as NodeJS.Signals[];
	// Zero, which stands for none, is not among them.
	return names.find(name => constants.signals[name] === number);
}

/** Milliseconds of silence after which a command that has ended is taken to have said everything, though something that it left behind holds its terminal open. */
const longestSilence = 3000;

/**
What node-pty has not read 200 ms after a command has ended it drops, and on a busy machine that timer comes before what was written: the kernel hands it over in its own time. Here it is read first.

The end of what is read comes as an error, which closes at once as ever. Returns what makes anything else close at once again.
*/
function readToTheEnd(child: unknown): () => void {
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- its type leaves it out
	const {_socket: socket} = child as {
		readonly _socket: {
			readonly bytesRead: number;
			destroy: (error?: Error) => unknown;
		};
	};
	const destroy = socket.destroy.bind(socket);
	let timer: NodeJS.Timeout | undefined;
	const closeAfterSilence = (): void => {
		const before = socket.bytesRead;
		timer = setTimeout(() => {
			if (socket.bytesRead === before) {
				destroy();
			} else {
				closeAfterSilence();
			}
		}, longestSilence);
	};

	socket.destroy = error => {
		clearTimeout(timer);
		if (error) {
			return destroy(error);
		}

		closeAfterSilence();
		return socket;
	};

	return () => {
		clearTimeout(timer);
		socket.destroy = destroy;
	};
}

/** A cell of a terminal's screen. */
export type ScreenCell = {
	readonly text: string;
	/** Cells that the character takes: 1 or 2. */
	readonly width: number;
	/** One of the 16 colours, by its number; `undefined` for the terminal's own. */
	readonly color: number | undefined;
	readonly isBold: boolean;
	readonly isDim: boolean;
	readonly isInverse: boolean;
};

/** A command running in a real pseudo-terminal, and what its screen shows. */
export class PseudoTerminal {
	/** Resolves when the command is gone and all it wrote is on the screen. */
	readonly exited: Promise<TerminalExit>;
	readonly #emulator;
	readonly #child;
	readonly #closeAtOnce: () => void;
	readonly #waiters = new Set<Waiter>();
	#raw = '';
	#isCursorHidden = false;
	#isGone = false;
	/** Gone, and everything it wrote is on the screen. */
	#isScreenFinal = false;

	constructor(options: TerminalOptions) {
		const {columns: cols, rows, cwd = process.cwd()} = options;
		this.#emulator = new xterm.Terminal({
			cols,
			rows,
			allowProposedApi: true,
			logLevel: 'off',
		});
		this.#followCursor();
		this.#child = nodePty.spawn(options.command, options.arguments, {
			name: options.environment?.['TERM'] ?? 'xterm-256color',
			cols,
			rows,
			cwd,
			env: createEnvironment(options.environment ?? {}),
		});
		this.#closeAtOnce = readToTheEnd(this.#child);
		this.#child.onData(text => {
			this.#raw += text;
			this.#emulator.write(text, () => {
				this.#checkWaiters();
			});
		});
		// What a terminal answers when a command asks, as for the cursor's place.
		this.#emulator.onData(answer => {
			this.write(answer);
		});
		this.exited = this.#waitForExit();
	}

	/** Every byte the command wrote so far, decoded. */
	get raw(): string {
		return this.#raw;
	}

	get bufferType(): 'normal' | 'alternate' {
		return this.#emulator.buffer.active.type;
	}

	get cursorHidden(): boolean {
		return this.#isCursorHidden;
	}

	/** Whether the command asked for bracketed pastes. */
	get bracketedPaste(): boolean {
		return this.#emulator.modes.bracketedPasteMode;
	}

	/** Sends text as it is. */
	write(text: string): void {
		if (!this.#isGone) {
			this.#child.write(text);
		}
	}

	/** Presses keys, in one burst when several are given. What is written quickly arrives joined, so separate key presses, above all after Escape, need a `waitFor` in between. */
	press(...keys: string[]): void {
		const isApp = this.#emulator.modes.applicationCursorKeysMode;
		const sequences = keys.map(key => {
			const sequence = encodeKey(key);
			return isApp && /^.\[[A-H]$/v.test(sequence)
				? sequence.replace('[', 'O')
				: sequence;
		});
		this.write(sequences.join(''));
	}

	/** Pastes text as a terminal does: line ends as Enter, in brackets when the command asked for them. */
	paste(text: string): void {
		const typed = text.replaceAll(/\r?\n/gv, '\r');
		this.write(
			this.bracketedPaste ? `${escape}[200~${typed}${escape}[201~` : typed,
		);
	}

	/** The lines on the screen now, without the blanks at their ends. */
	screen(): string[] {
		const {active} = this.#emulator.buffer;
		return Array.from({length: this.#emulator.rows}, (_, row) => {
			const line = active.getLine(active.baseY + row);
			return line?.translateToString(true).trimEnd() ?? '';
		});
	}

	/** The cells of the screen now, with how they are drawn. */
	cells(): ScreenCell[][] {
		const {active} = this.#emulator.buffer;
		return Array.from({length: this.#emulator.rows}, (_, row) => {
			const line = active.getLine(active.baseY + row);
			const cells = Array.from({length: line?.length ?? 0}, (_cell, column) =>
				line?.getCell(column),
			);
			return cells.flatMap(cell =>
				cell && cell.getWidth() > 0
					? [
							{
								text: cell.getChars(),
								width: cell.getWidth(),
								color: cell.isFgPalette() ? cell.getFgColor() : undefined,
								isBold: cell.isBold() !== 0,
								isDim: cell.isDim() !== 0,
								isInverse: cell.isInverse() !== 0,
							},
						]
					: [],
			);
		});
	}

	/** Resolves when the screen matches; rejects, telling the screen, after the timeout or when the command has ended. */
	async waitFor(pattern: ScreenPattern, options?: WaitOptions): Promise<void> {
		const isDone = () => isMatch(this.screen(), pattern);
		await this.#wait(isDone, `for ${String(pattern)}`, options);
	}

	/** Resolves when the screen does not, or no longer, match. */
	async waitForGone(
		pattern: ScreenPattern,
		options?: WaitOptions,
	): Promise<void> {
		const isDone = () => !isMatch(this.screen(), pattern);
		await this.#wait(isDone, `until ${String(pattern)} was gone`, options);
	}

	/** Gives the window another size, which the command is told by SIGWINCH. */
	resize(columns: number, rows: number): void {
		this.#emulator.resize(columns, rows);
		if (!this.#isGone) {
			this.#child.resize(columns, rows);
		}
	}

	/** Sends a signal, SIGHUP unless given, as a window that is closed does; nothing when the command is gone. */
	kill(signal?: NodeJS.Signals): void {
		if (!this.#isGone) {
			this.#child.kill(signal);
		}
	}

	/** Sends a signal to the command and to everything that it started and left in its process group. */
	killAll(signal: NodeJS.Signals): void {
		if (!this.#isGone) {
			process.kill(-this.#child.pid, signal);
		}
	}

	/** Closes the terminal itself, as when its window is closed: reading and writing fail from now on, and SIGHUP is sent. */
	close(): void {
		this.#closeAtOnce();
		// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- its type leaves it out
		(this.#child as unknown as {destroy: () => void}).destroy();
	}

	// The emulator does not tell whether its cursor is hidden.
	#followCursor(): void {
		const {parser} = this.#emulator;
		const follow = (isHidden: boolean) => (parameters: unknown[]) => {
			if (parameters.includes(25)) {
				this.#isCursorHidden = isHidden;
			}

			// False: the emulator has to act on it too.
			return false;
		};

		parser.registerCsiHandler({prefix: '?', final: 'l'}, follow(true));
		parser.registerCsiHandler({prefix: '?', final: 'h'}, follow(false));
		const reset = () => {
			this.#isCursorHidden = false;
			return false;
		};

		parser.registerEscHandler({final: 'c'}, reset);
		parser.registerCsiHandler({intermediates: '!', final: 'p'}, reset);
	}

	async #waitForExit(): Promise<TerminalExit> {
		return new Promise(resolve => {
			this.#child.onExit(({exitCode, signal}) => {
				this.#isGone = true;
				// This comes after everything written before.
				this.#emulator.write('', () => {
					this.#isScreenFinal = true;
					this.#checkWaiters();
					resolve({exitCode, signal: nameSignal(signal)});
				});
			});
		});
	}

	#checkWaiters(): void {
		// In the middle of a synchronised frame the screen is half old and half new.
		if (this.#emulator.modes.synchronizedOutputMode && !this.#isScreenFinal) {
			return;
		}

		for (const waiter of this.#waiters) {
			if (waiter.isDone()) {
				waiter.settle();
			} else if (this.#isScreenFinal) {
				waiter.settle('the command has ended');
			}
		}
	}

	async #wait(
		isDone: () => boolean,
		goal: string,
		{timeout = 20_000}: WaitOptions = {},
	): Promise<void> {
		return new Promise((resolve, reject) => {
			const settle = (failure?: string) => {
				clearTimeout(timer);
				this.#waiters.delete(waiter);
				if (failure === undefined) {
					resolve();
					return;
				}

				const screen = this.screen().join('\n');
				reject(new Error(`Waited ${goal}, but ${failure}. Screen:\n${screen}`));
			};

			const waiter = {isDone, settle};
			const timer = setTimeout(() => {
				settle(`not within ${timeout} ms`);
			}, timeout);
			this.#waiters.add(waiter);
			this.#checkWaiters();
		});
	}
}

/** Starts a command in a pseudo-terminal of the given size. */
export function openTerminal(options: TerminalOptions): PseudoTerminal {
	return new PseudoTerminal(options);
}
