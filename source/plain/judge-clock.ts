import {blame, type DoctorCheck, tell} from './doctor-check.js';

const second = 1000;
/** Milliseconds. Servers that sign tokens forgive about as much. */
const mostSkew = 60 * second;

const formatSkew = (milliseconds: number): string => {
	const seconds = Math.round(Math.abs(milliseconds) / second);
	return seconds < 120
		? `${seconds} s`
		: seconds < 2 * 60 * 60
			? `${Math.round(seconds / 60)} minutes`
			: seconds < 2 * 24 * 60 * 60
				? `${Math.round(seconds / 60 / 60)} hours`
				: `${Math.round(seconds / 24 / 60 / 60)} days`;
};

/**
Whether another clock and this machine's tell the same time.
@param skew - Milliseconds by which the other one is ahead; `undefined` where it did not tell.
*/
export const judgeClock = (
	name: string,
	skew: number | undefined,
): DoctorCheck => {
	if (skew === undefined) {
		return tell('clock', `${name} does not tell its time.`, 'unknown');
	}

	return Math.abs(skew) <= mostSkew
		? tell(
				'clock',
				`Its clock and this machine's are ${formatSkew(skew)} apart.`,
			)
		: blame('clock', {
				message: `The clock of ${name} is ${formatSkew(skew)} ${skew > 0 ? 'ahead of' : 'behind'} this machine's.`,
				remedy:
					'Set the one that is wrong: ages are counted by them, and tokens are refused.',
			});
};
