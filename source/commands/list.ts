import {judgePulls} from '../plan/judge-pulls.js';
import {judgeUses, type UseFacts} from '../plan/judge-use.js';
import {collectReading} from '../plan/collect-reading.js';
import {arrangeList, type ListView} from '../plain/arrange-list.js';
import {describeCoverage, describeMissing} from '../plain/describe-coverage.js';
import {
	createListDocument,
	type ListedRepository,
} from '../plain/list-document.js';
import {createListText} from '../plain/list-text.js';
import {graphOf} from '../oci/graph.js';
import type {Where} from '../oci/reference.js';
import {makeSafe, stringifySafely} from '../text/safe-text.js';
import {UserError} from '../user-error.js';
import type {Registry, RepositoryReading, World} from '../world.js';
import {type ListPulls, openPulls} from './list-pulls.js';
import {findRepositories, readAll, readUses} from './read-registry.js';

/** Where a command prints. */
export type Output = {
	readonly print: (text: string) => void;
	readonly printError: (text: string) => void;
	/** Columns of the terminal that errors and progress go to; left out where they go to a file or a pipe. */
	readonly errorColumns?: number | undefined;
};

/**
`jetsam list`: prints what a registry, the repositories under a prefix, a repository or one digest holds.

Resolves to the exit code: 1 if anything could not be read, and what could be read is printed all the same. Throws `UserError` where nothing can be.
*/
export const list = async (
	world: World,
	options: {
		where: Where;
		address: string;
		json: boolean;
		view: ListView;
		signal: AbortSignal;
	},
	output: Output,
): Promise<0 | 1> => {
	const {where, address, json, view, signal} = options;
	const registry = await world.openRegistry(address, signal);
	const leftOut: string[] = [];
	const names = await findRepositories(registry, where, {
		signal,
		onLeftOut(sentence) {
			leftOut.push(sentence);
		},
	});
	const uses = await readUses(world, {signal});
	const pulls = await openPulls(world, registry.host, {signal});
	const listed = await readAll(names, async name =>
		readOne(world, registry, {name, where, uses, pulls, signal}),
	);
	const now = world.clock.now();
	const told = await pulls?.told();
	const arranged = arrangeList(listed, view, now);
	output.print(
		json
			? `${stringifySafely(createListDocument(registry.host, arranged, {uses, pulls: told, now}))}\n`
			: createListText(arranged, {
					isSorted: view.sort !== undefined,
					showsUses: uses.reading.sources.length > 0,
					now,
				}),
	);
	const coverage = describeCoverage({uses, pulls: told});
	for (const sentence of [...describeMissing(coverage), ...leftOut]) {
		output.printError(`jetsam: ${makeSafe(sentence)}\n`);
	}

	const isWhole =
		leftOut.length === 0 &&
		coverage.every(({state}) => state !== 'failed') &&
		listed.every(
			repository =>
				'reading' in repository && repository.reading.gaps.length === 0,
		);
	if (!isWhole) {
		output.printError(
			'jetsam: not everything could be read; what is missing is named in the list or above.\n',
		);
	} else if (names.length === 0) {
		output.printError(`jetsam: ${registry.host} lists no repositories.\n`);
	}

	return isWhole ? 0 : 1;
};

const readOne = async (
	{clock}: World,
	registry: Registry,
	{
		name,
		where,
		uses,
		pulls,
		signal,
	}: {
		name: string;
		where: Where;
		uses: UseFacts;
		pulls: ListPulls | undefined;
		signal: AbortSignal;
	},
): Promise<ListedRepository> => {
	try {
		const reading = await collectReading(registry, name, {clock, signal});
		return {
			name,
			reading: await narrow(registry, reading, {where, signal}),
			uses: judgeUses(uses, registry.host, {reading, now: clock.now()}),
			pulls:
				pulls &&
				judgePulls(await pulls.factsOf(name), registry.host, {
					reading,
					now: clock.now(),
				}),
		};
	} catch (error) {
		if (error instanceof UserError) {
			return {name, problem: error.sentence};
		}

		throw error;
	}
};

/** Of a reading only the digest that a reference means, and what is below it. */
const narrow = async (
	registry: Registry,
	reading: RepositoryReading,
	{where, signal}: {where: Where; signal: AbortSignal},
): Promise<RepositoryReading> => {
	const {reference} = where;
	if (reference === undefined) {
		return reading;
	}

	const name = reference.kind === 'tag' ? reference.tag : reference.digest;
	const digest = await registry.resolve(reading.repository, name, signal);
	const record = digest && reading.records.get(digest);
	if (!record) {
		throw new UserError(
			digest === undefined
				? `${reading.repository} has no ${reference.kind} ${name}.`
				: `${reading.repository} has ${name}, but no tag or index there names it, so it cannot be listed.`,
			{remedy: ''},
		);
	}

	const {descendantsOf} = graphOf(reading.records);
	const kept = [
		record.digest,
		...record.children,
		...descendantsOf(record.digest),
	];
	return {
		...reading,
		records: new Map(
			kept.flatMap(key => {
				const found = reading.records.get(key);
				return found ? [[key, found] as const] : [];
			}),
		),
	};
};
