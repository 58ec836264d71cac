import type {RepositoryProfile} from './sample-profile.js';

/** What was copied from other registries. */
export const mirrorProfiles: readonly RepositoryProfile[] = [
	{
		name: 'mirror/library/nginx',
		form: 'docker-index',
		layers: {base: 'debian-12', dependency: 40, application: 0.1},
		trains: [
			{kind: 'releases', count: 30, newest: '1.29', patches: 5, everyDays: 45},
		],
		entrypoint: ['/docker-entrypoint.sh'],
	},
	{
		name: 'mirror/docker.io/library/alpine',
		form: 'docker-index',
		platforms: 'all',
		layers: {base: 'alpine-3', dependency: 0, application: 0.01},
		trains: [
			{kind: 'releases', count: 24, newest: '3.22', patches: 4, everyDays: 60},
		],
		entrypoint: ['/bin/sh'],
	},
	{
		name: 'mirror/docker.io/library/postgres',
		form: 'index',
		layers: {base: 'debian-12', dependency: 88, application: 6},
		trains: [
			{
				kind: 'releases',
				count: 30,
				newest: '17.6',
				patches: 5,
				everyDays: 28,
				newestDaysAgo: 40,
				aliases: ['bookworm', 'trixie', 'debian', 'glibc'],
			},
		],
		entrypoint: ['docker-entrypoint.sh', 'postgres'],
		extras: ['attestations', 'partly-mirrored'],
	},
	{
		name: 'mirror/ghcr.io/actions/runner',
		form: 'index',
		layers: {base: 'debian-12', dependency: 390, application: 52},
		trains: [
			{kind: 'releases', count: 24, newest: '2.329', patches: 1, everyDays: 24},
		],
		entrypoint: ['/home/runner/run.sh'],
		extras: ['attestations'],
	},
	{
		name: 'mirror/quay.io/prometheus/node-exporter',
		form: 'docker-index',
		platforms: 'all',
		layers: {base: 'busybox', dependency: 0, application: 9},
		trains: [
			{kind: 'releases', count: 10, newest: 'v1.9', patches: 1, everyDays: 110},
		],
		entrypoint: ['/bin/node_exporter'],
	},
];
