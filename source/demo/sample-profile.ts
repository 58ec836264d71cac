/** How many builds a train has and when they were made. */
export type Pace = {
	/** Top-level digests. */
	readonly count: number;
	readonly everyDays: number;
	/** Days since the newest build, 0 when left out. */
	readonly newestDaysAgo?: number;
};

/** A line of builds, newest first. */
export type TrainProfile = Pace &
	(
		| {
				/** Semantic versions down from `newest`, `v1.42`; the newest is `latest` too. */
				readonly kind: 'releases';
				readonly newest: string;
				/** Patch releases for each minor one. */
				readonly patches: number;
				/** Release candidates before each release, none when left out. */
				readonly candidates?: number;
				/** Suffixes of further tags on each release; on the newest they are tags of their own too. */
				readonly aliases?: readonly string[];
				/** Tags of what runs: name → how many releases behind the newest. */
				readonly deployed?: Readonly<Record<string, number>>;
		  }
		| {
				/** Builds of a day's schedule, tagged with its date; the newest is `nightly` too. */
				readonly kind: 'nightlies';
		  }
		| {
				/** Builds of pull requests, down from number `newest`. */
				readonly kind: 'branches';
				readonly newest: number;
		  }
		| {
				/** Numbered builds, down from `newest`. */
				readonly kind: 'numbers';
				readonly newest: number;
		  }
		| {
				/** Every push to the main branch, tagged with its commit; the newest is `main` too. */
				readonly kind: 'commits';
		  }
		| {
				/** States of a model in training. */
				readonly kind: 'checkpoints';
		  }
	);

/** The first layers, which images of different repositories share: name → mebibytes. */
export const baseSizes = {
	scratch: 0,
	busybox: 2,
	'alpine-3': 3.5,
	'debian-12': 29,
	'node-22': 47,
	'python-3.12': 52,
	'java-21': 88,
	'centos-7': 75,
	'cuda-11': 2100,
	'cuda-12': 2300,
	servercore: 1900,
} as const;

/** What a build consists of; sizes in mebibytes, and a layer of size 0 is left out. */
export type LayerProfile = {
	readonly base: keyof typeof baseSizes;
	/** Changes every few builds. */
	readonly dependency: number;
	/** Differs, around this size, in every build. */
	readonly application: number;
	/** Further layers that differ in every build, as models are split into. */
	readonly weights?: {readonly count: number; readonly each: number};
};

/** What builds come with. */
export type Extra =
	/** Releases have a cosign signature. */
	| 'signature'
	/** Releases have an SBOM that refers to them. */
	| 'sbom'
	/** Children of releases have tags of their own. */
	| 'child-tags'
	/** Each child has BuildKit's attestation beside it. */
	| 'attestations'
	/** Indexes name children that were never copied here. */
	| 'partly-mirrored';

/** One repository of the sample world. */
export type RepositoryProfile = {
	readonly name: string;
	readonly form: 'image' | 'docker-image' | 'index' | 'docker-index' | 'chart';
	/** Servers when left out; an image has the first platform of its set. */
	readonly platforms?: 'servers' | 'all' | 'devices' | 'windows';
	readonly layers: LayerProfile;
	readonly trains: readonly TrainProfile[];
	readonly entrypoint: readonly string[];
	readonly extras?: readonly Extra[];
};
