import process from 'node:process';
import {Writable} from 'node:stream';

/** How much is kept; a library that does not stop must not fill the memory. */
const mostLines = 200;
const longestLine = 2000;

/** What others print while the explorer has the screen. */
export type CapturedOutput = {
	/** Lets everything through again; returns the last lines that were held back. May be called more than once. */
	readonly release: () => readonly string[];
};

/** The console, written to a stream of its own; returns how to undo it. */
const redirectConsole = (stream: Writable): (() => void) => {
	const quiet: Readonly<Record<string, unknown>> = {
		...new console.Console(stream, stream),
	};
	const usual: Readonly<Record<string, unknown>> = {...console};
	for (const [name, method] of Object.entries(quiet)) {
		if (typeof method === 'function' && typeof usual[name] === 'function') {
			Object.assign(console, {[name]: method});
		}
	}

	return () => {
		Object.assign(console, usual);
	};
};

/** Process warnings, which Node prints past everything else. */
const redirectWarnings = (take: (warning: Error) => void): (() => void) => {
	const usual = process.listeners('warning');
	process.removeAllListeners('warning');
	process.on('warning', take);
	return () => {
		process.off('warning', take);
		for (const listener of usual) {
			process.on('warning', listener);
		}
	};
};

const redirectStandardError = (take: (text: string) => void): (() => void) => {
	const {stderr} = process;
	const usual = stderr.write;
	const write = (
		chunk: string | Uint8Array,
		...rest: readonly unknown[]
	): boolean => {
		take(typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk));
		const done = rest.at(-1);
		if (typeof done === 'function') {
			process.nextTick(done);
		}

		return true;
	};

	stderr.write = write;
	return () => {
		stderr.write = usual;
	};
};

/**
Holds back what libraries write to the console and to standard error, and process warnings: on the explorer's screen they would stand in the middle of the frame.
@param note - Is told each line when it comes.
*/
export const captureOutput = (note: (line: string) => void): CapturedOutput => {
	const lines: string[] = [];
	const take = (text: string): void => {
		for (const line of text.replace(/\r?\n$/, '').split(/\r?\n/)) {
			const cut = line.slice(0, longestLine);
			note(cut);
			lines.push(cut);
		}

		lines.splice(0, lines.length - mostLines);
	};

	const stream = new Writable({
		decodeStrings: false,
		write(chunk: string, _encoding, done) {
			take(chunk);
			done();
		},
	});
	let undo = [
		redirectConsole(stream),
		redirectStandardError(take),
		redirectWarnings(warning => {
			take(`${warning.name}: ${warning.message}`);
		}),
	];
	return {
		release() {
			for (const step of undo) {
				step();
			}

			undo = [];
			return lines.splice(0);
		},
	};
};
