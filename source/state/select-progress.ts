import {formatBytes, formatCount} from '../text/quantities.js';
import {formatTimeLeft} from '../text/time-left.js';
import {shortenDigest} from '../oci/digest.js';
import type {RunScreen} from './state.js';

/** So many steps say how fast a batch goes, and no fewer. */
const fewestMeasured = 5;

/** Steps a second since the batch began or went on again; `undefined` while too few have ended to say so. */
export const selectRate = ({outcomes, pace}: RunScreen): number | undefined => {
	const ended = pace ? outcomes.length - pace.ended : 0;
	const milliseconds = pace ? pace.last - pace.since : 0;
	return ended >= fewestMeasured && milliseconds > 0
		? (ended * 1000) / milliseconds
		: undefined;
};

/** Bytes that what has gone held; an index counts with its children, and what others share is not taken off. */
const sumGone = ({outcomes}: RunScreen): number => {
	let bytes = 0;
	for (const {step, outcome} of outcomes) {
		if (outcome.kind === 'deleted' && step.goesWith === undefined) {
			bytes += step.onlyTag === undefined ? (step.size ?? 0) : 0;
		}
	}

	return bytes;
};

/** How far a batch under way has come, in a line. Foreign in part. */
export const describeProgress = (screen: RunScreen): string => {
	const {state, total, outcomes, current} = screen;
	const left = total - outcomes.length;
	if (state === 'paused') {
		return `Paused: what was under way ends, and nothing new is sent. ${left.toLocaleString('en')} left; p goes on.`;
	}

	const rate = selectRate(screen);
	const bytes = sumGone(screen);
	const parts = [
		`${formatCount(left, 'step')} left`,
		...(rate === undefined || left === 0
			? []
			: [
					`${rate < 10 ? rate.toFixed(1) : Math.round(rate).toLocaleString('en')} a second`,
					`about ${formatTimeLeft(left / rate)}`,
				]),
		...(bytes === 0 ? [] : [`${formatBytes(bytes)} gone at most`]),
		...(current
			? [`now ${shortenDigest(current.digest)} in ${current.repository}`]
			: []),
	];
	return parts.join(', ');
};
