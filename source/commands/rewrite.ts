import {createSession} from '../effects/create-session.js';
import {
	countAllUncommitted,
	createDestination,
	type Destination,
	isEmpty,
	listChanges,
	planFiles,
} from '../effects/plan-files.js';
import {createOwnTest} from '../evidence/elsewhere.js';
import {parseImageReference} from '../evidence/image-reference.js';
import type {ReadFolders} from '../image-files.js';
import {describeUncommitted} from '../move/describe-uncommitted.js';
import {mapToHome} from '../move/home.js';
import type {ImageMap} from '../move/image-map.js';
import {parseMap, spellMap} from '../move/map-file.js';
import type {Rewrite} from '../move/plan-rewrite.js';
import {
	createRewriteDiff,
	describeRewrite,
	listRewritten,
	summarizeRewrite,
} from '../plain/rewrite-text.js';
import {readNamedFile, writeNamedFile} from '../storage/named-file.js';
import {makeLinesSafe, makeSafe, stringifySafely} from '../text/safe-text.js';
import type {World} from '../world.js';
import type {MoveOptions} from './move-options.js';
import {listOwnRegistries} from './own-registries.js';
import type {Surroundings} from './start-command.js';
import {wrongUsage} from './wrong-usage.js';

type Options = MoveOptions & {
	readonly folders: readonly string[];
	/** The file that the mapping is written to. */
	readonly out: string | undefined;
	readonly json: boolean;
	readonly signal: AbortSignal;
};

/** The mapping of a file. Throws `UserError`. */
const readDestination = async (file: string): Promise<Destination> =>
	createDestination(parseMap(await readNamedFile(file, 2), file));

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
	world: World,
	folders: readonly string[],
	{
		printError,
		signal,
	}: Pick<Surroundings, 'printError'> & {signal: AbortSignal},
): Promise<Readonly<Record<string, number>>> => {
	const counts = await countAllUncommitted(world, folders, signal);
	for (const sentence of describeUncommitted(counts)) {
		printError(`${makeSafe(`jetsam: ${sentence}`)}\n`);
	}

	return counts;
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
	const read = await world.imageFiles.read(folders, signal);
	if (isEmpty(read)) {
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

	const uncommitted = await warnOfUncommitted(world, folders, {
		...surroundings,
		signal,
	});
	const planned = await planFiles(
		createSession(world, {registries: new Map(), signal}),
		read,
		{destination, pin: options.pin},
	);
	return finish(
		planned,
		{
			...options,
			world,
			map: destination.map,
			read,
			uncommitted,
			now: world.clock.now(),
		},
		surroundings,
	);
};

const finish = async (
	planned: Rewrite,
	{
		world,
		map,
		read: {locations, diffNames},
		uncommitted,
		now,
		out,
		write: isWritten,
		json,
	}: Options & {
		world: World;
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
		await world.imageFiles.write(listChanges(planned, locations));
	}

	if (json) {
		print(
			`${stringifySafely(describeRewrite(planned, {map, now, isWritten, uncommitted, diffNames}))}\n`,
		);
	} else if (isWritten) {
		print(listRewritten(planned));
	} else {
		const diff = createRewriteDiff(planned, diffNames);
		print(isShown ? makeLinesSafe(diff) : diff);
	}

	printError(`jetsam: ${summarizeRewrite(planned, isWritten)}`);
	return planned.left.length > 0 ? 3 : 0;
};
