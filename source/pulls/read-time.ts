/** Milliseconds since 1970 of a UTC time, `undefined` where a part is out of its range. */
const toTime = (
	parts: readonly number[],
	fraction: string,
): number | undefined => {
	const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] =
		parts;
	const time = Date.UTC(year, month - 1, day, hour, minute, second);
	const date = new Date(time);
	return date.getUTCMonth() === month - 1 && hour < 25 && minute < 60
		? time + Math.floor(Number(`0.${fraction || 0}`) * 1000)
		: undefined;
};

const isoPattern =
	/^(\d{4})-(\d\d)-(\d\d)(?:[t ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?\s*(z|utc|[+-]\d\d:?\d\d)?$/i;

/** Milliseconds since 1970 of a time as logs write it: ISO 8601 with any fraction, UTC where no zone is named. `undefined` for none and for the times that mean never. */
export const readTime = (value: unknown): number | undefined => {
	if (typeof value !== 'string') {
		return undefined;
	}

	const match = isoPattern.exec(value.trim());
	if (match === null) {
		return undefined;
	}

	const [, ...groups] = match;
	const zone = groups[7] ?? '';
	const time = toTime(
		groups.slice(0, 6).map(part => Number(part ?? 0)),
		groups[6] ?? '',
	);
	if (time === undefined) {
		return undefined;
	}

	const [, sign, hours = 0, minutes = 0] =
		/^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
	const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
	const result = sign === '-' ? time + offset : time - offset;
	return result > 0 ? result : undefined;
};
