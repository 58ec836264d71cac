/*
A registry in a process of its own, so that what it costs does not count as jetsam's. Its arguments are the kind, the milliseconds before each answer, and how many times as many images each repository has. Tells its parent its url, and on each message the requests since the last one.
*/
import process from 'node:process';
import {addImage, addIndex} from '../../../source/demo/build-content.js';
import {startEmbeddedRegistry} from '../../../source/demo/embedded-registry.js';
import {
	createRegistryContent,
	type RegistryContent,
} from '../../../source/demo/registry-content.js';
import {createAzureRegistry} from '../../helpers/azure-registry.js';
import {createGoogleRegistry} from '../../helpers/google-registry.js';
import {images, indexes, repositories} from './shape.js';

const [kind, late, times] = process.argv.slice(2);
const size = Number(times);
// Of an image by docker's own media type their lists tell all; one of OCI's may be about another, which only its manifest tells.
const isDocker = kind !== 'any';

const fill = (content: RegistryContent, repository: string): void => {
	const add = (name: string, tags: readonly string[]) =>
		addImage(content, repository, {
			tags,
			docker: isDocker,
			created: new Date(Date.UTC(2026, 0, 1)),
			labels: {name: `${repository} ${name}`},
			layers: [
				{size: 30_000_000, seed: 'base'},
				{size: 1_000_000, seed: `${repository} ${name}`},
			],
		});
	for (let number = 0; number < images * size; number++) {
		add(`image ${number}`, [`v${number}`]);
	}

	for (let number = 0; number < indexes * size; number++) {
		addIndex(content, repository, {
			tags: [`multi-${number}`],
			docker: isDocker,
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
	latency: Number(late),
	intercept:
		kind === 'google'
			? createGoogleRegistry(content).intercept
			: kind === 'azure'
				? createAzureRegistry(content).intercept
				: undefined,
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
