import {countAttempts} from '../evidence/count-attempts.js';
import {type ForeignRepository, listElsewhere} from '../evidence/elsewhere.js';
import type {PullsReading} from '../evidence/pull.js';
import {
	createElsewhereText,
	createUsesText,
	describeElsewhere,
	type RateOf,
} from '../plain/uses-text.js';
import {stringifySafely} from '../text/safe-text.js';
import {describeSnapshot} from '../uses/snapshot.js';
import type {World} from '../world.js';
import type {Output} from './list.js';
import {listOwnRegistries} from './own-registries.js';
import {isProof, type ProofOptions, proveElsewhere} from './prove-elsewhere.js';

/**
`jetsam uses`: prints what the clusters and files name; as JSON it is a snapshot that `--uses FILE` reads elsewhere.

Resolves to the exit code: 1 if a source could not be read completely, and what could be read is printed all the same.
*/
export const listUses = async (
	world: World,
	options: ProofOptions & {readonly elsewhere: boolean},
	output: Output,
): Promise<0 | 1> => {
	const {json, elsewhere, signal} = options;
	const {print, printError} = output;
	const choice = await world.uses.readChoice();
	const reading = await world.uses.read(choice, {
		tell: () => undefined,
		signal,
	});
	const now = world.clock.now();
	if (elsewhere && isProof(options)) {
		const {accepted} = choice;
		await proveElsewhere(world, {reading, accepted}, options, output);
	} else if (elsewhere) {
		const own = await listOwnRegistries(world);
		const foreign = listElsewhere(reading.uses, own);
		const rateOf = await readAttempts(world, foreign, signal);
		print(
			json
				? `${stringifySafely(describeElsewhere(foreign, {now, rateOf}))}\n`
				: createElsewhereText(foreign, rateOf),
		);
	} else {
		print(
			json
				? `${stringifySafely(describeSnapshot(reading, now))}\n`
				: createUsesText(reading),
		);
	}

	const isWhole = reading.sources.every(
		({state, gaps}) =>
			gaps.length === 0 && (state === 'read' || state === 'left-out'),
	);
	if (reading.sources.length === 0) {
		printError(
			'jetsam: there is no kubeconfig, no folder and no snapshot to read.\n',
		);
		return 1;
	}

	if (!isWhole) {
		printError(
			'jetsam: not every source was asked or could be read; the sources say what is missing.\n',
		);
	}

	return reading.sources.some(
		({state, gaps}) =>
			state === 'failed' || (state === 'read' && gaps.length > 0),
	)
		? 1
		: 0;
};

/** Reads how often the images from elsewhere are pulled, where a source of pulls may tell; nobody can be asked about a cost, so what stays under the cap is paid. */
const readAttempts = async (
	{pulls, clock}: World,
	foreign: readonly ForeignRepository[],
	signal: AbortSignal,
): Promise<RateOf> => {
	const choice = await pulls.readChoice();
	const readings = new Map<string, PullsReading>();
	for (const host of new Set(foreign.map(repository => repository.host))) {
		if (await pulls.isKnown(host)) {
			const reading = await pulls.read(
				{host, repository: undefined, choice, spends: 'within-cap'},
				{tell: () => undefined, signal},
			);
			readings.set(host, reading);
		}
	}

	const {windowDays} = choice;
	const now = clock.now();
	return (repository, reference) => {
		const reading = readings.get(repository.host);
		return (
			reading &&
			countAttempts(reading, repository, {reference, windowDays, now})
		);
	};
};
