/**
A moment as a log tells it: milliseconds since 1970, `undefined` for the values by which systems say *never*, or `malformed` for what is no time.
*/
export type MomentRead = number | 'malformed' | undefined;

const day = 24 * 60 * 60 * 1000;
const minute = 60 * 1000;

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

/** ISO 8601 and its relatives; without a zone it is UTC, as BigQuery's command line leaves it out. */
const isoPattern =
	/^(?<year>\d{4})-(?<month>\d\d)-(?<date>\d\d)[ T](?<hour>\d\d):(?<minutes>\d\d)(?::(?<seconds>\d\d)(?:\.(?<fraction>\d{1,9}))?)?\s?(?<zone>Z|UTC|[+\-]\d\d(?::?\d\d)?)?$/iv;

/** `05/19/19 18:49`, what `date +'%D %R'` prints: the month first, UTC. */
const dateCommandPattern =
	/^(?<month>\d\d)\/(?<date>\d\d)\/(?<year>\d\d) (?<hour>\d\d):(?<minutes>\d\d)(?::(?<seconds>\d\d))?$/v;

/** `11/Sep/2025:08:01:26 +0000`, of the combined log format. */
const combinedPattern =
	/^(?<date>\d\d)\/(?<monthName>[a-z]{3})\/(?<year>\d{4}):(?<hour>\d\d):(?<minutes>\d\d):(?<seconds>\d\d) (?<zone>[+\-]\d{4})$/iv;

const patterns = [isoPattern, dateCommandPattern, combinedPattern];

/** A number of seconds, `1.558291766787464E9` or `1558291766.787`, and whole numbers of seconds or of smaller parts. */
const numberPattern = /^-?\d+(?:\.\d+)?(?:e\+?\d{1,2})?$/iv;

const neverTexts: ReadonlySet<string> = new Set(['', '<nil>', 'null', '0']);

/** Everything up to the first day of 1970 is a zero that somebody's clock or library has written. */
const orNever = (milliseconds: number): MomentRead =>
	milliseconds < day ? undefined : milliseconds;

/** Milliseconds, by which unit a number of this size must have: seconds until the year 5138, milliseconds, microseconds or nanoseconds from 1973 on. */
const scale = (value: number): number => {
	const size = Math.abs(value);
	return size < 1e11
		? value * 1000
		: size < 1e14
			? value
			: size < 1e17
				? value / 1000
				: value / 1e6;
};

const readNumber = (value: number): MomentRead =>
	Number.isFinite(value) ? orNever(Math.floor(scale(value))) : 'malformed';

/** Minutes that a zone is ahead of UTC; `undefined` where there is no such zone. */
const readZone = (zone: string): number | undefined => {
	if (/^(?:z|utc)?$/iv.test(zone)) {
		return 0;
	}

	const hours = Number(zone.slice(1, 3));
	const minutes = Number(zone.slice(3).replace(':', '') || 0);
	return hours > 23 || minutes > 59
		? undefined
		: (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
};

const readParts = (
	groups: Readonly<Record<string, string | undefined>>,
): MomentRead => {
	const part = (name: string): number => Number(groups[name] ?? 0);
	const yearText = groups['year'] ?? '';
	const year = Number(yearText) + (yearText.length === 2 ? 2000 : 0);
	const month =
		groups['monthName'] === undefined
			? part('month')
			: months.indexOf(groups['monthName'].toLowerCase()) + 1;
	const zone = readZone(groups['zone'] ?? '');
	const midnight = new Date(0);
	midnight.setUTCFullYear(year, month - 1, part('date'));
	// A leap second is the one that follows it.
	if (
		month < 1 ||
		midnight.getUTCMonth() !== month - 1 ||
		midnight.getUTCDate() !== part('date') ||
		part('hour') > 23 ||
		part('minutes') > 59 ||
		part('seconds') > 60 ||
		zone === undefined
	) {
		return 'malformed';
	}

	return orNever(
		midnight.getTime() +
			(part('hour') * 60 + part('minutes') - zone) * minute +
			part('seconds') * 1000 +
			Number((groups['fraction'] ?? '').padEnd(3, '0').slice(0, 3)),
	);
};

/**
The moment that a log's text or number means, cut to milliseconds.

It is parsed by hand, because `Date` takes a text without a zone for local time.
*/
export const readTime = (value: unknown): MomentRead => {
	if (value === null || value === undefined) {
		return undefined;
	}

	if (typeof value === 'number') {
		return readNumber(value);
	}

	if (typeof value !== 'string') {
		return 'malformed';
	}

	const text = value.trim();
	if (neverTexts.has(text)) {
		return undefined;
	}

	if (numberPattern.test(text)) {
		return readNumber(Number(text));
	}

	for (const pattern of patterns) {
		const groups = pattern.exec(text)?.groups;
		if (groups) {
			return readParts(groups);
		}
	}

	return 'malformed';
};
