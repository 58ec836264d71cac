import type {Mark, World} from '../world.js';
import type {Dispatch} from './session.js';

/** Saves marks one after the other; of those that wait for their turn only the newest are written. */
export const createMarkSaver = (): ((
	world: World,
	marks: readonly Mark[],
	dispatch: Dispatch,
) => Promise<void>) => {
	let newest: readonly Mark[] = [];
	let saving: Promise<void> = Promise.resolve();

	return async (world, marks, dispatch) => {
		newest = marks;
		const save = async (): Promise<void> => {
			if (newest === marks) {
				const problem = await world.saveMarks(marks);
				if (problem !== undefined) {
					dispatch({kind: 'notice-given', text: problem});
				}
			}
		};

		saving = saving.then(save);
		await saving;
	};
};
