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
const twoDigits = (view: DataView, at: number): number => {
	const tens = view.getUint8(at) - zero;
	const ones = view.getUint8(at + 1) - zero;
	return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9
		? tens * 10 + ones
		: Number.NaN;
};

/** Milliseconds that a fraction of a second and the Z behind it make; NaN where they are written otherwise. */
const readFraction = (view: DataView, at: number, end: number): number => {
	if (at === end - 1 && view.getUint8(at) === letterZ) {
		return 0;
	}

	const digits = end - at - 2;
	if (
		view.getUint8(at) !== dot ||
		view.getUint8(end - 1) !== letterZ ||
		digits < 1 ||
		digits > 9
	) {
		return Number.NaN;
	}

	let milliseconds = 0;
	let weight = 100;
	for (let index = at + 1; index < end - 1; index++) {
		const digit = view.getUint8(index) - zero;
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

const readDate = (view: DataView, at: number): number => {
	const year = twoDigits(view, at) * 100 + twoDigits(view, at + 2);
	const month = twoDigits(view, at + 5);
	const day = twoDigits(view, at + 8);
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
	view: DataView,
	start: number,
	end: number,
): number => {
	if (
		end - start < shortestTime ||
		view.getUint8(start + 4) !== dash ||
		view.getUint8(start + 7) !== dash ||
		view.getUint8(start + 10) !== letterT ||
		view.getUint8(start + 13) !== colon ||
		view.getUint8(start + 16) !== colon
	) {
		return Number.NaN;
	}

	const hours = twoDigits(view, start + 11);
	const minutes = twoDigits(view, start + 14);
	const seconds = twoDigits(view, start + 17);
	return hours < 24 && minutes < 60 && seconds < 60
		? readDate(view, start) +
				hours * hour +
				minutes * minute +
				seconds * second +
				readFraction(view, start + 19, end)
		: Number.NaN;
};
