import {
	type EmbeddedRegistry,
	type RegistryDialect,
	startEmbeddedRegistry,
} from './embedded-registry.js';
import {createRandom, pickInteger} from './random.js';
import {buildSampleWorld} from './sample-world.js';

/** What may be different about a demo. */
export type DemoOptions = {
	/** Milliseconds before each answer; 8 to 30 when left out, so that one sees rows arrive. */
	readonly latency?: number | (() => number) | undefined;
	/** Left out: as docker-registry 2.8. */
	readonly dialect?: RegistryDialect | undefined;
};

/**
Starts the embedded registry with the sample world as of `now`, milliseconds since 1970. Nothing in it is real, and deletes work.

Each repository is built at the first request for it, so that the start does not wait for thousands of digests.
*/
export async function startDemo(
	now: number,
	options?: DemoOptions,
): Promise<EmbeddedRegistry> {
	const random = createRandom('latency');
	const {latency = () => pickInteger(random, 8, 30), dialect} = options ?? {};
	return startEmbeddedRegistry({
		content: buildSampleWorld({
			now: new Date(now),
			referrers: dialect?.referrers === 'served' ? 'untagged' : 'tagged',
		}),
		deletes: 'enabled',
		latency,
		dialect,
	});
}
