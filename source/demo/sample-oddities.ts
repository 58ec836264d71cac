import {addImage, addIndex, addManifest} from './build-content.js';
import {addCosignSignature, addReferrer} from './build-referrers.js';
import {ociManifest} from './media-types.js';
import {computeDigest, type RegistryContent} from './registry-content.js';

/** Adds to a repository what no train makes. */
export type AddOddities = (content: RegistryContent, now: Date) => void;

/** The media type of the sample world's manifest that no client can read. */
export const unknownMediaType = 'application/vnd.driftwood.bundle.v2+json';

/** What real registries hold and generators forget, by repository. */
export const oddities: Readonly<Partial<Record<string, AddOddities>>> =
	Object.fromEntries([
		['platform/ingress', addSharedChild],
		['platform/gateway', addManyTags],
		['platform/secrets-sidecar', addOrphans],
		['tools/ci-runner', addUnreadable],
	]);

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

/** One image that runs everywhere: 30 tags. */
function addManyTags(content: RegistryContent, now: Date): void {
	const regions = ['ap-northeast-1', 'eu-central-1', 'eu-west-1'];
	const moreRegions = ['sa-east-1', 'us-east-1', 'us-west-2'];
	const stages = ['canary', 'dr', 'load-test', 'prod', 'staging'];
	const tags = [...regions, ...moreRegions].flatMap(region =>
		stages.map(stage => `${stage}-${region}`),
	);
	addImage(content, 'platform/gateway', {
		tags,
		created: new Date(now.getTime() - 31 * 86_400_000),
		layers: [{size: 27_262_976, seed: 'gateway everywhere'}],
		entrypoint: ['/gateway'],
	});
}

/** Signatures and an SBOM that outlived the images they are about. */
function addOrphans(content: RegistryContent): void {
	const repository = 'platform/secrets-sidecar';
	const gone = ['0.9.0', '0.9.1', '0.9.2', '0.10.0'].map(version => ({
		mediaType: ociManifest,
		digest: computeDigest(`deleted long ago ${version}`),
		size: 1402,
	}));
	for (const subject of gone) {
		const reference = `registry.driftwood.example/${repository}`;
		addCosignSignature(content, repository, {subject, reference});
	}

	for (const subject of gone.slice(0, 1)) {
		addReferrer(content, repository, {
			subject,
			artifactType: 'application/spdx+json',
			payload: '{"spdxVersion":"SPDX-2.3"}',
		});
	}
}

function addUnreadable(content: RegistryContent): void {
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
