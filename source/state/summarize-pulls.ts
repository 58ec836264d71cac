import {isAcceptedPullGap} from '../evidence/judge-pull-sources.js';
import type {PullSource} from '../evidence/pull.js';
import {formatBytes} from '../text/quantities.js';
import {selectPullsReading} from './select-pulls.js';
import {currentScreen, type State} from './state.js';

/** The registry, and where one is open the repository, that the screens are about. */
export const selectPullsPlace = (
	state: State,
): {readonly host: string; readonly repository?: string} | undefined => {
	const screen = currentScreen(state);
	const place = state.trail.findLast(
		each => 'host' in each && each.kind !== 'text',
	);
	if (screen.kind === 'review') {
		const host = screen.plans[screen.current]?.registry;
		return host === undefined ? undefined : {host};
	}

	if (!place || !('host' in place)) {
		return undefined;
	}

	return 'repository' in place && place.repository !== undefined
		? {host: place.host, repository: place.repository}
		: {host: place.host};
};

/** A moment in few characters: the time where it is today, else the day. UTC. */
export const formatMoment = (time: number, now: number): string => {
	const [day = '', clock = ''] = new Date(time).toISOString().split('T');
	return new Date(now).toISOString().startsWith(day)
		? `${clock.slice(0, 5)} UTC`
		: day;
};

/** How far a reading is, in bytes: `34% of 1.2 GB`. */
export const describeProgress = (
	sources: readonly PullSource[],
): string | undefined => {
	let done = 0;
	let total = 0;
	for (const {progress} of sources) {
		done += progress?.done ?? 0;
		total += progress?.total ?? 0;
	}

	return total === 0
		? undefined
		: `${Math.min(100, Math.floor((done / total) * 100))}% of ${formatBytes(total)}`;
};

/** Below so many columns the reason is only a key away. */
const narrow = 100;

/** How far the evidence on pulls reaches, in a few words: `pulls 90d to 12:04 UTC`; an empty text where there is no source. */
export const summarizePulls = (state: State): string => {
	const place = selectPullsPlace(state);
	const known = place && state.pulls.registries.get(place.host);
	const {choice} = state.pulls;
	if (!place || !choice || known?.state !== 'known') {
		return '';
	}

	const isShort = state.size.columns < narrow;
	const {reading, isLoading} = selectPullsReading(state, place);
	if (isLoading) {
		return `pulls: ${describeProgress(reading.sources) ?? 'asking…'}`;
	}

	const read = reading.sources.filter(source => source.state === 'read');
	const to = Math.max(
		...read.map(({covers, readAt}) => covers?.to ?? readAt ?? -Infinity),
	);
	if (!Number.isFinite(to)) {
		const costs = reading.sources.some(({state: each}) => each === 'costs');
		return costs
			? `pulls cost: c${isShort ? '' : ' says how much'}`
			: `pulls unknown: c${isShort ? '' : ' says why'}`;
	}

	const isWhole =
		read.length === reading.sources.length &&
		read.every(source =>
			source.gaps.every(gap => isAcceptedPullGap(source, gap, choice.accepted)),
		);
	const window = `pulls ${choice.windowDays}d`;
	if (!isWhole) {
		return `${window} in part: c${isShort ? '' : ' says why'}`;
	}

	return `${window} to ${formatMoment(to, state.now)}`;
};
