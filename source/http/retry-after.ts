/** The longest that a server can make jetsam wait for one request, in milliseconds. */
export const longestWait = 5 * 60 * 1000;

/**
The moment until which a reply asks to wait, milliseconds since 1970: Retry-After as seconds or as a date, or X-Retry-After as seconds since 1970.
`undefined` where it asks for nothing that can be read.
@see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
*/
export const readRetryMoment = (
	headers: Readonly<Record<string, string | string[] | undefined>>,
	now: number,
): number | undefined => {
	const value = readOne(headers['retry-after']);
	const moment =
		value === undefined
			? Number(readOne(headers['x-retry-after']) ?? Number.NaN) * 1000
			: /^\d+$/.test(value)
				? now + Number(value) * 1000
				: Date.parse(value);
	return Number.isFinite(moment) ? moment : undefined;
};

/** Milliseconds that a reply asks to wait, no more than the longest that it can; `undefined` as in `readRetryMoment`. */
export const parseRetryAfter = (
	headers: Readonly<Record<string, string | string[] | undefined>>,
	now: number,
): number | undefined => {
	const moment = readRetryMoment(headers, now);
	return moment === undefined
		? undefined
		: Math.min(Math.max(moment - now, 0), longestWait);
};

const readOne = (value: string | string[] | undefined): string | undefined =>
	Array.isArray(value) ? value[0] : value;
