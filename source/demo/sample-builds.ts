import {
	addBlob,
	addImage,
	addIndex,
	addManifest,
	type ContentDescriptor,
	type ContentPlatform,
} from './build-content.js';
import {
	addAttestation,
	addCosignSignature,
	addReferrer,
} from './build-referrers.js';
import {helmChart, helmConfig, ociManifest} from './media-types.js';
import {pickCommit, type Random} from './random.js';
import {computeDigest, type RegistryContent} from './registry-content.js';
import {listLayers, platformSets} from './sample-layers.js';
import type {RepositoryProfile} from './sample-profile.js';
import type {Build} from './sample-trains.js';

/** One build of a repository and what it is made with. */
export type BuildContext = {
	readonly content: RegistryContent;
	readonly profile: RepositoryProfile;
	readonly build: Build;
	readonly random: Random;
	readonly now: Date;
	/** Whether SBOMs are listed under the fallback tag; so when left out. */
	readonly referrers?: 'tagged' | 'untagged' | undefined;
};

/** Adds one top-level digest with its children, tags, signature and SBOM. */
export function addBuild(context: BuildContext): void {
	const {content, profile, build} = context;
	const {name, extras = []} = profile;
	const commit = pickCommit(context.random);
	const subject = addSubject(context, commit);
	if (!build.isRelease) {
		return;
	}

	if (extras.includes('signature')) {
		addCosignSignature(content, name, {
			subject,
			reference: `registry.driftwood.example/${name}`,
		});
	}

	if (extras.includes('sbom')) {
		addReferrer(content, name, {
			subject,
			artifactType: 'application/spdx+json',
			payload: JSON.stringify({spdxVersion: 'SPDX-2.3', name, commit}),
			annotations: Object.fromEntries([
				['org.opencontainers.image.created', build.created.toISOString()],
			]),
			list: context.referrers,
		});
	}
}

function addSubject(context: BuildContext, commit: string): ContentDescriptor {
	const {form, platforms = 'servers'} = context.profile;
	switch (form) {
		case 'index':
		case 'docker-index': {
			return addPlatforms(context, commit);
		}

		case 'image':
		case 'docker-image': {
			const [platform] = platformSets[platforms];
			const {tags} = context.build;
			return addPlatform(context, {platform, commit, tags});
		}

		case 'chart': {
			return addChart(context);
		}
	}
}

function addPlatforms(
	context: BuildContext,
	commit: string,
): ContentDescriptor {
	const {content, profile, build} = context;
	const {name, form, platforms = 'servers', extras = []} = profile;
	const children = platformSets[platforms].map(platform => {
		const {architecture} = platform;
		const tags =
			build.isRelease && extras.includes('child-tags')
				? [`${build.tags[0]}-${architecture}`]
				: [];
		return {...addPlatform(context, {platform, commit, tags}), platform};
	});
	const attestations = extras.includes('attestations')
		? children.map(child => addAttestation(content, name, child))
		: [];
	const absent = extras.includes('partly-mirrored') ? listAbsent(build) : [];
	return addIndex(content, name, {
		tags: build.tags,
		children: [...children, ...absent, ...attestations],
		docker: form === 'docker-index',
	});
}

/** Descriptors of the children that a copy for few platforms leaves behind. */
function listAbsent(build: Build): readonly ContentDescriptor[] {
	const copied = new Set(
		platformSets.servers.map(({architecture}) => architecture),
	);
	return platformSets.all
		.filter(({architecture}) => !copied.has(architecture))
		.map(platform => ({
			mediaType: ociManifest,
			digest: computeDigest(
				`not mirrored ${build.tags[0]} ${platform.architecture}${platform.variant ?? ''}`,
			),
			size: 1890,
			platform,
		}));
}

function addPlatform(
	context: BuildContext,
	options: {
		readonly platform: ContentPlatform;
		readonly commit: string;
		readonly tags: readonly string[];
	},
): ContentDescriptor {
	const {content, profile, build, now, random} = context;
	const {platform, commit, tags} = options;
	const {name, form, entrypoint} = profile;
	return addImage(content, name, {
		tags,
		created: build.created,
		platform,
		layers: listLayers(profile, build, {platform, now, random}),
		labels: Object.fromEntries([
			['org.opencontainers.image.revision', commit],
			[
				'org.opencontainers.image.source',
				`https://git.driftwood.example/${name}`,
			],
			['org.opencontainers.image.vendor', 'Driftwood Goods'],
			['org.opencontainers.image.version', build.tags[0]],
		]),
		entrypoint,
		docker: form.startsWith('docker'),
	});
}

function addChart({content, profile, build}: BuildContext): ContentDescriptor {
	const {name} = profile;
	const [version] = build.tags;
	const chart = {apiVersion: 'v2', name: 'driftwood', version, type: 'library'};
	const created = build.created.toISOString();
	return addManifest(content, name, {
		bytes: JSON.stringify({
			schemaVersion: 2,
			mediaType: ociManifest,
			config: addBlob(content, JSON.stringify(chart), helmConfig),
			layers: [addBlob(content, `chart ${version} of ${created}`, helmChart)],
			annotations: Object.fromEntries([
				['org.opencontainers.image.created', created],
				['org.opencontainers.image.title', 'driftwood'],
				['org.opencontainers.image.version', version],
			]),
		}),
		mediaType: ociManifest,
		tags: build.tags,
	});
}
