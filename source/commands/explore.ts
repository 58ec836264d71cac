import process from 'node:process';
import {findRules} from '../effects/keep-rules.js';
import {tellRegistries} from '../effects/load-places.js';
import {createCommandRunner} from '../effects/run-command.js';
import {redactText} from '../http/request-log.js';
import type {Where} from '../oci/reference.js';
import {createState} from '../state/state.js';
import {createStore, type Store} from '../state/store.js';
import {makeSafe} from '../text/safe-text.js';
import {prepareEnvironment, takeTerminal} from '../ui/terminal.js';
import type {World} from '../world.js';
import {captureOutput} from './capture-output.js';
import {createEnding, listenToSignals} from './explorer-ending.js';
import {createScreen} from './explorer-screen.js';

/** What the explorer gets from the process it runs in. */
export type ExplorerOutput = {
	/** Prints to the shell, after the explorer was left. */
	readonly print: (text: string) => void;
	readonly printError: (text: string) => void;
	/** Told, before the explorer ends, that it is to go on in the demo, or out of it. */
	readonly onSwitch?: () => void;
	/** Takes what libraries print, for `--debug FILE`. */
	readonly note: (entry: {
		readonly kind: 'warning';
		readonly text: string;
	}) => void;
};

/** What the command line asks the explorer to begin with. */
export type FirstScreen = {
	readonly place: {readonly where: Where} | undefined;
	/** A file of references to mark. */
	readonly marksFile?: string | undefined;
};

/** The explorer: takes the terminal, draws until it is left, gives the terminal back. Resolves to the exit code. */
export const explore = async (
	world: World,
	begin: FirstScreen,
	{print, printError, note, onSwitch}: ExplorerOutput,
): Promise<number> => {
	prepareEnvironment(process.env);
	const {startDrawing} = await import('../ui/start.js');
	const captured = captureOutput(text => {
		note({kind: 'warning', text: redactText(text)});
	});
	// Where the explorer ends by a bug, what libraries said before may explain it.
	const tellCaptured = (): void => {
		for (const line of captured.release()) {
			printError(`${makeSafe(line)}\n`);
		}
	};

	process.on('exit', tellCaptured);
	const terminal = takeTerminal(process.stdout);
	const ending = createEnding();
	const store = createStore(
		createState({
			...terminal.size(),
			readOnly: world.readOnly,
			keepsBlobs: world.keepBlobs,
			now: world.clock.now(),
		}),
		createCommandRunner(world, {
			...ending,
			suspend() {
				screen.suspend();
			},
			switchDemo() {
				onSwitch?.();
				ending.leave(store.getState().exitCode);
			},
		}),
	);
	const stopListening = listenToSignals(store, ending.leave);
	const screen = createScreen(store, {
		terminal,
		startDrawing,
		crash: ending.crash,
	});
	try {
		await openFirstScreen(store, {world, ...begin});
		const exitCode = await ending.promise;
		await store.settled();
		process.off('exit', tellCaptured);
		captured.release();
		return exitCode;
	} finally {
		stopListening();
		screen.end();
		for (const line of store.getState().farewell) {
			print(`${makeSafe(line)}\n`);
		}
	}
};

/** What to do about a batch that a crash ended, in a sentence. */
const describeUnended = async (world: World): Promise<string | undefined> => {
	const record = await world.batches.findUnended();
	return (
		record &&
		`A batch of ${new Date(record.beganAt).toISOString().slice(11, 16)} (UTC) did not end: jetsam resume ${record.batch} says what was done.`
	);
};

/** Shows what this machine knows of, or the place that was given. */
export const openFirstScreen = async (
	store: Store,
	{world, place, marksFile}: FirstScreen & {readonly world: World},
): Promise<void> => {
	if (place) {
		store.dispatch({kind: 'place-given', where: place.where});
	}

	await tellRegistries(world, message => {
		store.dispatch(message);
	});
	const marks = await world.readMarks();
	if (marks.length > 0) {
		store.dispatch({kind: 'marks-found', marks});
	}

	store.dispatch({kind: 'uses-chosen', choice: await world.uses.readChoice()});
	store.dispatch({
		kind: 'pulls-chosen',
		choice: await world.pulls.readChoice(),
	});
	store.dispatch(await findRules(world));
	if (marksFile !== undefined) {
		store.dispatch({kind: 'marks-file-given', file: marksFile});
	}

	const text = (await describeUnended(world)) ?? (await world.readNotice());
	if (text !== undefined) {
		store.dispatch({kind: 'notice-given', text});
	}
};
