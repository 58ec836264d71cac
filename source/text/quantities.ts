import prettyBytes from 'pretty-bytes';

// Formatting one costs as much as drawing a cell, and a frame has a size on every row.
const byteTexts = new Map<number, string>();
const mostByteTexts = 2000;

/** Bytes for people, in powers of 1000, cut and not rounded: `182 MB`, `1.9 GB`; an empty text while they are unknown. */
export const formatBytes = (bytes: number | undefined): string => {
	if (bytes === undefined) {
		return '';
	}

	const known = byteTexts.get(bytes);
	if (known !== undefined) {
		return known;
	}

	const text = prettyBytes(bytes, {
		maximumFractionDigits: bytes < 1_000_000_000 ? 0 : 1,
	});
	if (byteTexts.size >= mostByteTexts) {
		byteTexts.clear();
	}

	byteTexts.set(bytes, text);
	return text;
};

const hour = 60 * 60 * 1000;
const day = 24 * hour;
const year = 365.25 * day;

/**
The age of a moment in one or two characters and a unit: `5m`, `3h`, `61d`, `4y`; an empty text where there is no such moment.
@param moment - ISO 8601, or milliseconds since 1970.
*/
export const formatAge = (
	moment: string | number | undefined,
	now: number,
): string => {
	const time = typeof moment === 'number' ? moment : Date.parse(moment ?? '');
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

	return age < 2 * year
		? `${Math.floor(age / day)}d`
		: `${Math.floor(age / year)}y`;
};

/** How often a day, for people: `12/day`, `0.4/day`, `<0.1/day`. */
export const formatRate = (perDay: number): string => {
	if (perDay > 0 && perDay < 0.1) {
		return '<0.1/day';
	}

	const text = perDay.toLocaleString('en', {
		maximumFractionDigits: perDay < 10 ? 1 : 0,
	});
	return `${text}/day`;
};

/** `1 digest`, `2,400 digests`. */
export const formatCount = (
	count: number,
	one: string,
	many = `${one}s`,
): string => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

const byteUnits: Readonly<Record<string, number>> = {
	b: 1,
	kb: 1e3,
	mb: 1e6,
	gb: 1e9,
	tb: 1e12,
	kib: 2 ** 10,
	mib: 2 ** 20,
	gib: 2 ** 30,
	tib: 2 ** 40,
};

/** Bytes from a text such as `1.5GB` or `100kB`, in powers of 1000 as they are printed, or `10GiB`; `undefined` where it is no such text. */
export const parseBytes = (text: string): number | undefined => {
	const {number, unit} =
		/^(?<number>\d+(?:\.\d+)?)(?<unit>[kmgt]?i?b)$/i.exec(text)?.groups ?? {};
	const factor = byteUnits[unit?.toLowerCase() ?? ''];
	return factor === undefined ? undefined : Number(number) * factor;
};

const ageUnits: Readonly<Record<string, number>> = {
	m: 60_000,
	h: hour,
	d: day,
	w: 7 * day,
	y: year,
};

/** Milliseconds from an age as it is printed, such as `30d`, `12h` or `2y`; `undefined` where it is no such text. */
export const parseAge = (text: string): number | undefined => {
	const {number, unit} =
		/^(?<number>\d+(?:\.\d+)?)(?<unit>[mhdwy])$/i.exec(text)?.groups ?? {};
	const factor = ageUnits[unit?.toLowerCase() ?? ''];
	return factor === undefined ? undefined : Number(number) * factor;
};
