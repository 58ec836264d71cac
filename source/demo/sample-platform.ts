import type {RepositoryProfile} from './sample-profile.js';

const platformServices: readonly RepositoryProfile[] = [
	{
		name: 'platform/ingress',
		form: 'index',
		layers: {base: 'debian-12', dependency: 12, application: 19},
		trains: [
			{kind: 'releases', count: 30, newest: 'v2.9', patches: 3, everyDays: 21},
		],
		entrypoint: ['/usr/bin/ingress'],
		extras: ['signature', 'child-tags', 'attestations'],
	},
	{
		name: 'platform/auth',
		form: 'docker-image',
		layers: {base: 'debian-12', dependency: 55, application: 22},
		trains: [
			{kind: 'releases', count: 60, newest: '0.31', patches: 2, everyDays: 30},
		],
		entrypoint: ['java', '-jar', '/app/auth.jar'],
	},
	{
		name: 'platform/gateway',
		form: 'index',
		layers: {base: 'alpine-3', dependency: 9, application: 17},
		trains: [
			{
				kind: 'releases',
				count: 50,
				newest: 'v5.24',
				patches: 2,
				everyDays: 10,
				newestDaysAgo: 4,
			},
		],
		entrypoint: ['/gateway'],
		extras: ['signature', 'attestations'],
	},
	{
		name: 'platform/observability/collector',
		form: 'index',
		platforms: 'all',
		layers: {base: 'scratch', dependency: 0, application: 61},
		trains: [
			{
				kind: 'releases',
				count: 20,
				newest: 'v0.139',
				patches: 1,
				everyDays: 14,
			},
			{kind: 'nightlies', count: 30, everyDays: 1},
		],
		entrypoint: ['/collector'],
		extras: ['signature'],
	},
	{
		name: 'platform/secrets-sidecar',
		form: 'image',
		layers: {base: 'scratch', dependency: 0, application: 4},
		trains: [
			{kind: 'releases', count: 40, newest: 'v1.19', patches: 2, everyDays: 25},
		],
		entrypoint: ['/sidecar'],
		extras: ['signature'],
	},
];

const platformBases: readonly RepositoryProfile[] = [
	{
		name: 'platform/base/debian',
		form: 'index',
		layers: {base: 'debian-12', dependency: 0, application: 0.2},
		trains: [
			{kind: 'nightlies', count: 36, everyDays: 7, newestDaysAgo: 2},
			{kind: 'releases', count: 12, newest: '12.12', patches: 1, everyDays: 60},
		],
		entrypoint: ['/bin/bash'],
		extras: ['signature', 'sbom'],
	},
	{
		name: 'platform/base/python',
		form: 'index',
		layers: {base: 'python-3.12', dependency: 18, application: 0.3},
		trains: [
			{kind: 'releases', count: 24, newest: '3.12', patches: 2, everyDays: 30},
		],
		entrypoint: ['python3'],
		extras: ['signature', 'sbom'],
	},
	{
		name: 'platform/experiments/customer-lifetime-value-prediction-with-feature-store-backfill-and-shadow-traffic-replay',
		form: 'image',
		layers: {base: 'python-3.12', dependency: 480, application: 14},
		trains: [
			{
				kind: 'releases',
				count: 6,
				newest: 'v0.5',
				patches: 2,
				everyDays: 50,
				newestDaysAgo: 140,
			},
		],
		entrypoint: ['python', '-m', 'experiment'],
	},
];

/** What the platform team pushes: services and the images that others build on. */
export const platformProfiles: readonly RepositoryProfile[] = [
	...platformServices,
	...platformBases,
];
