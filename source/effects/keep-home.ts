import type {ImageMap, MappedName} from '../move/image-map.js';
import {judgeAnswers} from '../move/judge-progress.js';
import type {World} from '../world.js';
import {askNames} from './ask-names.js';
import {describeProblem, type Dispatch, type Session} from './session.js';

/** Asks the home which of these tags and digests it has, and tells all answers at once. */
export const askHome = async (
	session: Session,
	names: readonly MappedName[],
	dispatch: Dispatch,
): Promise<void> => {
	dispatch({
		kind: 'home-answered',
		answers: judgeAnswers(await askNames(session, names)),
	});
};

/** Writes a mapping to a new file that `--map` reads, and tells how. */
export const writeMap = async (
	{rules}: Pick<World, 'rules'>,
	{file, map}: {readonly file: string; readonly map: ImageMap},
	dispatch: Dispatch,
): Promise<void> => {
	try {
		const {spellMap} = await import('../move/map-file.js');
		await rules.write(file, spellMap(map));
		dispatch({
			kind: 'notice-given',
			text: `Written. In the shell: jetsam copy --map ${file}, then jetsam rewrite --files DIR --map ${file}`,
		});
	} catch (error) {
		const {message, remedy} = describeProblem(error);
		dispatch({kind: 'notice-given', text: `${message} ${remedy}`});
	}
};
