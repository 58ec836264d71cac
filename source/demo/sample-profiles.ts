/** A line of builds, newest first; `count` top-level digests each. */
export type TrainProfile =
	| {
			/** Semantic versions down from `major.minor`, several patches per minor; the newest is `latest` too. */
			readonly kind: 'releases';
			readonly count: number;
			readonly prefix: 'v' | '';
			readonly major: number;
			readonly minor: number;
			readonly patchesPerMinor: number;
			readonly everyDays: number;
	  }
	| {
			/** One build each night, tagged with its date; the newest is `nightly` too. */
			readonly kind: 'nightlies';
			readonly count: number;
	  }
	| {
			/** Builds of branches, down from pull request `newest`. */
			readonly kind: 'branches';
			readonly count: number;
			readonly newest: number;
			readonly everyDays: number;
	  }
	| {
			/** States of a model in training. */
			readonly kind: 'checkpoints';
			readonly count: number;
			readonly everyDays: number;
	  };

/** What a build consists of: sizes in bytes; equal bases are the same layer in every repository. */
export type LayerProfile = {
	readonly base: string;
	readonly baseSize: number;
	/** Changes every few builds. */
	readonly dependencySize: number;
	/** Differs, around this size, in every build. */
	readonly applicationSize: number;
};

/** One repository of the sample world. */
export type RepositoryProfile = {
	readonly name: string;
	readonly form: 'image' | 'docker-image' | 'index' | 'docker-index';
	readonly layers: LayerProfile;
	readonly trains: readonly TrainProfile[];
	readonly entrypoint: readonly string[];
	/** What releases carry: cosign signatures, SBOM referrers, own tags of their children. */
	readonly extras: ReadonlyArray<'signature' | 'sbom' | 'child-tags'>;
};

const mebibyte = 1_048_576;

const debian = {base: 'debian-12', baseSize: 29 * mebibyte};
const node = {base: 'node-22', baseSize: 47 * mebibyte};
const python = {base: 'python-3.12', baseSize: 52 * mebibyte};
const cuda = {base: 'cuda-12', baseSize: 2300 * mebibyte};
const alpine = {base: 'alpine-3', baseSize: 3.5 * mebibyte};

/** The repositories of the sample world; 295 top-level digests, to which the oddities add 5. */
export const repositoryProfiles: readonly RepositoryProfile[] = [
	{
		name: 'shop/checkout',
		form: 'index',
		layers: {
			...node,
			dependencySize: 38 * mebibyte,
			applicationSize: 6 * mebibyte,
		},
		trains: [
			{
				kind: 'releases',
				count: 40,
				prefix: 'v',
				major: 1,
				minor: 42,
				patchesPerMinor: 2,
				everyDays: 7,
			},
			{kind: 'branches', count: 18, newest: 1234, everyDays: 2},
		],
		entrypoint: ['node', 'server.js'],
		extras: ['signature', 'sbom'],
	},
	{
		name: 'shop/cart',
		form: 'index',
		layers: {
			...node,
			dependencySize: 31 * mebibyte,
			applicationSize: 4 * mebibyte,
		},
		trains: [
			{
				kind: 'releases',
				count: 30,
				prefix: 'v',
				major: 3,
				minor: 17,
				patchesPerMinor: 3,
				everyDays: 9,
			},
			{kind: 'branches', count: 14, newest: 688, everyDays: 3},
		],
		entrypoint: ['node', 'server.js'],
		extras: ['sbom'],
	},
	{
		name: 'shop/storefront-static',
		form: 'image',
		layers: {
			...alpine,
			dependencySize: 1.5 * mebibyte,
			applicationSize: 0.4 * mebibyte,
		},
		trains: [
			{
				kind: 'releases',
				count: 24,
				prefix: '',
				major: 2024,
				minor: 30,
				patchesPerMinor: 1,
				everyDays: 14,
			},
		],
		entrypoint: ['/bin/serve', '/site'],
		extras: [],
	},
	{
		name: 'platform/ingress',
		form: 'index',
		layers: {
			...debian,
			dependencySize: 12 * mebibyte,
			applicationSize: 19 * mebibyte,
		},
		trains: [
			{
				kind: 'releases',
				count: 18,
				prefix: 'v',
				major: 2,
				minor: 9,
				patchesPerMinor: 3,
				everyDays: 21,
			},
		],
		entrypoint: ['/usr/bin/ingress'],
		extras: ['signature', 'child-tags'],
	},
	{
		name: 'platform/auth',
		form: 'docker-image',
		layers: {
			...debian,
			dependencySize: 55 * mebibyte,
			applicationSize: 22 * mebibyte,
		},
		trains: [
			{
				kind: 'releases',
				count: 20,
				prefix: '',
				major: 0,
				minor: 31,
				patchesPerMinor: 2,
				everyDays: 30,
			},
		],
		entrypoint: ['java', '-jar', '/app/auth.jar'],
		extras: [],
	},
	{
		name: 'data/etl-nightly',
		form: 'image',
		layers: {
			...python,
			dependencySize: 310 * mebibyte,
			applicationSize: 9 * mebibyte,
		},
		trains: [{kind: 'nightlies', count: 45}],
		entrypoint: ['python', '-m', 'etl'],
		extras: [],
	},
	{
		name: 'data/warehouse-sync',
		form: 'index',
		layers: {
			...python,
			dependencySize: 120 * mebibyte,
			applicationSize: 3 * mebibyte,
		},
		trains: [{kind: 'nightlies', count: 21}],
		entrypoint: ['python', '-m', 'warehouse_sync'],
		extras: [],
	},
	{
		name: 'ml/embedder',
		form: 'image',
		layers: {
			...cuda,
			dependencySize: 3100 * mebibyte,
			applicationSize: 1400 * mebibyte,
		},
		trains: [
			{
				kind: 'releases',
				count: 12,
				prefix: 'v',
				major: 0,
				minor: 11,
				patchesPerMinor: 1,
				everyDays: 28,
			},
			{kind: 'checkpoints', count: 8, everyDays: 4},
		],
		entrypoint: ['python', '-m', 'embedder.serve'],
		extras: ['signature'],
	},
	{
		name: 'ml/fraud-score',
		form: 'image',
		layers: {
			...cuda,
			dependencySize: 2600 * mebibyte,
			applicationSize: 820 * mebibyte,
		},
		trains: [{kind: 'checkpoints', count: 15, everyDays: 6}],
		entrypoint: ['python', '-m', 'fraud_score.serve'],
		extras: [],
	},
	{
		name: 'tools/ci-runner',
		form: 'image',
		layers: {
			...debian,
			dependencySize: 640 * mebibyte,
			applicationSize: 75 * mebibyte,
		},
		trains: [{kind: 'branches', count: 14, newest: 412, everyDays: 11}],
		entrypoint: ['/usr/bin/runner'],
		extras: [],
	},
	{
		name: 'mirror/library/nginx',
		form: 'docker-index',
		layers: {
			...debian,
			dependencySize: 40 * mebibyte,
			applicationSize: 0.1 * mebibyte,
		},
		trains: [
			{
				kind: 'releases',
				count: 10,
				prefix: '',
				major: 1,
				minor: 29,
				patchesPerMinor: 5,
				everyDays: 45,
			},
		],
		entrypoint: ['/docker-entrypoint.sh'],
		extras: [],
	},
	{
		name: 'platform/experiments/customer-lifetime-value-prediction-with-feature-store-backfill-and-shadow-traffic-replay',
		form: 'image',
		layers: {
			...python,
			dependencySize: 480 * mebibyte,
			applicationSize: 14 * mebibyte,
		},
		trains: [
			{
				kind: 'releases',
				count: 6,
				prefix: 'v',
				major: 0,
				minor: 5,
				patchesPerMinor: 2,
				everyDays: 50,
			},
		],
		entrypoint: ['python', '-m', 'experiment'],
		extras: [],
	},
];
