import type {ContentLayer, ContentPlatform} from './build-content.js';
import type {Random} from './random.js';
import {baseSizes, type RepositoryProfile} from './sample-profile.js';
import type {Build} from './sample-trains.js';

const mebibyte = 1_048_576;
const quarterInMilliseconds = 90 * 86_400_000;

/** The platforms that builds are made for. */
export const platformSets: Readonly<
	Record<
		NonNullable<RepositoryProfile['platforms']>,
		readonly [ContentPlatform, ...ContentPlatform[]]
	>
> = {
	servers: [
		{os: 'linux', architecture: 'amd64'},
		{os: 'linux', architecture: 'arm64', variant: 'v8'},
	],
	all: [
		{os: 'linux', architecture: 'amd64'},
		{os: 'linux', architecture: '386'},
		{os: 'linux', architecture: 'arm', variant: 'v6'},
		{os: 'linux', architecture: 'arm', variant: 'v7'},
		{os: 'linux', architecture: 'arm64', variant: 'v8'},
		{os: 'linux', architecture: 'ppc64le'},
		{os: 'linux', architecture: 'riscv64'},
		{os: 'linux', architecture: 's390x'},
	],
	devices: [
		{os: 'linux', architecture: 'arm', variant: 'v7'},
		{os: 'linux', architecture: 'arm64', variant: 'v8'},
	],
	windows: [
		{os: 'windows', architecture: 'amd64'},
		{os: 'linux', architecture: 'amd64'},
	],
};

/** Lists a build's layers for one platform: a base that repositories share for a quarter, dependencies that builds share, and what is its own. */
export function listLayers(
	profile: RepositoryProfile,
	build: Build,
	context: {
		readonly platform: ContentPlatform;
		readonly now: Date;
		readonly random: Random;
	},
): readonly ContentLayer[] {
	const {base, dependency, application, weights} = profile.layers;
	const {platform, now, random} = context;
	const runsOn = `${platform.os} ${platform.architecture}${platform.variant ?? ''}`;
	const age = now.getTime() - build.created.getTime();
	const quarter = Math.floor(age / quarterInMilliseconds);
	const generation = Math.floor(build.position / 6);
	const own = `${profile.name} ${build.tags[0]} ${runsOn}`;
	const vary = () => 0.85 + 0.3 * random();
	return [
		{seed: `${base} ${runsOn} ${quarter}`, size: baseSizes[base]},
		{
			seed: `${profile.name} dependencies ${runsOn} ${generation}`,
			size: dependency,
		},
		...Array.from({length: weights?.count ?? 0}, (_, part) => ({
			seed: `${own} weights ${part}`,
			size: (weights?.each ?? 0) * vary(),
		})),
		{seed: own, size: application * vary()},
	]
		.filter(({size}) => size > 0)
		.map(({seed, size}) => ({seed, size: Math.round(size * mebibyte)}));
}
