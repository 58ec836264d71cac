import {createOwnTest} from '../evidence/elsewhere.js';
import {parseImageReference} from '../evidence/image-reference.js';
import {isAbout, listNames} from '../evidence/repository-names.js';
import {mapToHome} from '../move/home.js';
import {type ImageMap, mapImage} from '../move/image-map.js';
import {parseMap, spellMap} from '../move/map-file.js';
import {
	listPins,
	planRewrite,
	type Rewrite,
	type RewriteOptions,
} from '../move/plan-rewrite.js';
import {
	createRewriteDiff,
	describeRewrite,
	listRewritten,
	summarizeRewrite,
} from '../plain/rewrite-text.js';
import {countUncommitted} from '../programs/git-state.js';
import {readNamedFile, writeNamedFile} from '../storage/named-file.js';
import {
	checkReplacement,
	realReplacingFiles,
	replaceFile,
} from '../storage/replace-file.js';
import {formatCount} from '../text/quantities.js';
import {makeLinesSafe, makeSafe, stringifySafely} from '../text/safe-text.js';
import {readFileText} from '../uses/read-folder.js';
import {UserError} from '../user-error.js';
import type {World} from '../world.js';
import type {MoveOptions} from './move-options.js';
import {listOwnRegistries} from './own-registries.js';
import {type ReadFolders, readFolders} from './read-folders.js';
import {resolvePins} from './resolve-pins.js';
import type {Surroundings} from './start-command.js';
import {wrongUsage} from './wrong-usage.js';

type Options = MoveOptions & {
	readonly folders: readonly string[];
	/** The file that the mapping is written to. */
	readonly out: string | undefined;
	readonly json: boolean;
	readonly signal: AbortSignal;
};

/** Where images go, and which texts that cannot be read may be about some that do. */
type Destination = {
	readonly map: ImageMap;
	readonly mayGo: RewriteOptions['mayGo'];
};

/** The mapping of a file: only what it names goes. Throws `UserError`. */
const readDestination = async (file: string): Promise<Destination> => {
	const map = parseMap(await readNamedFile(file, 2), file);
	const names = map.entries.flatMap(({from}) => listNames(from));
	return {map, mayGo: repositories => isAbout(repositories, names)};
};

/** The mapping of everything in the files that is not in the operator's own registries. Throws `UserError`. */
const makeDestination = async (
	world: World,
	{files}: ReadFolders,
	{
		home,
		template,
	}: Pick<MoveOptions, 'template'> & {
		home: NonNullable<MoveOptions['home']>;
	},
): Promise<Destination> => {
	const isOwn = createOwnTest([...(await listOwnRegistries(world)), home]);
	const images = files
		.flatMap(({reading}) => reading.references)
		.flatMap(({text}) => parseImageReference(text) ?? [])
		.filter(image => !isOwn(image));
	return {
		map: mapToHome(images, home, template),
		mayGo: repositories =>
			repositories?.some(name => {
				const slash = name.indexOf('/');
				return (
					slash === -1 ||
					!isOwn({
						host: name.slice(0, slash),
						// What is not known of it may be anything below.
						repository: name.slice(slash + 1),
					})
				);
			}) ?? true,
	};
};

/** Says first what a look at the change afterwards would mix it with. */
const warnOfUncommitted = async (
	folders: readonly string[],
	{environment, printError}: Surroundings,
	signal: AbortSignal,
): Promise<Readonly<Record<string, number>>> => {
	const counts: Record<string, number> = {};
	for (const folder of folders) {
		const count = await countUncommitted(folder, {environment, signal});
		if (count !== undefined) {
			counts[folder] = count;
		}

		if (count !== undefined && count > 0) {
			printError(
				makeSafe(
					`jetsam: ${folder} has ${Number.isFinite(count) ? formatCount(count, 'file') : 'many files'} with changes that are not committed; commit them first to tell them from these.`,
				) + '\n',
			);
		}
	}

	return counts;
};

/** Looks at every file before the first is written, then writes each. Throws `UserError`. */
const write = async (
	{files}: Rewrite,
	locations: ReadFolders['locations'],
): Promise<void> => {
	const replacements = files.map(({path, before, after}) => ({
		file: locations.get(path) ?? path,
		before,
		after,
	}));
	for (const replacement of replacements) {
		await checkReplacement(replacement, realReplacingFiles);
	}

	for (const [index, replacement] of replacements.entries()) {
		try {
			await replaceFile(replacement, realReplacingFiles);
		} catch (error) {
			throw error instanceof UserError && index > 0
				? new UserError(
						`${error.message} ${formatCount(index, 'file')} before it ${index === 1 ? 'was' : 'were'} written.`,
						{remedy: error.remedy, cause: error},
					)
				: error;
		}
	}
};

/**
`jetsam rewrite`: prints what changes in files where their images go home, as a unified diff, and with `--write` changes it.

Resolves to the exit code: 3 where something was left alone, which is said with its file and line. Throws `UserError`.
*/
export const rewrite = async (
	world: World,
	options: Options,
	surroundings: Surroundings,
): Promise<0 | 3> => {
	const {folders, mapFile, home, template, signal} = options;
	// A mapping that is none is told before anything is read.
	const given =
		mapFile === undefined ? undefined : await readDestination(mapFile);
	const read = await readFolders(folders, signal);
	const found = read.files.flatMap(({reading}) => [
		...reading.references,
		...reading.problems,
	]);
	if (found.length === 0 && read.left.length === 0) {
		throw wrongUsage(
			`${folders.join(', ')} ${folders.length === 1 ? 'has' : 'have'} no file that names an image.`,
			'Give --files the folder of your Dockerfiles and manifests.',
		);
	}

	const destination =
		given ?? (home && (await makeDestination(world, read, {home, template})));
	if (!destination) {
		throw wrongUsage('Where images go is not said.', 'Give --to or --map.');
	}

	const uncommitted = await warnOfUncommitted(folders, surroundings, signal);
	const planned = await plan(world, {read, destination, options});
	return finish(
		planned,
		{
			...options,
			map: destination.map,
			read,
			uncommitted,
			now: world.clock.now(),
		},
		surroundings,
	);
};

const plan = async (
	world: World,
	{
		read: {files, left},
		destination: {map, mayGo},
		options: {pin, signal},
	}: {read: ReadFolders; destination: Destination; options: Options},
): Promise<Rewrite> => {
	const goTo: RewriteOptions['goTo'] = image => mapImage(map, image);
	const pins = pin
		? await resolvePins(world, listPins(files, {goTo}), signal)
		: undefined;
	const planned = planRewrite(files, {
		goTo,
		mayGo,
		pinOf: name => pins?.get(name),
		read: readFileText,
	});
	return {files: planned.files, left: [...left, ...planned.left]};
};

const finish = async (
	planned: Rewrite,
	{
		map,
		read: {locations, nameInDiff},
		uncommitted,
		now,
		out,
		write: isWritten,
		json,
	}: Options & {
		map: ImageMap;
		read: ReadFolders;
		uncommitted: Readonly<Record<string, number>>;
		now: number;
	},
	{print, printError, isShown}: Surroundings,
): Promise<0 | 3> => {
	if (out !== undefined) {
		await writeNamedFile(out, spellMap(map));
	}

	if (isWritten) {
		await write(planned, locations);
	}

	if (json) {
		print(
			`${stringifySafely(describeRewrite(planned, {map, now, isWritten, uncommitted, nameInDiff}))}\n`,
		);
	} else if (isWritten) {
		print(listRewritten(planned));
	} else {
		const diff = createRewriteDiff(planned, nameInDiff);
		print(isShown ? makeLinesSafe(diff) : diff);
	}

	printError(`jetsam: ${summarizeRewrite(planned, isWritten)}`);
	return planned.left.length > 0 ? 3 : 0;
};
