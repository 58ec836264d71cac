import prettyBytes from 'pretty-bytes';

/** Bytes for people, in powers of 1000: `182 MB`; an empty text while they are unknown. */
export const formatBytes = (bytes: number | undefined): string =>
	bytes === undefined
		? ''
		: prettyBytes(bytes, {
				maximumFractionDigits: bytes < 10_000_000_000 ? 0 : 1,
			});

const hour = 60 * 60 * 1000;
const day = 24 * hour;

/** The age of a moment in one or two characters and a unit: `5m`, `3h`, `61d`, `4y`; an empty text where there is no such moment. */
export const formatAge = (iso: string | undefined, now: number): string => {
	const time = Date.parse(iso ?? '');
	if (Number.isNaN(time)) {
		return '';
	}

	const age = Math.max(0, now - time);
	if (age < hour) {
		return `${Math.floor(age / 60_000)}m`;
	}

	if (age < 2 * day) {
		return `${Math.floor(age / hour)}h`;
	}

	return age < 730 * day
		? `${Math.floor(age / day)}d`
		: `${Math.floor(age / (365.25 * day))}y`;
};

/** `1 digest`, `2,400 digests`. */
export const formatCount = (
	count: number,
	one: string,
	many = `${one}s`,
): string => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
