/* eslint-disable unicorn/prefer-code-point -- digits are one unit each, and there are twenty million of them to read */
/** The number that two digits make; `NaN` where they are none. */
const readTwo = (text: string, at: number): number => {
	const tens = text.charCodeAt(at) - 48;
	const ones = text.charCodeAt(at + 1) - 48;
	return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9
		? 10 * tens + ones
		: Number.NaN;
};

/** Milliseconds of `.123456789Z` from its dot on, of which what is finer is left out; `NaN` where it is none. */
const readFraction = (text: string, at: number): number => {
	const end = text.length - 1;
	if (at === end) {
		return 0;
	}

	if (text[at] !== '.' || at + 1 === end) {
		return Number.NaN;
	}

	let milliseconds = 0;
	let weight = 100;
	for (let next = at + 1; next < end; next++) {
		const digit = text.charCodeAt(next) - 48;
		if (!(digit >= 0 && digit <= 9)) {
			return Number.NaN;
		}

		if (weight >= 1) {
			milliseconds += digit * weight;
			weight /= 10;
		}
	}

	return milliseconds;
};

/** Leap days from the year 1 to the end of a year. */
const countLeapDays = (year: number): number =>
	Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400);

const leapDaysBefore1970 = countLeapDays(1969);
const daysBefore = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/** Days since 1970 of a day in the Gregorian calendar. */
const countDays = (year: number, month: number, day: number): number =>
	365 * (year - 1970) +
	countLeapDays(month > 2 ? year : year - 1) -
	leapDaysBefore1970 +
	daysBefore[month - 1]! +
	day -
	1;

const hasMarks = (text: string): boolean =>
	text[4] === '-' &&
	text[7] === '-' &&
	text[10] === 'T' &&
	text[13] === ':' &&
	text[16] === ':' &&
	text.endsWith('Z');

/** `NaN` for any text but `2026-11-22T09:30:00Z`, with or without a fraction, and for the last days of a month. */
const parsePlainly = (text: string): number => {
	if (text.length < 20 || !hasMarks(text)) {
		return Number.NaN;
	}

	const year = 100 * readTwo(text, 0) + readTwo(text, 2);
	const month = readTwo(text, 5);
	const day = readTwo(text, 8);
	const hours = readTwo(text, 11);
	const minutes = readTwo(text, 14);
	const seconds = readTwo(text, 17);
	return year >= 1 &&
		month >= 1 &&
		month <= 12 &&
		day >= 1 &&
		day <= 28 &&
		hours <= 23 &&
		minutes <= 59 &&
		seconds <= 59
		? ((countDays(year, month, day) * 24 + hours) * 60 + minutes) * 60_000 +
				seconds * 1000 +
				readFraction(text, 19)
		: Number.NaN;
};

/** Milliseconds since 1970 of a time as registries and builders write it; `NaN` where it is none. It says what `Date.parse` says and takes half as long: a registry tells a million of them. */
export const parseTime = (text: string): number => {
	const time = parsePlainly(text);
	return Number.isNaN(time) ? Date.parse(text) : time;
};
