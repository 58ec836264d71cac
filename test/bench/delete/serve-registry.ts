/*
A registry that deletes, in a process of its own, so that what it costs does not count as jetsam's. Tells its parent its host and what is to be deleted, and on each message how many requests came since the last one.
*/
import process from 'node:process';
import {addImage} from '../../../source/demo/build-content.js';
import {startEmbeddedRegistry} from '../../../source/demo/embedded-registry.js';
import {createRegistryContent} from '../../../source/demo/registry-content.js';
import {digests, latency, repositories} from './shape.js';

const content = createRegistryContent();
const places: Array<{repository: string; digest: string}> = [];
for (let number = 0; number < repositories; number++) {
	const repository = `bench/app-${number}`;
	for (let image = 0; image <= digests / repositories; image++) {
		const {digest} = addImage(content, repository, {
			tags: [`v${image}`],
			created: new Date(Date.UTC(2026, 0, 1)),
			labels: {name: `${repository} ${image}`},
			layers: [{size: 1_000_000, seed: `${repository} ${image}`}],
		});
		if (image > 0) {
			places.push({repository, digest});
		}
	}
}

const registry = await startEmbeddedRegistry({
	content,
	deletes: 'enabled',
	latency,
});
process.on('message', () => {
	const {requests} = registry;
	process.send?.(requests.length);
	requests.length = 0;
});
process.on('disconnect', () => {
	process.exit();
});
process.send?.({host: registry.host, places});
