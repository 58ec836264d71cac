import {
	type EmbeddedRegistry,
	startEmbeddedRegistry,
} from './embedded-registry.js';
import {buildSampleWorld} from './sample-world.js';

/** Starts the embedded registry with the sample world as of `now`, milliseconds since 1970. Nothing in it is real, and deletes work. */
export const startDemo = async (now: number): Promise<EmbeddedRegistry> =>
	startEmbeddedRegistry({
		content: buildSampleWorld({now: new Date(now)}),
		deletes: 'enabled',
		latency: 4,
	});
