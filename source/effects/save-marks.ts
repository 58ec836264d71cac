import type {Command} from '../state/command.js';
import type {World} from '../world.js';
import type {Dispatch} from './session.js';

type SaveMarks = Command & {readonly kind: 'save-marks'};

/** Milliseconds between two writes: a held Space does not write at each key, and many marks take long to write. */
const restAfter = (marks: number): number => 300 + marks / 100;

/** Writes marks. */
export type MarkSaver = {
	/** Writes the marks, at once if none were written just before; resolves when these or newer ones are written. */
	readonly save: (command: SaveMarks, dispatch: Dispatch) => Promise<void>;
	/** Writes without rest what is not written yet. */
	readonly flush: () => Promise<void>;
};

/**
Saves marks one after the other, with a rest in between; of those that wait for their turn only the newest are written.
@param ending - Ends the rest: what is still to be written is written at once.
*/
export const createMarkSaver = (
	{clock, saveMarks}: Pick<World, 'clock' | 'saveMarks'>,
	ending: AbortSignal,
): MarkSaver => {
	const hurry = new AbortController();
	const signal = AbortSignal.any([hurry.signal, ending]);
	let newest: SaveMarks | undefined;
	let underWay: Promise<void> | undefined;
	let restUntil = 0;

	const rest = async (): Promise<void> => {
		const wait = restUntil - clock.now();
		if (wait > 0) {
			try {
				await clock.sleep(wait, signal);
			} catch {
				// The rest was ended, and what waits has to be written now.
			}
		}
	};

	const write = async (dispatch: Dispatch): Promise<void> => {
		while (newest) {
			await rest();
			const {offered, marks} = newest;
			newest = undefined;
			const problem = await saveMarks([...offered, ...marks.values()]);
			restUntil = clock.now() + restAfter(marks.size);
			if (problem !== undefined) {
				dispatch({kind: 'notice-given', text: problem});
			}
		}

		underWay = undefined;
	};

	return {
		async save(command, dispatch) {
			newest = command;
			underWay ??= write(dispatch);
			await underWay;
		},
		async flush() {
			hurry.abort();
			await underWay;
		},
	};
};
