import {readMoment} from '../evidence/moment.js';
import {momentBefore, parseDuration} from '../retention/duration.js';
import {parseAge, parseBytes} from '../text/quantities.js';
import {wrongUsage} from './wrong-usage.js';

// The values of options; each throws `UserError` with exit code 2 where a text is none.

const day = 24 * 60 * 60 * 1000;

/** The days of `--remove-older`, for example `30d`. */
export const parseRemoveOlder = (
	text: string | undefined,
): number | undefined => {
	if (text === undefined) {
		return undefined;
	}

	const days = /^(?<days>\d{1,5})d$/.exec(text)?.groups?.['days'];
	if (days === undefined) {
		throw wrongUsage(
			`"${text}" is no number of days.`,
			'Write for example: jetsam batches --remove-older 30d',
		);
	}

	return Number(days);
};

/** The days of `--window`, from 1 to 3650. */
export const parseWindow = (text: string | undefined): number | undefined => {
	if (text === undefined) {
		return undefined;
	}

	const days = Math.floor((parseAge(text) ?? 0) / day);
	if (days < 1 || days > 3650) {
		throw wrongUsage(
			`--window ${text} is no time from 1 to 3650 days.`,
			'Write for example: --window 90d',
		);
	}

	return days;
};

/** The moment of `--since` in milliseconds since 1970: a day in UTC, a time that names its zone, or an age. Throws `UserError` where it is none, or still to come. */
export const parseSince = (
	text: string | undefined,
	now: number,
): number | undefined => {
	if (text === undefined) {
		return undefined;
	}

	const age = parseDuration(text);
	const moment = age
		? momentBefore(age, now)
		: readMoment(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);
	if (moment === undefined || moment > now) {
		throw wrongUsage(
			`--since ${text} is no time in the past.`,
			'Write for example: --since 7d, --since 2026-11-01 or --since 2026-11-01T08:00:00Z',
		);
	}

	return moment;
};

/** The bytes of `--max-bytes`: digits, or `10GiB`. */
export const parseMaxBytes = (text: string | undefined): number | undefined => {
	if (text === undefined) {
		return undefined;
	}

	const bytes = /^\d{1,15}$/.test(text) ? Number(text) : parseBytes(text);
	if (bytes === undefined) {
		throw wrongUsage(
			`--max-bytes ${text} is no number of bytes.`,
			'Write for example: --max-bytes 10GiB',
		);
	}

	return bytes;
};

/** A broker's address; one with a login is refused without repeating it, for the list of processes and the shell's history show it. */
export const parseBroker = (text: string | undefined): string | undefined => {
	if (text === undefined) {
		return undefined;
	}

	const url = URL.canParse(text) ? new URL(text) : undefined;
	if (url ? url.username !== '' || url.password !== '' : text.includes('@')) {
		throw wrongUsage(
			'The address after --mqtt has a login in it, which every program on this machine can read.',
			'Leave it out, and set JETSAM_MQTT_USERNAME and JETSAM_MQTT_PASSWORD.',
		);
	}

	if (
		!url ||
		!/^mqtts?:$/.test(url.protocol) ||
		url.hostname === '' ||
		!/^\/?$/.test(url.pathname + url.search + url.hash)
	) {
		throw wrongUsage(
			`--mqtt ${text} is no address of a broker.`,
			'Write for example: --mqtt mqtts://broker.example.com:8883',
		);
	}

	return text;
};
