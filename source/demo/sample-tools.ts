import type {RepositoryProfile} from './sample-profile.js';

/** Tools, devices, and names that one meets only in real registries. */
export const toolProfiles: readonly RepositoryProfile[] = [
	{
		name: 'tools/ci-runner',
		form: 'image',
		layers: {base: 'debian-12', dependency: 640, application: 75},
		trains: [{kind: 'branches', count: 60, newest: 412, everyDays: 6}],
		entrypoint: ['/usr/bin/runner'],
	},
	{
		name: 'tools/build-agent',
		form: 'index',
		platforms: 'windows',
		layers: {base: 'servercore', dependency: 900, application: 60},
		trains: [
			{kind: 'releases', count: 20, newest: '4.9', patches: 2, everyDays: 40},
		],
		entrypoint: ['agent'],
	},
	{
		name: 'tools/lint',
		form: 'image',
		layers: {base: 'alpine-3', dependency: 0, application: 0.7},
		trains: [{kind: 'commits', count: 60, everyDays: 3, newestDaysAgo: 0.5}],
		entrypoint: ['/lint'],
	},
	{
		name: 'tools/helm-charts',
		form: 'chart',
		layers: {base: 'scratch', dependency: 0, application: 0.01},
		trains: [
			{kind: 'releases', count: 40, newest: '0.19', patches: 2, everyDays: 11},
		],
		entrypoint: [],
		extras: ['signature'],
	},
	{
		name: 'iot/firmware',
		form: 'index',
		platforms: 'devices',
		layers: {base: 'busybox', dependency: 1.2, application: 0.3},
		trains: [{kind: 'numbers', count: 75, newest: 318, everyDays: 4}],
		entrypoint: ['/sbin/init'],
	},
	{
		name: 'teams/emea/payments/back-office/services/ledger/reconciliation/worker/v2',
		form: 'index',
		layers: {base: 'java-21', dependency: 77, application: 5},
		trains: [
			{
				kind: 'releases',
				count: 40,
				newest: 'v2.19',
				patches: 2,
				everyDays: 15,
				newestDaysAgo: 6,
			},
		],
		entrypoint: ['java', '-jar', '/app/worker.jar'],
	},
	{
		name: 'a',
		form: 'image',
		layers: {base: 'busybox', dependency: 0, application: 0.002},
		trains: [{kind: 'numbers', count: 3, newest: 3, everyDays: 200}],
		entrypoint: ['/a'],
	},
	{
		name: 'x/y',
		form: 'image',
		layers: {base: 'scratch', dependency: 0, application: 0.001},
		trains: [{kind: 'commits', count: 5, everyDays: 70, newestDaysAgo: 30}],
		entrypoint: ['/y'],
	},
];
