/*
A registry in a process of its own, so that what it costs does not count as jetsam's. Tells its parent its url, and on each message the requests since the last one.
*/
import process from 'node:process';
import {addImage, addIndex} from '../../../source/demo/build-content.js';
import {startEmbeddedRegistry} from '../../../source/demo/embedded-registry.js';
import {
	createRegistryContent,
	type RegistryContent,
} from '../../../source/demo/registry-content.js';
import {images, indexes, latency, repositories} from './shape.js';

const fill = (content: RegistryContent, repository: string): void => {
	const add = (name: string, tags: readonly string[]) =>
		addImage(content, repository, {
			tags,
			created: new Date(Date.UTC(2026, 0, 1)),
			labels: {name: `${repository} ${name}`},
			layers: [
				{size: 30_000_000, seed: 'base'},
				{size: 1_000_000, seed: `${repository} ${name}`},
			],
		});
	for (let number = 0; number < images; number++) {
		add(`image ${number}`, [`v${number}`]);
	}

	for (let number = 0; number < indexes; number++) {
		addIndex(content, repository, {
			tags: [`multi-${number}`],
			children: ['amd64', 'arm64'].map(architecture => ({
				...add(`${architecture} ${number}`, []),
				platform: {os: 'linux', architecture},
			})),
		});
	}
};

const content = createRegistryContent();
for (let number = 0; number < repositories; number++) {
	fill(content, `bench/app-${number}`);
}

const registry = await startEmbeddedRegistry({
	content,
	deletes: 'disabled',
	latency,
});
process.on('message', () => {
	const {requests} = registry;
	const heads = requests.filter(({method}) => method === 'HEAD').length;
	process.send?.({requests: requests.length, heads});
	requests.length = 0;
});
process.on('disconnect', () => {
	process.exit();
});
process.send?.(registry.url);
