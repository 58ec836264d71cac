import {formatName, type ImageMap, type MappedName} from '../move/image-map.js';
import type {AtHome} from '../move/judge-progress.js';
import type {World} from '../world.js';
import {describeProblem, type Dispatch, type Session} from './session.js';

/** Asks the home which of these tags and digests it has, and tells all answers at once. */
export const askHome = async (
	{openRegistry, signal}: Session,
	names: readonly MappedName[],
	dispatch: Dispatch,
): Promise<void> => {
	const ask = async ({
		host,
		repository,
		reference,
	}: MappedName): Promise<AtHome> => {
		if (!reference) {
			return {why: 'no tag or digest is named'};
		}

		try {
			const registry = await openRegistry(host);
			const digest = await registry.resolve(
				repository,
				reference.kind === 'tag' ? reference.tag : reference.digest,
				signal,
			);
			return digest === undefined ? 'absent' : 'there';
		} catch (error) {
			return {why: describeProblem(error).message};
		}
	};

	const answers = await Promise.all(
		names.map(async name => [formatName(name), await ask(name)] as const),
	);
	dispatch({kind: 'home-answered', answers: new Map(answers)});
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
