import {mkdtemp, readdir, readFile, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type {ExecutionContext} from 'ava';
import {openImageFiles} from '../../source/commands/open-image-files.js';
import type {RulesKeeper} from '../../source/keepers.js';
import {
	addImage,
	addIndex,
	type ContentDescriptor,
} from '../../source/demo/build-content.js';
import {
	type EmbeddedRegistry,
	type EmbeddedRegistryOptions,
	type Intercept,
	startEmbeddedRegistry,
} from '../../source/demo/embedded-registry.js';
import {
	createRegistryContent,
	type RegistryContent,
} from '../../source/demo/registry-content.js';
import type {Logins} from '../../source/http/credentials.js';
import {type Digest, parseDigest} from '../../source/oci/digest.js';
import {openRegistry} from '../../source/registry/open-registry.js';
import {openBatches} from '../../source/storage/batches.js';
import {openJournal} from '../../source/storage/journal.js';
import {usualCare} from '../../source/plan/care.js';
import type {Places} from '../../source/places.js';
import {readReferences} from '../../source/storage/references-file.js';
import type {
	Care,
	Journal,
	KnownRegistry,
	RegistryKind,
	PullsSources,
	UsesSources,
	Mark,
	World,
} from '../../source/world.js';
import {buildPlaces} from './build-places.js';
import {buildPullsSources} from './build-pulls.js';
import {buildSource, buildUsesReading, buildUsesSources} from './build-uses.js';
import {createManualClock, type ManualClock} from './fake-world.js';

const day = 24 * 60 * 60 * 1000;

/** The time at which every journey begins. */
const begin = Date.UTC(2026, 10, 22);

/** A registry of a journey, and its faults, which can be set at any time. */
export type JourneyRegistry = {
	readonly server: EmbeddedRegistry;
	readonly known: KnownRegistry;
	readonly faults: {intercept: Intercept | undefined};
};

/** What a journey takes place in. */
export type JourneyWorld = JourneyRegistry & {
	readonly world: World;
	readonly clock: ManualClock;
	/** What was put on the clipboard. */
	readonly copied: readonly string[];
	/** The marks that a next run would find. */
	readonly savedMarks: () => readonly Mark[];
	/** The rules of the settings, and the files of rules, as they are now. */
	readonly rules: {
		readonly saved: () => string | undefined;
		readonly files: ReadonlyMap<string, string>;
	};
	/** The plans that were written, by file. */
	readonly plans: ReadonlyMap<string, string>;
	/** The lines of all journals, in the order of their files. */
	readonly readJournal: () => Promise<ReadonlyArray<Record<string, unknown>>>;
};

type RegistryOptions = Partial<Omit<EmbeddedRegistryOptions, 'intercept'>>;

/** What a test wants its world to be like. */
export type JourneyOptions = RegistryOptions & {
	readonly readOnly?: boolean;
	readonly logins?: Logins;
	/** Registries that the machine knows besides its first. */
	readonly alsoKnown?: readonly KnownRegistry[];
	/** What the settings say of the registry. */
	readonly care?: Care;
	/** What the settings say that the registry is. */
	readonly kind?: RegistryKind | undefined;
	/** The sources of uses; without them one context answers that nothing runs. */
	readonly uses?: UsesSources;
	/** Left out: no source of pulls is known. */
	readonly pulls?: PullsSources;
	/** What finds registries and remembers them; without it every one is there and nothing is kept. */
	readonly places?: Partial<Places>;
	/** The marks of an earlier run. */
	readonly offered?: readonly Mark[];
	/** The rules of the settings, as a rules file says them. */
	readonly savedRules?: string;
	/** Another journal than the one in a temporary folder. */
	readonly openJournal?: () => Promise<Journal>;
};

/** Starts an embedded registry for one test. */
export const startRegistry = async (
	t: ExecutionContext,
	options: RegistryOptions = {},
): Promise<JourneyRegistry> => {
	const faults: JourneyRegistry['faults'] = {intercept: undefined};
	const server = await startEmbeddedRegistry({
		content: createRegistryContent(),
		deletes: 'enabled',
		...options,
		intercept: async (request, response, attempt) =>
			(await faults.intercept?.(request, response, attempt)) ?? false,
	});
	t.teardown(server.close);
	const {host} = server;
	const known = {host, address: host, source: 'test', care: usualCare};
	return {server, known, faults};
};

/** An embedded registry, and the real ports to it; only the clock is a test's, and the journal lies in a temporary folder. */
export const journeyWorld = async (
	t: ExecutionContext,
	options: JourneyOptions = {},
): Promise<JourneyWorld> => {
	const {
		readOnly = false,
		logins = new Map(),
		alsoKnown = [],
		openJournal: openOther,
		uses,
		pulls,
		care = usualCare,
		kind,
		offered = [],
		places = {},
		savedRules,
		...registryOptions
	} = options;
	const first = await startRegistry(t, registryOptions);
	const clock = createManualClock(begin);
	const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-journey-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	const rules = createRulesKeeper(savedRules);
	const plans = new Map<string, string>();
	let batches = 0;
	let saved: readonly Mark[] = offered;
	const copied: string[] = [];
	const tokenHosts: string[] = [];
	const world: World = {
		clock,
		readOnly,
		operator: {user: 'ann', machine: 'test'},
		openRegistry: async (address, signal) =>
			openRegistry(address, {
				settings: {
					readOnly,
					insecureHosts: [],
					proxies: {http: undefined, https: undefined, none: undefined},
					retryPause: 1,
					now: clock.now,
				},
				logins,
				kind,
				tokenHosts,
				signal,
			}),
		careFor: async () => care,
		listKnownRegistries: async () => [{...first.known, care}, ...alsoKnown],
		places: buildPlaces({
			async allowTokenHost(_, tokenHost) {
				tokenHosts.push(tokenHost);
				return undefined;
			},
			...places,
		}),
		readNotice: async () => undefined,
		readMarks: async () => saved,
		async saveMarks(marks) {
			saved = marks;
			return undefined;
		},
		readReferences,
		uses:
			uses ??
			buildUsesSources(() =>
				buildUsesReading([], [buildSource({readAt: clock.now()})]),
			),
		pulls: pulls ?? buildPullsSources(),
		rules: rules.keeper,
		plans: {
			named: {namespaces: [], files: [], snapshots: [], pulls: []},
			async write(host, text) {
				const file = `plan-of-${host}.json`;
				plans.set(file, text);
				return file;
			},
		},
		imageFiles: openImageFiles(process.env),
		copyText(text) {
			copied.push(text);
		},
		keepBlobs: false,
		batches: openBatches(folder),
		openJournal:
			openOther ?? (async () => openJournal(folder, `batch-${++batches}`)),
	};
	return {
		...first,
		world,
		clock,
		copied,
		savedMarks: () => saved,
		rules,
		plans,
		readJournal: async () => readLines(folder),
	};
};

/** Rules that are kept in memory. */
const createRulesKeeper = (first: string | undefined) => {
	let saved = first;
	const files = new Map<string, string>();
	const keeper: RulesKeeper = {
		read: async () => saved,
		async save(text) {
			saved = text;
			return undefined;
		},
		async write(file, text) {
			files.set(file, text);
		},
	};
	return {keeper, files, saved: () => saved};
};

const readLines = async (
	folder: string,
): Promise<Array<Record<string, unknown>>> => {
	const names = await readdir(folder, {recursive: true});
	const files = names.filter(name => name.endsWith('.jsonl')).toSorted();
	const texts = await Promise.all(
		files.map(async file => readFile(path.join(folder, file), 'utf8')),
	);
	return texts
		.join('')
		.split('\n')
		.filter(line => line !== '')
		.map(
			// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- a wrong shape fails the test, as it should
			line => JSON.parse(line) as Record<string, unknown>,
		);
};

/** The digest that a descriptor names. */
export const digestOf = ({digest}: ContentDescriptor): Digest => {
	const parsed = parseDigest(digest);
	if (!parsed) {
		throw new Error(`${digest} is no digest`);
	}

	return parsed;
};

/** Adds one image for each text of tags, the newest first, as they stand on the screen; returns their digests in this order. */
export const addImages = (
	content: RegistryContent,
	repository: string,
	tags: readonly string[],
): Digest[] =>
	tags.map((text, position) =>
		digestOf(
			addImage(content, repository, {
				tags: text.split(' ').filter(tag => tag !== ''),
				created: new Date(begin - (position + 1) * day),
				layers: [{size: 1000, seed: `${repository} ${text}`}],
			}),
		),
	);

/** Adds an index over one image for each architecture; a child has a tag of its own where `childTags` names one. Returns the digests, the index's first. */
export const addPlatforms = (
	content: RegistryContent,
	repository: string,
	options: {
		tags: readonly string[];
		architectures: readonly string[];
		/** By architecture. */
		childTags?: Readonly<Record<string, string>>;
		/** Days before the beginning. */
		age?: number;
	},
): [index: Digest, ...children: Digest[]] => {
	const {tags, architectures, childTags = {}, age = 1} = options;
	const children = architectures.map(architecture => {
		const platform = {os: 'linux', architecture};
		const tag = childTags[architecture];
		const image = addImage(content, repository, {
			tags: tag === undefined ? [] : [tag],
			created: new Date(begin - age * day),
			platform,
			layers: [{size: 1000, seed: `${tags.join(' ')} ${architecture}`}],
		});
		return {...image, platform};
	});
	const index = addIndex(content, repository, {tags, children});
	return [digestOf(index), ...children.map(child => digestOf(child))];
};

/** The deletions that a registry was asked for, with the status that it answered, in order: `shop/cart sha256:… 202`. */
export const listDeletions = ({requests}: EmbeddedRegistry): string[] =>
	requests
		.filter(({method}) => !['GET', 'HEAD'].includes(method))
		.map(
			({method, path: at, status}) =>
				`${method} ${at.replace(/^\/v2\//v, '').replace('/manifests/', ' ')} ${status}`,
		);

/** How `listDeletions` writes the deletion of a digest that went through. */
export const deletionOf = (repository: string, digest: Digest): string =>
	`DELETE ${repository} ${digest} 202`;

/** A gate that holds whoever comes until it is opened; `reached` resolves when the first has come. */
export const createGate = (): {
	readonly reached: Promise<void>;
	readonly pass: () => Promise<void>;
	readonly open: () => void;
} => {
	let open: () => void = () => undefined;
	let reach: () => void = () => undefined;
	const opened = new Promise<void>(resolve => {
		open = resolve;
	});
	const reached = new Promise<void>(resolve => {
		reach = resolve;
	});
	return {
		reached,
		open,
		async pass() {
			reach();
			await opened;
		},
	};
};
