import {createManifestSource} from '../manifest-source.js';
import type {Speak} from './dialect.js';

// The most that distribution allows in one page.
const catalogPath = '/v2/_catalog?n=1000';

/** Nothing but the distribution API. */
export const speakDistribution: Speak = client => ({
	listRepositories(signal) {
		return createManifestSource(client).listNames(
			catalogPath,
			'repositories',
			signal,
		);
	},
});
