import {matchPulls, type RepositoryPulls} from '../evidence/match-pulls.js';
import {bucketDays} from '../evidence/pull-history.js';
import type {PullsReading} from '../evidence/pull.js';
import type {Digest} from '../oci/digest.js';
import {drawSparkline} from '../text/sparkline.js';
import {remember} from './remember.js';
import {
	findRepository,
	type PullsPart,
	type RegistryPulls,
	type RepositoryState,
	repositoryKey,
	type State,
} from './state.js';

const hour = 60 * 60 * 1000;

type Place = {readonly host: string; readonly repository: string};

const findPulls = ({pulls}: State, host: string): RegistryPulls | undefined => {
	const known = pulls.registries.get(host);
	return known?.state === 'known' ? known : undefined;
};

/** Whether there is any source of pulls for a registry: without one nothing about pulls is drawn. */
export const hasPulls = (state: State, host: string): boolean =>
	findPulls(state, host) !== undefined;

/** Whether there is a source of pulls for the registry that is open, or for any where none is. */
export const hasAnyPulls = (state: State): boolean => {
	const place = state.trail.findLast(screen => 'host' in screen);
	const host = place && 'host' in place ? place.host : undefined;
	return host === undefined
		? [...state.pulls.registries.values()].some(
				({state: known}) => known === 'known',
			)
		: hasPulls(state, host);
};

/** Days of pulls that count. */
export const selectWindow = ({pulls}: State): number =>
	pulls.choice?.windowDays ?? 0;

const mergeWith = remember(
	(_whole: PullsReading) => new WeakMap<PullsReading, PullsReading>(),
);

/** What the sources of both kinds told, as one; the same object for the same two. */
const mergeReadings = (
	whole: PullsReading,
	part: PullsReading | undefined,
): PullsReading => {
	if (!part || part.sources.length === 0) {
		return whole;
	}

	const merged = mergeWith(whole);
	const known = merged.get(part) ?? {
		tallies: [...whole.tallies, ...part.tallies],
		sources: [...whole.sources, ...part.sources],
	};
	merged.set(part, known);
	return known;
};

const isBeingRead = (part: PullsPart | undefined): boolean =>
	part?.progress.state === 'loading';

/** What was read for a repository, and whether more is coming. */
export const selectPullsReading = (
	state: State,
	{host, repository}: {readonly host: string; readonly repository?: string},
): {readonly reading: PullsReading; readonly isLoading: boolean} => {
	const known = findPulls(state, host);
	const part =
		repository === undefined ? undefined : known?.repositories.get(repository);
	return known
		? {
				reading: mergeReadings(known.whole.reading, part?.reading),
				isLoading: isBeingRead(known.whole) || isBeingRead(part),
			}
		: {reading: {tallies: [], sources: []}, isLoading: false};
};

type Slot = {
	readonly made: readonly unknown[];
	readonly pulls: RepositoryPulls;
};

const slots = remember((_reading: PullsReading) => new Map<string, Slot>());

const describeIncomplete = (
	{reading, gaps}: RepositoryState,
	isLoading: boolean,
): string | undefined => {
	if (isLoading) {
		return 'still being asked';
	}

	if (reading.state !== 'complete') {
		return 'still being read';
	}

	return gaps.length > 0 ? 'not everything could be read' : undefined;
};

/** Who pulled what in a repository, as far as both have been read; matched once for each reading of either. `undefined` where there is no source. */
export const selectPulls = (
	state: State,
	place: Place,
): RepositoryPulls | undefined => {
	const {choice} = state.pulls;
	const {host, repository} = place;
	if (!choice || !hasPulls(state, host)) {
		return undefined;
	}

	const {reading, isLoading} = selectPullsReading(state, place);
	const known = findRepository(state, host, repository);
	const {records} = known;
	const incomplete = describeIncomplete(known, isLoading);
	// The window moves on in the course of hours.
	const {accepted, windowDays} = choice;
	const made = [
		records,
		accepted,
		windowDays,
		incomplete,
		Math.floor(state.now / hour),
	];
	const key = repositoryKey(host, repository);
	const slot = slots(reading).get(key);
	if (slot?.made.every((part, index) => part === made[index])) {
		return slot.pulls;
	}

	const pulls = matchPulls(
		reading,
		{host, repository, records, incomplete},
		{accepted, windowDays, now: state.now},
	);
	slots(reading).set(key, {made, pulls});
	return pulls;
};

/** Whether what is not known of the pulls in a repository may be known soon. */
export const arePullsComing = (state: State, place: Place): boolean => {
	const {reading} = findRepository(state, place.host, place.repository);
	return (
		reading.state === 'loading' ||
		reading.state === 'idle' ||
		selectPullsReading(state, place).isLoading
	);
};

const sparklines = remember(
	(_pulls: RepositoryPulls) => new Map<string, string>(),
);

/** The pulls in the window as a line of so many bars: of one digest, or of the whole repository. Drawn once for each matching. */
export const selectSparkline = (
	pulls: RepositoryPulls,
	digest: Digest | undefined,
	width: number,
): string => {
	const key = `${width} ${digest ?? ''}`;
	const known = sparklines(pulls);
	let line = known.get(key);
	if (line === undefined) {
		const {days} = digest === undefined ? pulls.total : pulls.historyOf(digest);
		line = drawSparkline(bucketDays(days, width));
		known.set(key, line);
	}

	return line;
};
