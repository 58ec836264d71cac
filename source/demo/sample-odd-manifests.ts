import {
	addBlob,
	addImage,
	addIndex,
	addManifest,
	type ContentDescriptor,
} from './build-content.js';
import {ociConfig, ociLayer, ociManifest} from './media-types.js';
import {computeDigest, type RegistryContent} from './registry-content.js';

/** The sample world's repository of manifests that hardly anybody expects. */
export const oddManifests = 'qa/odd-manifests';

/** Media type of a Docker schema 1 manifest, signed. */
export const dockerSchema1 =
	'application/vnd.docker.distribution.manifest.v1+prettyjws';

const missing: ContentDescriptor = {
	mediaType: ociConfig,
	digest: computeDigest('missing config'),
	size: 4096,
};

/** Fills it. None is damaged, but what some name is not there. */
export function* fillOddManifests(
	content: RegistryContent,
	now: Date,
): Iterable<void> {
	addOddTimes(content, now);
	yield;
	addOddLayers(content, now);
	yield;
	addImage(content, oddManifests, {
		tags: ['arm-only'],
		created: now,
		layers: [],
		platform: {os: 'linux', architecture: 'arm', variant: 'v5'},
	});
	addIndex(content, oddManifests, {tags: ['index-of-nothing'], children: []});
	addIndex(content, oddManifests, {
		tags: ['index-of-missing'],
		children: [{...missing, mediaType: ociManifest}],
	});
	addManifest(content, oddManifests, {
		bytes: JSON.stringify({
			schemaVersion: 1,
			name: oddManifests,
			tag: 'schema-1',
			architecture: 'amd64',
			fsLayers: [{blobSum: computeDigest('schema 1 layer')}],
		}),
		mediaType: dockerSchema1,
		tags: ['schema-1'],
	});
}

function addOddTimes(content: RegistryContent, now: Date): void {
	const times: ReadonlyArray<readonly [string, string | undefined]> = [
		['created-never', undefined],
		['created-0001', '0001-01-01T00:00:00Z'],
		['created-1970', '1970-01-01T00:00:00Z'],
		['created-1980', '1980-01-01T00:00:00Z'],
		['created-in-an-hour', new Date(now.getTime() + 3_600_000).toISOString()],
		['created-9999', '9999-12-31T23:59:59Z'],
		['created-with-offset', '2024-02-29T23:59:60.123456789+05:30'],
		['created-yesterday', 'yesterday'],
		['created-empty', ''],
	];
	for (const [tag, created] of times) {
		addImage(content, oddManifests, {
			tags: [tag],
			created,
			layers: [{size: 1_048_576, seed: tag}],
		});
	}
}

function addOddLayers(content: RegistryContent, created: Date): void {
	const layers = Array.from({length: 127}, (_, part) => ({
		size: 1000 + part,
		seed: `layer ${part} of 127`,
	}));
	addImage(content, oddManifests, {tags: ['127-layers'], created, layers});
	addImage(content, oddManifests, {tags: ['no-layer'], created, layers: []});
	addImage(content, oddManifests, {
		tags: ['one-layer-twice'],
		created,
		layers: [...layers.slice(0, 1), ...layers.slice(0, 1)],
	});
	const unreadable = addBlob(content, 'no JSON', ociConfig);
	const empty = addBlob(content, '', ociLayer);
	const made = [
		['config-missing', missing, []],
		['config-unreadable', unreadable, []],
		['layer-empty', unreadable, [empty]],
	] as const;
	for (const [tag, config, ownLayers] of made) {
		addManifest(content, oddManifests, {
			bytes: JSON.stringify({
				schemaVersion: 2,
				mediaType: ociManifest,
				config,
				layers: ownLayers,
				annotations: {tag},
			}),
			mediaType: ociManifest,
			tags: [tag],
		});
	}
}
