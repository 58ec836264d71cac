import {listNames, isAbout} from '../evidence/repository-names.js';
import type {FileChange, ReadFolders} from '../image-files.js';
import {type ImageMap, mapImage} from '../move/image-map.js';
import {
	listPins,
	planRewrite,
	type Rewrite,
	type RewriteOptions,
} from '../move/plan-rewrite.js';
import type {World} from '../world.js';
import {resolvePins} from './resolve-pins.js';
import type {Session} from './session.js';

/** Where images go, and which texts that cannot be read may be about some that do. */
export type Destination = {
	readonly map: ImageMap;
	readonly mayGo: RewriteOptions['mayGo'];
};

/** The destination that a mapping alone makes: only what it names goes. */
export const createDestination = (map: ImageMap): Destination => {
	const names = map.entries.flatMap(({from}) => listNames(from));
	return {map, mayGo: repositories => isAbout(repositories, names)};
};

/** Whether nothing in folders names an image. */
export const isEmpty = ({files, left}: ReadFolders): boolean =>
	left.length === 0 &&
	files.every(
		({reading: {references, problems}}) =>
			references.length + problems.length === 0,
	);

/** How many files of each folder have changes that are not committed; those without an answer are left out. */
export const countAllUncommitted = async (
	{imageFiles}: Pick<World, 'imageFiles'>,
	folders: readonly string[],
	signal: AbortSignal,
): Promise<Readonly<Record<string, number>>> => {
	const counts: Record<string, number> = {};
	for (const folder of folders) {
		const count = await imageFiles.countUncommitted(folder, signal);
		if (count !== undefined) {
			counts[folder] = count;
		}
	}

	return counts;
};

/**
What files become where their images go home.
@param options.pin - Whether digests are written beside tags; then the home is asked for them.
*/
export const planFiles = async (
	session: Pick<Session, 'world' | 'openRegistry' | 'signal'>,
	{files, left}: ReadFolders,
	{destination: {map, mayGo}, pin}: {destination: Destination; pin: boolean},
): Promise<Rewrite> => {
	const goTo: RewriteOptions['goTo'] = image => mapImage(map, image);
	const pins = pin
		? await resolvePins(session, listPins(files, {goTo}))
		: undefined;
	const planned = planRewrite(files, {
		goTo,
		mayGo,
		pinOf: name => pins?.get(name),
		read: session.world.imageFiles.readAgain,
	});
	return {files: planned.files, left: [...left, ...planned.left]};
};

/** What is to be written, file by file. */
export const listChanges = (
	{files}: Pick<Rewrite, 'files'>,
	locations: ReadFolders['locations'],
): readonly FileChange[] =>
	files.map(({path, before, after}) => ({
		file: locations.get(path) ?? path,
		before,
		after,
	}));
