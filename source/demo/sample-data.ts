import type {RepositoryProfile} from './sample-profile.js';

/** What the data and machine learning teams push and still use. */
export const dataProfiles: readonly RepositoryProfile[] = [
	{
		name: 'data/etl-nightly',
		form: 'image',
		layers: {base: 'python-3.12', dependency: 310, application: 9},
		trains: [{kind: 'nightlies', count: 365, everyDays: 1}],
		entrypoint: ['python', '-m', 'etl'],
	},
	{
		name: 'data/warehouse-sync',
		form: 'index',
		layers: {base: 'python-3.12', dependency: 120, application: 3},
		trains: [{kind: 'nightlies', count: 120, everyDays: 1}],
		entrypoint: ['python', '-m', 'warehouse_sync'],
		extras: ['attestations'],
	},
	{
		name: 'data/feature-store',
		form: 'docker-image',
		layers: {base: 'java-21', dependency: 190, application: 26},
		trains: [{kind: 'numbers', count: 150, newest: 4711, everyDays: 1.2}],
		entrypoint: ['/opt/feature-store/run.sh'],
	},
	{
		name: 'ml/embedder',
		form: 'image',
		layers: {base: 'cuda-12', dependency: 3100, application: 1400},
		trains: [
			{kind: 'releases', count: 12, newest: 'v0.11', patches: 1, everyDays: 28},
			{kind: 'checkpoints', count: 28, everyDays: 4, newestDaysAgo: 1},
		],
		entrypoint: ['python', '-m', 'embedder.serve'],
		extras: ['signature'],
	},
	{
		name: 'ml/fraud-score',
		form: 'image',
		layers: {base: 'cuda-12', dependency: 2600, application: 820},
		trains: [{kind: 'checkpoints', count: 40, everyDays: 6, newestDaysAgo: 1}],
		entrypoint: ['python', '-m', 'fraud_score.serve'],
	},
	{
		name: 'ml/serving',
		form: 'image',
		layers: {base: 'cuda-12', dependency: 6800, application: 240},
		trains: [
			{
				kind: 'releases',
				count: 16,
				newest: '26.10',
				patches: 1,
				everyDays: 31,
				newestDaysAgo: 12,
				deployed: {prod: 1},
			},
		],
		entrypoint: ['/opt/serving/bin/server'],
	},
];

/** What nobody has touched for a year and more, and what most of the bill is for. */
export const abandonedProfiles: readonly RepositoryProfile[] = [
	{
		name: 'ml/llm-finetune',
		form: 'image',
		layers: {
			base: 'cuda-12',
			dependency: 4200,
			application: 90,
			weights: {count: 4, each: 6700},
		},
		trains: [
			{kind: 'checkpoints', count: 44, everyDays: 1.5, newestDaysAgo: 402},
		],
		entrypoint: ['python', '-m', 'llm_finetune'],
	},
	{
		name: 'ml/vision/defect-detector',
		form: 'image',
		layers: {
			base: 'cuda-11',
			dependency: 2900,
			application: 40,
			weights: {count: 2, each: 2600},
		},
		trains: [
			{kind: 'checkpoints', count: 58, everyDays: 3, newestDaysAgo: 705},
		],
		entrypoint: ['python', '-m', 'defect_detector'],
	},
	{
		name: 'research/speech-to-text-2023',
		form: 'docker-image',
		layers: {
			base: 'cuda-11',
			dependency: 3300,
			application: 15,
			weights: {count: 1, each: 10_800},
		},
		trains: [
			{
				kind: 'numbers',
				count: 36,
				newest: 61,
				everyDays: 7,
				newestDaysAgo: 1090,
			},
		],
		entrypoint: ['python', 'serve.py'],
	},
	{
		name: 'data/notebooks',
		form: 'image',
		layers: {base: 'cuda-11', dependency: 9100, application: 1700},
		trains: [
			{
				kind: 'releases',
				count: 38,
				newest: 'v1.18',
				patches: 2,
				everyDays: 9,
				newestDaysAgo: 560,
			},
		],
		entrypoint: ['jupyter', 'lab'],
	},
	{
		name: 'legacy__imports/old.app--v2',
		form: 'docker-image',
		layers: {base: 'centos-7', dependency: 410, application: 150},
		trains: [
			{
				kind: 'numbers',
				count: 100,
				newest: 980,
				everyDays: 14,
				newestDaysAgo: 2230,
			},
		],
		entrypoint: ['/opt/old/bin/start.sh'],
	},
];
