import path from 'node:path';
import type {AggregateCache} from '../caches.js';
import type {DemoLog, DemoPulls} from '../demo/start-demo-pulls.js';
import type {AskedSource} from '../pulls/name-source.js';
import type {PullReader} from '../pulls/pull-reader.js';
import {openReader, type ReaderSurroundings} from './open-reader.js';

const openCounts = async ({
	folders,
	clock,
}: ReaderSurroundings): Promise<AggregateCache> => {
	const {createPullCache, mostPullBytes} =
		await import('../storage/pull-cache.js');
	return createPullCache({
		folder: path.join(folders.cache, 'pulls'),
		most: mostPullBytes,
		now: clock.now,
	});
};

/**
The readers of the sources that were named, each for the registry that it was saved for, or for any.

What an engine needs is loaded only where a source is of that engine. Throws `UserError` with exit code 2 where a place is none.
*/
export const openReaders = async (
	sources: readonly AskedSource[],
	surroundings: ReaderSurroundings,
): Promise<readonly PullReader[]> => {
	const {usualApartAgents} = await import('../pulls/tally-book.js');
	const counts = surroundings.keepsCounts
		? await openCounts(surroundings)
		: undefined;
	const {apartAgents = usualApartAgents} = surroundings;
	return Promise.all(
		sources.map(async asked => {
			const reader = await openReader({
				...surroundings,
				asked,
				apartAgents,
				counts,
			});
			return {
				...reader,
				isFor: (host: string) =>
					(asked.host === undefined || asked.host === host) &&
					reader.isFor(host),
			};
		}),
	);
};

/** The logs of the demo, which are written when somebody first asks. */
export const openDemoReaders = (
	{host, pulls}: {readonly host: string; readonly pulls: DemoPulls},
	surroundings: ReaderSurroundings,
): readonly PullReader[] => {
	const open = (
		kind: 'distribution-events' | 'kubernetes-events',
		log: DemoLog,
		isFor: (asked: string) => boolean,
	): PullReader => ({
		name: `${kind}:demo`,
		scope: 'registry',
		isFor,
		async read(...request) {
			const asked: AskedSource = {
				name: `${kind}:demo`,
				kind,
				engine: 'files',
				host: undefined,
				where: await log.write(),
				declared: {from: log.from, to: log.to},
				anonymousReadsAreRefused: false,
			};
			const [reader] = await openReaders([asked], surroundings);
			if (!reader) {
				throw new Error('The demo has no reader.');
			}

			return reader.read(...request);
		},
	});
	return [
		open('distribution-events', pulls.notifications, asked => asked === host),
		open('kubernetes-events', pulls.events, asked => asked !== host),
	];
};
