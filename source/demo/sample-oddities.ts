import {addImage, addIndex, addManifest} from './build-content.js';
import type {RegistryContent} from './registry-content.js';

/** The media type of the sample world's manifest that no client can read. */
export const unknownMediaType = 'application/vnd.driftwood.bundle.v2+json';

/** Adds what real registries hold and generators forget: five more top-level digests. */
export function addOddities(content: RegistryContent, now: Date): void {
	addSharedChild(content, now);
	addManifest(content, 'tools/ci-runner', {
		bytes: JSON.stringify({
			schemaVersion: 2,
			mediaType: unknownMediaType,
			parts: ['runner', 'cache-warmer'],
		}),
		mediaType: unknownMediaType,
		tags: ['bundle'],
	});
	// Reproducible builds set this date, the oldest that a zip file can hold.
	addImage(content, 'tools/ci-runner', {
		tags: ['reproducible'],
		created: '1980-01-01T00:00:00Z',
		layers: [{size: 18_350_080, seed: 'ci-runner reproducible'}],
		entrypoint: ['/runner'],
	});
	addImage(content, 'tools/ci-runner', {
		tags: ['imported'],
		layers: [{size: 73_400_320, seed: 'ci-runner imported'}],
		entrypoint: ['/runner'],
	});
}

function addSharedChild(content: RegistryContent, now: Date): void {
	const repository = 'platform/ingress';
	const children = ['amd64', 'arm64'].map(architecture => {
		const platform = {os: 'linux', architecture};
		const child = addImage(content, repository, {
			created: now,
			platform,
			layers: [{size: 31_457_280, seed: `ingress edge ${architecture}`}],
			entrypoint: ['/usr/bin/ingress'],
		});
		return {...child, platform};
	});
	addIndex(content, repository, {tags: ['edge'], children});
	addIndex(content, repository, {
		tags: ['edge-amd64-only'],
		children: children.slice(0, 1),
	});
}
