import process from 'node:process';
import {createCommandRunner} from '../effects/run-command.js';
import type {Where} from '../oci/reference.js';
import {createState} from '../state/state.js';
import {createStore, type Store} from '../state/store.js';
import {makeSafe} from '../text/safe-text.js';
import {
	prepareEnvironment,
	takeTerminal,
	type Terminal,
} from '../ui/terminal.js';
import type {World} from '../world.js';

const signals = [
	['SIGHUP', 129],
	['SIGINT', 130],
	['SIGTERM', 143],
] as const;

/** The explorer: takes the terminal, draws until it is left, gives the terminal back. Resolves to the exit code. */
export const explore = async (
	world: World,
	place: {readonly address: string; readonly where: Where} | undefined,
	print: (text: string) => void,
): Promise<number> => {
	prepareEnvironment(process.env);
	const {startDrawing} = await import('../ui/start.js');
	const terminal = takeTerminal(process.stdout);
	const ending = createEnding();
	const store = createStore(
		createState({
			...terminal.size(),
			readOnly: world.readOnly,
			now: world.clock.now(),
		}),
		createCommandRunner(world, {
			...ending,
			suspend() {
				screen.suspend();
			},
		}),
	);
	terminal.onResize(() => {
		store.dispatch({kind: 'terminal-resized', ...terminal.size()});
	});
	const stopListening = listenToSignals(store, ending.leave);
	const screen = createScreen(store, {terminal, startDrawing});
	try {
		await openFirstScreen(store, {world, place});
		const exitCode = await ending.promise;
		await store.settled();
		return exitCode;
	} finally {
		stopListening();
		screen.end();
		for (const line of store.getState().farewell) {
			print(`${makeSafe(line)}\n`);
		}
	}
};

/** What is drawn, until it ends; Ctrl-Z takes it away until the shell brings it back. */
const createScreen = (
	store: Store,
	{
		terminal,
		startDrawing,
	}: {
		terminal: Terminal;
		startDrawing: (store: Store) => {readonly end: () => void};
	},
): {readonly end: () => void; readonly suspend: () => void} => {
	let drawing = startDrawing(store);
	const end = (): void => {
		drawing.end();
		terminal.restore();
	};

	return {
		end,
		suspend() {
			end();
			// Without Ink nothing else may keep the process until it is continued.
			const timer = setInterval(() => undefined, 60_000);
			process.once('SIGCONT', () => {
				clearInterval(timer);
				terminal.take();
				drawing = startDrawing(store);
				store.dispatch({kind: 'terminal-resized', ...terminal.size()});
			});
			process.kill(process.pid, 'SIGTSTP');
		},
	};
};

/** The end of the explorer: left with an exit code, or crashed with a bug. The first of them counts. */
const createEnding = (): {
	readonly promise: Promise<number>;
	readonly leave: (exitCode: number) => void;
	readonly crash: (error: unknown) => void;
} => {
	let leave: (exitCode: number) => void = () => undefined;
	let crash: (error: unknown) => void = () => undefined;
	const promise = new Promise<number>((resolve, reject) => {
		leave = resolve;
		crash = reject;
	});
	return {promise, leave, crash};
};

/** Shows what this machine knows of, or the place that was given. */
export const openFirstScreen = async (
	store: Store,
	{
		world,
		place,
	}: {
		world: World;
		place: {readonly where: Where} | undefined;
	},
): Promise<void> => {
	if (place) {
		store.dispatch({kind: 'place-given', where: place.where});
	}

	store.dispatch({
		kind: 'registries-known',
		registries: await world.listKnownRegistries(),
	});
	const marks = await world.readMarks();
	if (marks.length > 0) {
		store.dispatch({kind: 'marks-found', marks});
	}

	const text = await world.readNotice();
	if (text !== undefined) {
		store.dispatch({kind: 'notice-given', text});
	}
};

/** A signal ends the program as a key would: a batch under way first ends its step in flight. */
const listenToSignals = (
	store: Store,
	leave: (exitCode: number) => void,
): (() => void) => {
	const listeners = signals.map(([signal, exitCode]) => {
		const listener = (): void => {
			// The first exit code counts; the message stops what is under way, so that the program can end.
			leave(exitCode);
			store.dispatch({kind: 'interrupted'});
		};

		process.on(signal, listener);
		return {signal, listener};
	});
	return () => {
		for (const {signal, listener} of listeners) {
			process.off(signal, listener);
		}
	};
};
