/*
A process of its own, bundled as jetsam is: reads the logs in a folder once and prints what they came to, what that took of time and how much memory it took at most.

Arguments: the kind of the logs, the folder, the registry, and perhaps a folder for what is kept.
*/
import process from 'node:process';
import {createAcrFormat} from '../../../source/pulls/acr-events.js';
import {createLogFilesReader} from '../../../source/pulls/engines/read-log-files.js';
import {createGcsUsageFormat} from '../../../source/pulls/gcs-usage.js';
import {usualApartAgents} from '../../../source/pulls/tally-book.js';
import {
	createPullCache,
	mostPullBytes,
} from '../../../source/storage/pull-cache.js';

const [kind = '', where = '', host = '', kept] = process.argv.slice(2);
const now = () => Date.now();
const reader = createLogFilesReader({
	name: 'logs',
	where,
	format: kind === 'acr-events' ? createAcrFormat() : createGcsUsageFormat(),
	host: undefined,
	declared: {from: undefined, to: undefined},
	apartAgents: usualApartAgents,
	clock: {now},
	cache:
		kept === undefined
			? undefined
			: createPullCache({folder: kept, most: mostPullBytes, now}),
});
const began = performance.now();
const {source, tallies} = await reader.read(
	{
		host,
		repository: undefined,
		window: {from: 0, to: now()},
		isAgreed: true,
	},
	{tell: () => undefined, signal: new AbortController().signal},
);
let pulls = 0;
for (const {days} of tallies) {
	for (const count of days.values()) {
		pulls += count;
	}
}

console.log(
	JSON.stringify({
		milliseconds: performance.now() - began,
		pulls,
		skipped: source.skipped,
		// Kilobytes.
		most: process.resourceUsage().maxRSS * 1024,
	}),
);
