import process from 'node:process';
import nodePty from '@lydell/node-pty';

/** A program in a pseudo-terminal, timed by the bytes that it writes. There is no emulator, whose work would count. */
export type Program = {
	readonly pid: number;
	/** Writes to its terminal. */
	readonly send: (text: string) => void;
	/** Sends a text; resolves to the milliseconds until a whole frame has come in which a pattern is found, styles left out. */
	readonly timeUntil: (text: string, pattern: RegExp) => Promise<number>;
	/** What was written since the last text was sent, styles left out. */
	readonly text: () => string;
	/** Bytes written since the last text was sent. */
	readonly bytes: () => number;
	readonly end: () => Promise<void>;
};

const frameEnds = '\u001B[?2026l';
// eslint-disable-next-line no-control-regex -- it is about control characters
const styles = /\u001B\[[\d;?]*[A-Za-z]/g;
const mostWaiting = 60_000;

/** The environment of every program that is measured: no CI, no colours of the caller's. */
const environment = (): Record<string, string> =>
	Object.fromEntries(
		[
			...['PATH', 'HOME', 'TMPDIR'].map(name => [name, process.env[name]]),
			['TERM', 'xterm-256color'],
			['LANG', 'C.UTF-8'],
		].filter((entry): entry is [string, string] => entry[1] !== undefined),
	);

/** Starts a program; it is timed from before its start until its first `timeUntil` too. */
export const startProgram = (
	commandArguments: readonly string[],
	{columns, rows}: {readonly columns: number; readonly rows: number},
): Program => {
	let output = '';
	let look: (() => void) | undefined;
	const child = nodePty.spawn(process.execPath, [...commandArguments], {
		name: 'xterm-256color',
		cols: columns,
		rows,
		env: environment(),
	});
	const exited = new Promise<void>(resolve => {
		child.onExit(() => {
			resolve();
		});
	});
	child.onData(text => {
		output += text;
		look?.();
	});

	const hasFrame = (pattern: RegExp): boolean => {
		const end = output.lastIndexOf(frameEnds);
		return (
			end !== -1 && pattern.test(output.slice(0, end).replaceAll(styles, ''))
		);
	};

	return {
		pid: child.pid,
		send(text) {
			output = '';
			child.write(text);
		},
		text: () => output.replaceAll(styles, ''),
		bytes: () => output.length,
		async timeUntil(text, pattern) {
			output = '';
			const start = performance.now();
			if (text !== '') {
				child.write(text);
			}

			return new Promise((resolve, reject) => {
				const timer = setTimeout(() => {
					look = undefined;
					reject(
						new Error(
							`Waited in vain for ${String(pattern)} after ${JSON.stringify(text)}; last: ${output.slice(-2000).replaceAll(styles, '')}`,
						),
					);
				}, mostWaiting);
				look = () => {
					if (output.endsWith(frameEnds) && hasFrame(pattern)) {
						const time = performance.now() - start;
						look = undefined;
						clearTimeout(timer);
						resolve(time);
					}
				};

				look();
			});
		},
		async end() {
			child.kill('SIGKILL');
			await exited;
		},
	};
};
