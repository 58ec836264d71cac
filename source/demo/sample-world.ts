import {
	addImage,
	addIndex,
	type ContentDescriptor,
	type ContentLayer,
	type ContentPlatform,
} from './build-content.js';
import {
	addAttestation,
	addCosignSignature,
	addReferrer,
} from './build-referrers.js';
import {createRandom, pickCommit, type Random} from './random.js';
import {
	createRegistryContent,
	type RegistryContent,
} from './registry-content.js';
import {addOddities} from './sample-oddities.js';
import {repositoryProfiles, type RepositoryProfile} from './sample-profiles.js';
import {listBuilds, type Build} from './sample-trains.js';

/** What the sample world is built around: all times in it are relative to `now`. */
export type SampleWorldOptions = {
	readonly now: Date;
};

type BuildContext = {
	readonly content: RegistryContent;
	readonly profile: RepositoryProfile;
	readonly build: Build;
	readonly random: Random;
	readonly now: Date;
};

const amd64: ContentPlatform = {os: 'linux', architecture: 'amd64'};
const arm64: ContentPlatform = {
	os: 'linux',
	architecture: 'arm64',
	variant: 'v8',
};

/** Builds the registry of a made-up company, Driftwood Goods: the same digests for the same `now`. */
export function buildSampleWorld({now}: SampleWorldOptions): RegistryContent {
	const content = createRegistryContent();
	for (const profile of repositoryProfiles) {
		const random = createRandom(profile.name);
		const builds = profile.trains.flatMap(train =>
			listBuilds(train, {now, random}),
		);
		for (const build of builds) {
			addBuild({content, profile, build, random, now});
		}
	}

	addOddities(content, now);
	return content;
}

function addBuild(context: BuildContext): void {
	const {content, profile, build} = context;
	const {name, form, extras} = profile;
	const commit = pickCommit(context.random);
	const subject =
		form === 'index' || form === 'docker-index'
			? addPlatforms(context, commit)
			: addPlatform(context, {platform: amd64, commit, tags: build.tags});
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
		});
	}
}

function addPlatforms(
	context: BuildContext,
	commit: string,
): ContentDescriptor {
	const {content, profile, build} = context;
	const {name, form, extras} = profile;
	const children = [amd64, arm64].map(platform => {
		const {architecture} = platform;
		const tags =
			build.isRelease && extras.includes('child-tags')
				? [`${build.tags[0]}-${architecture}`]
				: [];
		return {...addPlatform(context, {platform, commit, tags}), platform};
	});
	const docker = form === 'docker-index';
	const [first] = children;
	const attestations =
		docker || !first ? [] : [addAttestation(content, name, first)];
	return addIndex(content, name, {
		tags: build.tags,
		children: [...children, ...attestations],
		docker,
	});
}

function addPlatform(
	context: BuildContext,
	options: {
		readonly platform: ContentPlatform;
		readonly commit: string;
		readonly tags: readonly string[];
	},
): ContentDescriptor {
	const {content, profile, build} = context;
	const {platform, commit, tags} = options;
	const {name, form, entrypoint} = profile;
	return addImage(content, name, {
		tags,
		created: build.created,
		platform,
		layers: listLayers(context, platform.architecture),
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

function listLayers(
	{profile, build, random, now}: BuildContext,
	architecture: string,
): readonly ContentLayer[] {
	const {base, baseSize, dependencySize, applicationSize} = profile.layers;
	const age = now.getTime() - build.created.getTime();
	const quarter = Math.floor(age / (90 * 86_400_000));
	const generation = Math.floor(build.position / 6);
	return [
		{seed: `${base} ${architecture} ${quarter}`, size: baseSize},
		{
			seed: `${profile.name} dependencies ${architecture} ${generation}`,
			size: dependencySize,
		},
		{
			seed: `${profile.name} ${build.tags[0]} ${architecture}`,
			size: applicationSize * (0.85 + 0.3 * random()),
		},
	].map(({seed, size}) => ({seed, size: Math.round(size)}));
}
