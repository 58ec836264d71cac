const dash = 0x2d;
const colon = 0x3a;
const dot = 0x2e;
const zero = 0x30;
const letterT = 0x54;
const letterZ = 0x5a;
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const shortestTime = 20;

/** The number that two digits make; NaN where they are none. */
const twoDigits = (bytes: Uint8Array, at: number): number => {
	const tens = (bytes[at] ?? 0) - zero;
	const ones = (bytes[at + 1] ?? 0) - zero;
	return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9
		? tens * 10 + ones
		: Number.NaN;
};

/** Milliseconds that a fraction of a second and the Z behind it make; NaN where they are written otherwise. */
const readFraction = (bytes: Uint8Array, at: number, end: number): number => {
	if (at === end - 1 && bytes[at] === letterZ) {
		return 0;
	}

	const digits = end - at - 2;
	if (
		bytes[at] !== dot ||
		bytes[end - 1] !== letterZ ||
		digits < 1 ||
		digits > 9
	) {
		return Number.NaN;
	}

	let milliseconds = 0;
	let weight = 100;
	for (let index = at + 1; index < end - 1; index++) {
		const digit = (bytes[index] ?? 0) - zero;
		if (digit < 0 || digit > 9) {
			return Number.NaN;
		}

		milliseconds += index < at + 4 ? digit * weight : 0;
		weight /= 10;
	}

	return milliseconds;
};

// Logs stay on one day for long.
let knownDate = 0;
let knownMidnight = Number.NaN;

const readDate = (bytes: Uint8Array, at: number): number => {
	const year = twoDigits(bytes, at) * 100 + twoDigits(bytes, at + 2);
	const month = twoDigits(bytes, at + 5);
	const day = twoDigits(bytes, at + 8);
	const date = year * 10_000 + month * 100 + day;
	if (date !== knownDate) {
		const midnight = new Date(Date.UTC(year, month - 1, day));
		// The years before may be times that mean never.
		const isDate =
			year > 1970 &&
			midnight.getUTCMonth() === month - 1 &&
			midnight.getUTCDate() === day;
		knownDate = date;
		knownMidnight = isDate ? midnight.getTime() : Number.NaN;
	}

	return knownMidnight;
};

/**
The time that bytes spell in the one form that is usual in logs, `2025-01-30T14:19:15.1931730Z` with 1 to 9 digits or none behind the point: milliseconds since 1970, cut. NaN for everything else, which `readTime` may know.
*/
export const readTimeBytes = (
	bytes: Uint8Array,
	start: number,
	end: number,
): number => {
	if (
		end - start < shortestTime ||
		bytes[start + 4] !== dash ||
		bytes[start + 7] !== dash ||
		bytes[start + 10] !== letterT ||
		bytes[start + 13] !== colon ||
		bytes[start + 16] !== colon
	) {
		return Number.NaN;
	}

	const hours = twoDigits(bytes, start + 11);
	const minutes = twoDigits(bytes, start + 14);
	const seconds = twoDigits(bytes, start + 17);
	return hours < 24 && minutes < 60 && seconds < 60
		? readDate(bytes, start) +
				hours * hour +
				minutes * minute +
				seconds * second +
				readFraction(bytes, start + 19, end)
		: Number.NaN;
};
