import type {RepositoryProfile} from './sample-profile.js';

const node = 'node-22';
const entrypoint = ['node', 'server.js'];

/** What the shop team pushes: much, often, and signed. */
export const shopProfiles: readonly RepositoryProfile[] = [
	{
		name: 'shop/checkout',
		form: 'index',
		layers: {base: node, dependency: 38, application: 6},
		trains: [
			{
				kind: 'releases',
				count: 80,
				newest: 'v1.42',
				patches: 2,
				everyDays: 6,
				newestDaysAgo: 1,
				deployed: {staging: 0, canary: 0, prod: 1, 'prod-previous': 3},
			},
			{kind: 'branches', count: 170, newest: 2234, everyDays: 0.7},
			{kind: 'commits', count: 150, everyDays: 0.03},
		],
		entrypoint,
		extras: ['signature', 'sbom', 'attestations'],
	},
	{
		name: 'shop/cart',
		form: 'index',
		layers: {base: node, dependency: 31, application: 4},
		trains: [
			{
				kind: 'releases',
				count: 50,
				newest: 'v3.17',
				patches: 3,
				everyDays: 9,
				newestDaysAgo: 3,
				deployed: {prod: 0},
			},
			{kind: 'branches', count: 110, newest: 688, everyDays: 1.5},
		],
		entrypoint,
		extras: ['sbom', 'attestations'],
	},
	{
		name: 'shop/search',
		form: 'index',
		layers: {base: 'java-21', dependency: 140, application: 11},
		trains: [
			{kind: 'releases', count: 40, newest: 'v7.22', patches: 2, everyDays: 12},
			{kind: 'commits', count: 80, everyDays: 0.4, newestDaysAgo: 0.2},
		],
		entrypoint: ['java', '-jar', '/app/search.jar'],
		extras: ['attestations'],
	},
	{
		name: 'shop/recommendations',
		form: 'index',
		layers: {base: 'python-3.12', dependency: 260, application: 8},
		trains: [
			{kind: 'releases', count: 30, newest: 'v0.19', patches: 2, everyDays: 20},
			{kind: 'nightlies', count: 30, everyDays: 1},
		],
		entrypoint: ['python', '-m', 'recommendations'],
		extras: ['sbom', 'attestations'],
	},
	{
		name: 'shop/payments',
		form: 'index',
		layers: {base: 'java-21', dependency: 96, application: 14},
		trains: [
			{
				kind: 'releases',
				count: 100,
				newest: '2026.11',
				patches: 2,
				candidates: 4,
				everyDays: 3,
				newestDaysAgo: 2,
				deployed: {prod: 0, 'dr-site': 4},
			},
		],
		entrypoint: ['java', '-jar', '/app/payments.jar'],
		extras: ['signature', 'sbom', 'child-tags', 'attestations'],
	},
	{
		name: 'shop/storefront-static',
		form: 'image',
		layers: {base: 'alpine-3', dependency: 1.5, application: 0.4},
		trains: [
			{
				kind: 'releases',
				count: 31,
				newest: '2024.30',
				patches: 1,
				everyDays: 14,
			},
		],
		entrypoint: ['/bin/serve', '/site'],
	},
	{
		name: 'shop/mail-templates',
		form: 'image',
		layers: {base: 'scratch', dependency: 0, application: 0.04},
		trains: [{kind: 'commits', count: 60, everyDays: 5, newestDaysAgo: 9}],
		entrypoint: ['/templates'],
	},
	{
		name: 'shop/preview-environments',
		form: 'image',
		layers: {base: node, dependency: 210, application: 42},
		trains: [
			{
				kind: 'branches',
				count: 252,
				newest: 5120,
				everyDays: 1.4,
				newestDaysAgo: 0.01,
			},
		],
		entrypoint,
	},
];
