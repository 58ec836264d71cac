const pattern =
	/^(?<date>\d{4}-\d\d-\d\d)[t ](?<time>\d\d:\d\d:\d\d)(?:\.(?<fraction>\d+))?(?<zone>z|[+-]\d\d:?\d\d)$/i;

/**
Milliseconds since 1970 of a time that names its zone, ISO 8601 with any fraction, or of a whole number of them.

`undefined` for everything else, and for what stands for *never*: the year 1, 1970 and before.
*/
export const readMoment = (value: unknown): number | undefined => {
	const moment = typeof value === 'number' ? value : parseMoment(value);
	return Number.isSafeInteger(moment) && moment > 0 && moment < 8.64e15
		? moment
		: undefined;
};

const parseMoment = (value: unknown): number => {
	const match = typeof value === 'string' ? pattern.exec(value.trim()) : null;
	if (!match?.groups) {
		// What is made of nothing `Date` may take for a date.
		return Number.NaN;
	}

	const {date, time, fraction = '', zone = ''} = match.groups;
	const milliseconds = fraction.slice(0, 3).padEnd(3, '0');
	const colonZone = zone.toUpperCase().replace(/(?<=\d\d)(?=\d\d$)/, ':');
	return Date.parse(`${date}T${time}.${milliseconds}${colonZone}`);
};
