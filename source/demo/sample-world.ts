import {
	createRegistryContent,
	type RegistryContent,
} from './registry-content.js';
import {declareRepository} from './lazy-repository.js';
import {createRandom} from './random.js';
import {awkwardLabels, fillAwkwardLabels} from './sample-awkward.js';
import {addBuild} from './sample-builds.js';
import {fillOddManifests, oddManifests} from './sample-odd-manifests.js';
import {oddities} from './sample-oddities.js';
import type {RepositoryProfile} from './sample-profile.js';
import {repositoryProfiles} from './sample-profiles.js';
import {fillReleaseBundles, releaseBundles} from './sample-bundles.js';
import {fillScratch, scratch} from './sample-scratch.js';
import {listBuilds} from './sample-trains.js';

/** What the sample world is built around. */
export type SampleWorldOptions = {
	/** All times in it are relative to this one. */
	readonly now: Date;
	/** Untagged: SBOMs are left to the referrers API. Tagged when left out. */
	readonly referrers?: 'tagged' | 'untagged' | undefined;
};

/** The sample world's repository whose digests were all deleted. */
export const emptiedRepository = 'shop/gift-cards';

const specialRepositories = [
	[awkwardLabels, fillAwkwardLabels],
	[oddManifests, fillOddManifests],
	[releaseBundles, fillReleaseBundles],
	[scratch, fillScratch],
	[emptiedRepository, () => []],
] as const;

/**
Builds the registry of a made-up company, Driftwood Goods: the same digests for the same `now`.

Each repository's content is built when it is first asked for, whatever was built before.
*/
export function buildSampleWorld(options: SampleWorldOptions): RegistryContent {
	const content = createRegistryContent();
	for (const profile of repositoryProfiles) {
		declareRepository(content, profile.name, () =>
			fillRepository(content, profile, options),
		);
	}

	for (const [name, fill] of specialRepositories) {
		declareRepository(content, name, () => fill(content, options.now));
	}

	return content;
}

function* fillRepository(
	content: RegistryContent,
	profile: RepositoryProfile,
	{now, referrers}: SampleWorldOptions,
): Iterable<void> {
	const random = createRandom(profile.name);
	for (const train of profile.trains) {
		for (const build of listBuilds(train, {now, random})) {
			addBuild({content, profile, build, random, now, referrers});
			yield;
		}
	}

	oddities[profile.name]?.(content, now);
}
