import type {CopyProgress} from '../copy/copy-meter.js';
import {formatBytes} from '../text/quantities.js';
import {formatTimeLeft} from '../text/time-left.js';

/** How far a copy is, in a line. */
export const describeCopyProgress = ({
	sent,
	there,
	rate,
	secondsLeft,
}: CopyProgress): string =>
	[
		`${formatBytes(sent)} sent`,
		...(rate === undefined ? [] : [`${formatBytes(rate)}/s`]),
		`${formatBytes(there)} there already`,
		...(secondsLeft === undefined || secondsLeft === 0
			? []
			: [`about ${formatTimeLeft(secondsLeft)} left`]),
	].join(', ');
