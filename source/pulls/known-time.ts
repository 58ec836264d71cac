import {readTime} from './read-time.js';

/** The moment that a log's value means, milliseconds since 1970; `undefined` where it is none, or stands for never. */
export const readKnownTime = (value: unknown): number | undefined => {
	const time = readTime(value);
	return time === 'malformed' ? undefined : time;
};
