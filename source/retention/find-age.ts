import {parseTime} from '../oci/parse-time.js';
import type {DigestRecord} from '../oci/record.js';
import type {AgeKind} from './rules.js';

/** Builders that want the same bytes each time write 1980, the year 1 or nothing: none of it is a time at which anything was built. */
const earliest = Date.UTC(1981, 0);
/** A clock may run fast by so much, in milliseconds. */
const mostAhead = 24 * 60 * 60 * 1000;

/**
The one kind of time that a repository is judged by; `undefined` where ages are not known there.

Safeguard 10: the registry's own where it keeps any; the builder's only where the operator says so, since an image that was promoted today can have been built years ago.
*/
export const chooseAgeKind = (
	records: Iterable<DigestRecord>,
	asked: AgeKind | undefined,
): AgeKind | undefined => {
	for (const {uploaded} of records) {
		if (uploaded !== undefined) {
			return 'uploaded';
		}
	}

	return asked === 'created' ? 'created' : undefined;
};

/** Milliseconds since 1970; `NaN` where the time is missing or stands for none. */
export const findTime = (
	record: DigestRecord,
	kind: AgeKind | undefined,
	now: number,
): number => {
	const text = kind === undefined ? undefined : record[kind];
	const time = text === undefined ? Number.NaN : parseTime(text);
	return time >= earliest && time <= now + mostAhead ? time : Number.NaN;
};
