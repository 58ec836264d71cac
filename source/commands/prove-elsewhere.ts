import {askNames} from '../effects/ask-names.js';
import {createSession} from '../effects/create-session.js';
import type {PullsReading} from '../evidence/pull.js';
import {dayLength} from '../evidence/pull-window.js';
import type {AcceptedGap, UsesReading} from '../evidence/use.js';
import {listClusterCommands} from '../move/cluster-commands.js';
import {mapToHome} from '../move/home.js';
import {type ImageMap, mapImage, nameImage} from '../move/image-map.js';
import {
	judgeAnswers,
	judgeProgress,
	listForeign,
	type Progress,
	type ProgressFacts,
} from '../move/judge-progress.js';
import {parseMap, spellMap} from '../move/map-file.js';
import {createProgressText, describeProgress} from '../plain/progress-text.js';
import {readNamedFile, writeNamedFile} from '../storage/named-file.js';
import {stringifySafely} from '../text/safe-text.js';
import type {World} from '../world.js';
import type {Output} from './list.js';
import {listOwnRegistries} from './own-registries.js';
import type {MoveOptions} from './move-options.js';

/** What `uses --elsewhere` is asked for besides. */
export type ProofOptions = Pick<
	MoveOptions,
	'mapFile' | 'home' | 'template'
> & {
	/** Milliseconds since 1970; `undefined` where pulls do not count. */
	readonly since: number | undefined;
	/** The file that the mapping is written to. */
	readonly out: string | undefined;
	readonly json: boolean;
	readonly signal: AbortSignal;
};

/** Whether more is asked than what is named from elsewhere. */
export const isProof = ({since, mapFile, home}: ProofOptions): boolean =>
	since !== undefined || mapFile !== undefined || home !== undefined;

/** Reads who pulled what from hosts since a time; nobody can be asked about a cost, so what stays under the cap is paid. */
const readPulls = async (
	{pulls, clock}: World,
	hosts: ReadonlySet<string>,
	{since, signal}: {since: number; signal: AbortSignal},
): Promise<ReadonlyMap<string, PullsReading>> => {
	const choice = await pulls.readChoice();
	const windowDays = Math.max(
		1,
		Math.ceil((clock.now() - since) / dayLength) + 1,
	);
	const readings = new Map<string, PullsReading>();
	for (const host of hosts) {
		if (await pulls.isKnown(host)) {
			const reading = await pulls.read(
				{
					host,
					repository: undefined,
					choice: {...choice, windowDays},
					spends: 'within-cap',
				},
				{tell: () => undefined, signal},
			);
			readings.set(host, reading);
		}
	}

	return readings;
};

/** The mapping of a file, or of everything from elsewhere. Throws `UserError`. */
const findMap = async (
	facts: ProgressFacts,
	{mapFile, home, template}: ProofOptions,
): Promise<ImageMap | undefined> => {
	if (mapFile !== undefined) {
		return parseMap(await readNamedFile(mapFile, 2), mapFile);
	}

	return (
		home &&
		mapToHome(
			listForeign(facts).map(({image}) => image),
			home,
			template,
		)
	);
};

const gather = async (
	world: World,
	{reading, accepted}: {reading: UsesReading; accepted: readonly AcceptedGap[]},
	options: ProofOptions,
): Promise<{progress: readonly Progress[]; map: ImageMap | undefined}> => {
	const {home, since, signal} = options;
	const plain: ProgressFacts = {
		reading,
		accepted,
		own: [...(await listOwnRegistries(world)), ...(home ? [home] : [])],
		map: undefined,
		since,
		pullsOf: () => undefined,
		now: world.clock.now(),
	};
	const map = await findMap(plain, options);
	const mapped: ProgressFacts = {
		...plain,
		map,
		own: [
			...plain.own,
			...(map?.entries.map(({to}) => ({host: to.host, path: to.repository})) ??
				[]),
		],
	};
	const hosts = new Set(listForeign(mapped).map(({image}) => image.host));
	const readings =
		since === undefined
			? undefined
			: await readPulls(world, hosts, {since, signal});
	const facts = {
		...mapped,
		pullsOf: (host: string) => readings?.get(host),
	};
	const images = listForeign(facts);
	const answers = await askNames(
		createSession(world, {registries: new Map(), signal}),
		images.flatMap(({image}) => {
			const mapped = map && mapImage(map, image);
			return mapped ? [nameImage(mapped)] : [];
		}),
	);
	return {
		map,
		progress: judgeProgress(images, facts, judgeAnswers(answers)),
	};
};

const groupByRepository = (
	progress: readonly Progress[],
): ReadonlyArray<readonly Progress[]> => {
	const groups = new Map<string, Progress[]>();
	for (const entry of progress) {
		const {host, repository} = entry.image;
		const name = `${host}/${repository}`;
		groups.set(name, [...(groups.get(name) ?? []), entry]);
	}

	return [...groups.values()];
};

/** The document of `uses --elsewhere`, with what the mapping and the pulls say of each image. */
const createDocument = (
	progress: readonly Progress[],
	{
		since,
		now,
		commands,
	}: {
		since: number | undefined;
		now: number;
		commands: readonly string[];
	},
) => ({
	schemaVersion: 1,
	time: new Date(now).toISOString(),
	since: since === undefined ? null : new Date(since).toISOString(),
	commands,
	repositories: groupByRepository(progress).map(entries => ({
		host: entries[0]?.image.host,
		repository: entries[0]?.image.repository,
		references: entries.map(entry => ({
			text: entry.text,
			by: entry.image.digest === undefined ? 'tag' : 'digest',
			uses: entry.uses,
			...describeProgress(entry),
		})),
		count: entries.reduce((sum, {uses}) => sum + uses.length, 0),
		byDigest: entries
			.filter(({image}) => image.digest !== undefined)
			.reduce((sum, {uses}) => sum + uses.length, 0),
	})),
});

/** Prints how far images from elsewhere have come home, by a mapping and by what is pulled since a time. Throws `UserError`. */
export const proveElsewhere = async (
	world: World,
	evidence: {reading: UsesReading; accepted: readonly AcceptedGap[]},
	options: ProofOptions,
	{print}: Output,
): Promise<void> => {
	const {since, out, json} = options;
	const {progress, map} = await gather(world, evidence, options);
	if (out !== undefined && map) {
		await writeNamedFile(out, spellMap(map));
	}

	const commands = listClusterCommands(progress);
	print(
		json
			? `${stringifySafely(createDocument(progress, {since, commands, now: world.clock.now()}))}\n`
			: createProgressText(progress, {
					hasMap: map !== undefined,
					since,
					commands,
				}),
	);
};
