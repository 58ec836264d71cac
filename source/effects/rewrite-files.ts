import type {ReadFolders} from '../image-files.js';
import type {ImageMap} from '../move/image-map.js';
import type {RewrittenFile} from '../move/plan-rewrite.js';
import {
	countAllUncommitted,
	createDestination,
	isEmpty,
	listChanges,
	planFiles,
} from './plan-files.js';
import {describeProblem, type Dispatch, type Session} from './session.js';

/** Reads folders, and tells the screen what their files become by a mapping. */
export const planFilesOnScreen = async (
	session: Session,
	{
		folders,
		pins,
		map,
		signal,
	}: {
		folders: readonly string[];
		pins: boolean;
		map: ImageMap;
		signal: AbortSignal;
	},
	dispatch: Dispatch,
): Promise<void> => {
	try {
		const {imageFiles} = session.world;
		const read = await imageFiles.read(folders, signal);
		if (isEmpty(read)) {
			dispatch({
				kind: 'files-failed',
				problem: {
					message: `${folders.join(', ')} ${folders.length === 1 ? 'has' : 'have'} no file that names an image.`,
					remedy: 'f asks for another folder.',
				},
			});
			return;
		}

		const uncommitted = await countAllUncommitted(
			session.world,
			folders,
			signal,
		);
		const rewrite = await planFiles({...session, signal}, read, {
			destination: createDestination(map),
			pin: pins,
		});
		const {locations, diffNames} = read;
		dispatch({
			kind: 'files-planned',
			folders,
			pins,
			plan: {rewrite, locations, diffNames, uncommitted},
		});
	} catch (error) {
		// Nobody waits for it any more.
		if (!signal.aborted) {
			dispatch({kind: 'files-failed', problem: describeProblem(error)});
		}
	}
};

/** Writes files that were shown, and tells the screen. */
export const writeFiles = async (
	{world: {imageFiles}}: Session,
	{
		files,
		locations,
	}: {
		files: readonly RewrittenFile[];
		locations: ReadFolders['locations'];
	},
	dispatch: Dispatch,
): Promise<void> => {
	try {
		await imageFiles.write(listChanges({files}, locations));
		dispatch({kind: 'files-written'});
	} catch (error) {
		dispatch({kind: 'files-failed', problem: describeProblem(error)});
	}
};
