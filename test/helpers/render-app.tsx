import {EventEmitter} from 'node:events';
import process from 'node:process';
import {setImmediate} from 'node:timers/promises';
import type {ExecutionContext} from 'ava';
import type {Instance} from 'ink';
import type {KeyPress} from '../../source/ui/read-keys.js';
import {openFirstScreen} from '../../source/commands/explore.js';
import {createCommandRunner} from '../../source/effects/run-command.js';
import {parseWhere} from '../../source/oci/reference.js';
import {createState, type State} from '../../source/state/state.js';
import {createStore, type Store} from '../../source/state/store.js';
import {prepareEnvironment} from '../../source/ui/terminal.js';
import type {World} from '../../source/world.js';
import {encodeKey, encodePaste} from './press.js';

// Ink looks at CI when it is loaded, and then draws nothing; React draws three times slower where it is not told this.
prepareEnvironment(process.env);
process.env['NODE_ENV'] = 'production';
const {default: React} = await import('react');
const {render} = await import('ink');
const {useKeys} = await import('../../source/ui/use-keys.js');
const {App} = await import('../../source/ui/app.js');

/** Takes frames instead of a terminal. In Ink's debug mode each write is a whole frame. Unlike that of ink-testing-library it has the size that the test asks for. */
const createStdout = (size: {
	readonly columns: number;
	readonly rows: number;
}): NodeJS.WriteStream & {readonly frame: () => string} => {
	let last = '';
	// eslint-disable-next-line unicorn/prefer-event-target -- Ink listens as to a stream
	const stdout = Object.assign(new EventEmitter(), {
		...Object.fromEntries([['isTTY', true]]),
		...size,
		write(frame: string) {
			last = frame;
			return true;
		},
		frame: () => last,
	});
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- it has what Ink uses of a stream
	return stdout as unknown as ReturnType<typeof createStdout>;
};

/** Gives chunks to Ink as a terminal's input does, at once when they are sent. */
const createStdin = (): NodeJS.ReadStream & {
	readonly send: (chunk: string) => void;
} => {
	const chunks: string[] = [];
	// eslint-disable-next-line unicorn/prefer-event-target -- Ink listens as to a stream
	const emitter = new EventEmitter();
	const nothing = (): void => undefined;
	const stdin = Object.assign(emitter, {
		...Object.fromEntries([['isTTY', true]]),
		send(chunk: string) {
			chunks.push(chunk);
			emitter.emit('readable');
		},
		// eslint-disable-next-line @typescript-eslint/no-restricted-types -- how a stream says that it has nothing
		read: (): string | null => chunks.shift() ?? null,
		setEncoding: nothing,
		setRawMode: nothing,
		ref: nothing,
		unref: nothing,
	});
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- it has what Ink uses of a stream
	return stdin as unknown as ReturnType<typeof createStdin>;
};

/** What is drawn, and a keyboard before it. */
export type Drawing = {
	readonly frame: () => string;
	/** Sends a chunk of input as it is; resolves when it was handed over, also a lone Escape, and drawn. */
	readonly write: (chunk: string) => Promise<void>;
	/** The same, without waiting. */
	readonly send: (chunk: string) => void;
	readonly unmount: () => void;
};

const draw = (
	t: ExecutionContext,
	element: React.ReactNode,
	size: {readonly columns: number; readonly rows: number},
	isSpoken = false,
): Drawing => {
	const stdout = createStdout(size);
	const stdin = createStdin();
	const instance: Instance = render(element, {
		stdout,
		stderr: createStdout({columns: 80, rows: 24}),
		stdin,
		debug: true,
		isScreenReaderEnabled: isSpoken,
		exitOnCtrlC: false,
		patchConsole: false,
	});
	const unmount = (): void => {
		instance.unmount();
		instance.cleanup();
	};

	t.teardown(unmount);
	return {
		frame: stdout.frame,
		send(chunk) {
			stdin.send(chunk);
		},
		async write(chunk) {
			stdin.send(chunk);
			// Ink waits so long whether more comes after an Escape; only then is it a key.
			await setImmediate();
			await setImmediate();
		},
		unmount,
	};
};

/** Draws a store on a screen of its own size until the test ends. */
export const renderStore = (
	t: ExecutionContext,
	store: Store,
	/** Whether it is drawn for a screen reader. */
	isSpoken = false,
): Drawing => draw(t, <App store={store} />, store.getState().size, isSpoken);

function Keyboard({onPress}: {readonly onPress: (press: KeyPress) => void}) {
	useKeys(onPress);
	return null;
}

/** A keyboard before nothing but Ink and the reader of its keys. */
export const openKeyboard = (
	t: ExecutionContext,
): {
	readonly presses: readonly KeyPress[];
	readonly write: (chunk: string) => Promise<void>;
} => {
	const presses: KeyPress[] = [];
	const {write} = draw(
		t,
		<Keyboard
			onPress={press => {
				presses.push(press);
			}}
		/>,
		{columns: 80, rows: 24},
	);
	return {presses, write};
};

/** A running explorer. */
export type OpenApp = {
	readonly store: Store;
	readonly state: () => State;
	/** Presses keys one after the other; resolves when all that followed from them is done and drawn. */
	readonly press: (...keys: string[]) => Promise<void>;
	/** Presses keys without waiting for what the world does about them. */
	readonly tap: (...keys: string[]) => Promise<void>;
	/** Types so fast that all of it arrives in one chunk. */
	readonly typeText: (text: string) => Promise<void>;
	/** Pastes as a terminal does that was asked for marks around pastes. */
	readonly paste: (text: string) => Promise<void>;
	/** Sends bytes as they are, without waiting. */
	readonly send: (chunk: string) => void;
	/** What is on the screen. */
	readonly frame: () => string;
	/** Resolves when all is done and drawn. */
	readonly settled: () => Promise<void>;
	/** Resolves when the state is so; it is looked at after each change. */
	readonly until: (isSo: (state: State) => boolean) => Promise<void>;
	/** The exit code with which the explorer was left; `undefined` while it is open. */
	readonly exitCode: () => number | undefined;
};

/** Opens the explorer as the command does, with a screen and a keyboard of the test's own. */
export const openApp = async (
	t: ExecutionContext,
	world: World,
	options: {
		columns?: number;
		rows?: number;
		place?: string;
		/** Not where a fault holds the first answer: then `until` tells when to go on. */
		isSettled?: boolean;
	} = {},
): Promise<OpenApp> => {
	const {columns = 80, rows = 24, place, isSettled = true} = options;
	let exitCode: number | undefined;
	let crashed: {error: unknown} | undefined;
	const store = createStore(
		createState({
			columns,
			rows,
			readOnly: world.readOnly,
			now: world.clock.now(),
		}),
		createCommandRunner(world, {
			suspend() {
				throw new Error('No test suspends an app without a process');
			},
			leave(code) {
				exitCode ??= code;
			},
			crash(error) {
				crashed ??= {error};
			},
		}),
	);
	const {frame, write, send} = renderStore(t, store);
	const settled = async (): Promise<void> => {
		await store.settled();
		await setImmediate();
		if (crashed) {
			throw crashed.error;
		}
	};

	const until: OpenApp['until'] = async isSo =>
		new Promise<void>(resolve => {
			const look = (): void => {
				if (isSo(store.getState())) {
					unsubscribe();
					resolve();
				}
			};

			const unsubscribe = store.subscribe(look);
			look();
		});

	const tap = async (...keys: string[]): Promise<void> => {
		for (const key of keys) {
			await write(encodeKey(key));
		}
	};

	t.teardown(async () => {
		store.dispatch({kind: 'quit-confirmed'});
	});
	await openFirstScreen(store, {
		world,
		place: place === undefined ? undefined : {where: readWhere(place)},
	});
	if (isSettled) {
		await settled();
	}

	return {
		store,
		state: store.getState,
		tap,
		async press(...keys) {
			for (const key of keys) {
				await tap(key);
				await settled();
			}
		},
		async typeText(text) {
			await write(text);
			await settled();
		},
		async paste(text) {
			await write(encodePaste(text));
			await settled();
		},
		send,
		frame,
		settled,
		until,
		exitCode: () => exitCode,
	};
};

const readWhere = (place: string) => {
	const where = parseWhere(place);
	if (!where) {
		throw new Error(`${place} is no place`);
	}

	return where;
};
