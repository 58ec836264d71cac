import type {Message} from '../state/message.js';
import type {Clock} from '../world.js';
import type {Dispatch} from './session.js';

/** Milliseconds between two tellings: each draws a frame, and while frames are drawn keys wait. */
const beat = 40;

/** Tells a message, at once if nothing was told just before, else together with what else has come until then; resolves when it is told. */
export type PartTeller = (
	message: Message,
	options: {readonly dispatch: Dispatch; readonly signal: AbortSignal},
) => Promise<void>;

/**
Gathers the parts of all repositories that are being read, so that they change the screen at most 25 times a second, however many are read at a time.
@param ending - Ends the waiting when the program is left.
*/
export const createPartTeller = (
	clock: Clock,
	ending: AbortSignal,
): PartTeller => {
	let waiting: Array<() => void> = [];
	let pause: Promise<void> | undefined;

	const tellWaiting = async (): Promise<void> => {
		try {
			await clock.sleep(beat, ending);
		} catch {
			// The program is left; who waits must not wait for ever.
		}

		const gathered = waiting;
		waiting = [];
		pause = gathered.length > 0 ? tellWaiting() : undefined;
		for (const tell of gathered) {
			tell();
		}
	};

	return async (message, {dispatch, signal}) => {
		if (pause) {
			await new Promise<void>(resolve => {
				waiting.push(() => {
					// Nobody waits for it any more when its load was broken off.
					if (!signal.aborted) {
						dispatch(message);
					}

					resolve();
				});
			});
			return;
		}

		pause = tellWaiting();
		dispatch(message);
	};
};
