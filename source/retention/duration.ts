/** A span back from now, as the operator wrote it: `30d`, `12w`, `6mo`. */
export type Duration = {
	/** At least 1. */
	readonly amount: number;
	readonly unit: 'h' | 'd' | 'w' | 'mo' | 'y';
};

const units: ReadonlyArray<Duration['unit']> = ['h', 'd', 'w', 'mo', 'y'];
const pattern = /^(?<amount>[1-9]\d{0,5})(?<unit>h|d|w|mo|y)$/;
const hour = 60 * 60 * 1000;
const day = 24 * hour;
/** Further back than any image lies; what is longer is a slip of the hand, and elsewhere it wrapped round and matched everything. */
const longest = 100 * 366 * day;

/** What a duration must look like, for sentences. */
export const durationExamples = '12h, 30d, 12w, 6mo or 2y';

/** Reads a duration; `undefined` where it is none, is zero, or is longer than a hundred years. */
export const parseDuration = (text: string): Duration | undefined => {
	const {amount, unit: written} = pattern.exec(text)?.groups ?? {};
	const unit = units.find(name => name === written);
	if (amount === undefined || unit === undefined) {
		return undefined;
	}

	const duration = {amount: Number(amount), unit};
	return lengthAtMost(duration) > longest ? undefined : duration;
};

/** Milliseconds, the longest that it can be: months and years differ. */
const lengthAtMost = ({amount, unit}: Duration): number => {
	const lengths = {h: hour, d: day, w: 7 * day, mo: 31 * day, y: 366 * day};
	return amount * lengths[unit];
};

/** The moment so long before `now`; both milliseconds since 1970. Months and years go by the calendar, in UTC; a day that a month lacks becomes its last. */
export const momentBefore = ({amount, unit}: Duration, now: number): number => {
	if (unit !== 'mo' && unit !== 'y') {
		return now - lengthAtMost({amount, unit});
	}

	const then = new Date(now);
	const date = then.getUTCDate();
	then.setUTCDate(1);
	then.setUTCMonth(then.getUTCMonth() - (unit === 'mo' ? amount : 12 * amount));
	const last = new Date(
		Date.UTC(then.getUTCFullYear(), then.getUTCMonth() + 1, 0),
	).getUTCDate();
	then.setUTCDate(Math.min(date, last));
	return then.getTime();
};

/** Whole days that hold the duration. */
export const countDays = (duration: Duration, now: number): number =>
	Math.ceil((now - momentBefore(duration, now)) / day);

/** As the operator writes it. */
export const formatDuration = ({amount, unit}: Duration): string =>
	`${amount}${unit}`;
