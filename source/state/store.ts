import type {Command} from './command.js';
import type {Message} from './message.js';
import type {State} from './state.js';
import {update} from './update.js';

/** Holds the state, takes messages, runs commands, tells who listens. */
export type Store = {
	readonly getState: () => State;
	readonly dispatch: (message: Message) => void;
	readonly subscribe: (listener: () => void) => () => void;
	/** Resolves when no command is under way any more and everybody has been told: what tests wait for instead of time. */
	readonly settled: () => Promise<void>;
};

/** Runs one command; resolves when its last message has been dispatched. Must not reject. */
export type CommandRunner = (
	command: Command,
	dispatch: (message: Message) => void,
) => Promise<void>;

/** What comes by the hundred a second while a batch runs; to draw each of them would leave no time for keys. */
const streamed: ReadonlySet<Message['kind']> = new Set([
	'step-began',
	'step-ended',
	'undo-step-ended',
	'copy-told',
]);

/** Calls back two fifths of a second later: so long lies between two tellings of what is streamed. A key that comes while one of them is drawn waits for it. */
const pause = (callback: () => void): void => {
	setTimeout(callback, 400).unref();
};

/**
A store over a first state. Messages that arrive in one turn of the event loop are told to listeners once.

What is streamed is told a few times a second, and at once as soon as no command is under way or something else is told.
*/
export const createStore = (
	first: State,
	runCommand: CommandRunner,
	afterPause = pause,
): Store => {
	let state = first;
	let underWay = 0;
	let isTelling = false;
	let isPausing = false;
	let isLate = false;
	const listeners = new Set<() => void>();
	const waiting: Array<() => void> = [];

	const wakeIfSettled = (): void => {
		if (underWay === 0 && isLate) {
			tell();
		}

		if (underWay === 0 && !isTelling) {
			for (const wake of waiting.splice(0)) {
				wake();
			}
		}
	};

	const tell = (): void => {
		if (isTelling) {
			return;
		}

		isTelling = true;
		queueMicrotask(() => {
			isTelling = false;
			isLate = false;
			for (const listener of listeners) {
				listener();
			}

			wakeIfSettled();
		});
	};

	const tellStreamed = (): void => {
		if (isPausing) {
			isLate = true;
			return;
		}

		tell();
		isPausing = true;
		afterPause(() => {
			isPausing = false;
			if (isLate) {
				tellStreamed();
			}
		});
	};

	const run = async (command: Command): Promise<void> => {
		underWay++;
		try {
			await runCommand(command, dispatch);
		} finally {
			underWay--;
			wakeIfSettled();
		}
	};

	const dispatch = (message: Message): void => {
		const [next, commands] = update(state, message);
		if (next !== state) {
			state = next;
			if (underWay > 0 && streamed.has(message.kind)) {
				tellStreamed();
			} else {
				tell();
			}
		}

		for (const command of commands) {
			void run(command);
		}
	};

	return {
		getState: () => state,
		dispatch,
		subscribe(listener) {
			listeners.add(listener);
			return () => {
				listeners.delete(listener);
			};
		},
		async settled() {
			if (underWay > 0 || isTelling) {
				await new Promise<void>(resolve => {
					waiting.push(resolve);
				});
			}
		},
	};
};
