import path from 'node:path';
import type {AggregateCache} from '../caches.js';
import type {DemoPulls} from '../demo/start-demo-pulls.js';
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

/** The notifications of the demo's registry, which are written when somebody first asks. */
export const openDemoReader = async (
	{host, pulls}: {readonly host: string; readonly pulls: DemoPulls},
	surroundings: ReaderSurroundings,
): Promise<PullReader> => {
	const named = {
		name: 'distribution-events:demo',
		kind: 'distribution-events',
		engine: 'files',
		host,
		declared: {from: pulls.from, to: pulls.to},
		anonymousReadsAreRefused: false,
	} as const;
	return {
		name: named.name,
		scope: 'registry',
		isFor: asked => asked === host,
		async read(...request) {
			const where = await pulls.write();
			const [reader] = await openReaders([{...named, where}], surroundings);
			if (!reader) {
				throw new Error('The demo has no reader.');
			}

			return reader.read(...request);
		},
	};
};
