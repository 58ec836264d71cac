import {existsSync} from 'node:fs';
import {readFile, rename} from 'node:fs/promises';
import path from 'node:path';
import Conf, {type Schema} from 'conf';
import {isJsonObject, parseJson} from '../oci/json.js';
import {parseWhere} from '../oci/reference.js';
import type {AcceptedPullGap} from '../evidence/pull.js';
import type {AcceptedGap} from '../evidence/use.js';
import type {RegistryKind} from '../world.js';

/** A registry that the operator saved, and how careful to be with it. */
export type SavedRegistry = {
	readonly address: string;
	/** Drawn in another colour with the word on every screen, and confirmed by a longer phrase. */
	readonly protected?: boolean;
	/** Nothing that changes it leaves the process. */
	readonly readOnly?: boolean;
	/** Repositories, tags or `repository:tag` that no mark may touch; `*` stands for anything. */
	readonly neverTouch?: readonly string[];
	/** Percent of a repository's digests that one plan may take before it asks for a longer phrase; 50 when left out. */
	readonly maxShare?: number;
	/** What it is, where jetsam cannot find that out by itself. */
	readonly kind?: RegistryKind;
	/** Hosts that may be given its login in return for a token, where its own challenge names them. */
	readonly tokenHosts?: readonly string[];
	/** What tells of its pulls. */
	readonly pulls?: readonly SavedPullSource[];
};

/** A source of pulls that the operator saved for a registry. */
export type SavedPullSource = {
	/** `KIND:WHERE`, as `--pulls` takes it. */
	readonly source: string;
	/** ISO 8601: what the source covers from and to, where it does not say so itself; `to` left out is the time of its newest file. */
	readonly from?: string;
	readonly to?: string;
	/** Whether the registry refuses anonymous reads: only then do Google's audit logs tell of every pull. */
	readonly anonymousReadsAreRefused?: boolean;
};

/** What the operator has said of pulls. */
export type SavedPulls = {
	/** Days that count. */
	readonly windowDays?: number;
	/** Gaps that are accepted by name. */
	readonly accepted?: readonly AcceptedPullGap[];
	/** Beginnings of the user agents of scanners and mirrors, instead of the usual ones. */
	readonly apartAgents?: readonly string[];
};

/** A registry, or a part of it, that was opened before. */
export type SavedVisit = {
	/** A host, perhaps with a scheme before it and a path behind it. */
	readonly address: string;
	/** ISO 8601: when it was opened last. */
	readonly visitedAt: string;
	/** What was opened in it by name, because it lists no repositories; the newest first. */
	readonly repositories?: readonly string[];
};

/** What jetsam remembers between runs because the operator said so, or went there. */
export type Settings = {
	registries: SavedRegistry[];
	/** Where the operator has been, the newest first. */
	recent?: readonly SavedVisit[];
	/** How samples of Docker Hub's counters are published. */
	sample?: SavedSample;
	/** Which clusters are asked who needs an image. */
	uses?: SavedUses;
	/** How far back pulls count, and which gaps do not. */
	pulls?: SavedPulls;
	/** Sets of rules, each as a rules file says it. */
	rules?: ReadonlyArray<Readonly<Record<string, unknown>>>;
};

/** What the operator has said of the sources of uses. */
export type SavedUses = {
	/** Names of contexts, `current` or `all`; the current one when left out. */
	readonly contexts?: readonly string[] | 'current' | 'all';
	/** Contexts that do not count. */
	readonly withoutContexts?: readonly string[];
	/** Refusals that are accepted by name; an empty namespace is the whole cluster's. */
	readonly accepted?: readonly AcceptedGap[];
};

/** What the operator has said of samples. */
export type SavedSample = {
	readonly mqtt?: {
		readonly topic?: string;
		/** Whether the topic goes on with `/NAMESPACE/NAME`. */
		readonly perRepository?: boolean;
		readonly retain?: boolean;
		/** A file with the authority's certificate, PEM. */
		readonly ca?: string;
		/** The environment wins over both. */
		readonly username?: string;
		readonly password?: string;
	};
};

const schema: Schema<Settings> = {
	registries: {
		type: 'array',
		items: {
			type: 'object',
			properties: {
				address: {type: 'string', minLength: 1},
				protected: {type: 'boolean'},
				readOnly: {type: 'boolean'},
				neverTouch: {type: 'array', items: {type: 'string', minLength: 1}},
				tokenHosts: {type: 'array', items: {type: 'string', minLength: 1}},
				maxShare: {type: 'integer', minimum: 0, maximum: 100},
				kind: {
					type: 'string',
					enum: [
						'distribution-2',
						'distribution-3',
						'google',
						'azure',
						'ecr',
						'ghcr',
						'gitlab',
						'harbor',
						'quay',
						'zot',
					],
				},
				pulls: {
					type: 'array',
					items: {
						type: 'object',
						properties: {
							source: {type: 'string', minLength: 1},
							from: {type: 'string', format: 'date-time'},
							to: {type: 'string', format: 'date-time'},
							anonymousReadsAreRefused: {type: 'boolean'},
						},
						required: ['source'],
						additionalProperties: false,
					},
				},
			},
			required: ['address'],
			additionalProperties: false,
		},
	},
	recent: {
		type: 'array',
		items: {
			type: 'object',
			properties: {
				address: {type: 'string', minLength: 1},
				visitedAt: {type: 'string', format: 'date-time'},
				repositories: {type: 'array', items: {type: 'string', minLength: 1}},
			},
			required: ['address', 'visitedAt'],
			additionalProperties: false,
		},
	},
	sample: {
		type: 'object',
		properties: {
			mqtt: {
				type: 'object',
				properties: {
					// Wildcards are for those who subscribe.
					topic: {type: 'string', pattern: String.raw`^[^+#\u0000]+$`},
					perRepository: {type: 'boolean'},
					retain: {type: 'boolean'},
					ca: {type: 'string', minLength: 1},
					username: {type: 'string', minLength: 1},
					password: {type: 'string', minLength: 1},
				},
				additionalProperties: false,
			},
		},
		additionalProperties: false,
	},
	uses: {
		type: 'object',
		properties: {
			contexts: {
				anyOf: [
					{type: 'array', items: {type: 'string', minLength: 1}},
					{type: 'string', enum: ['current', 'all']},
				],
			},
			withoutContexts: {type: 'array', items: {type: 'string', minLength: 1}},
			accepted: {
				type: 'array',
				items: {
					type: 'object',
					properties: {
						context: {type: 'string', minLength: 1},
						kind: {type: 'string'},
						namespace: {type: 'string'},
					},
					required: ['context', 'kind', 'namespace'],
					additionalProperties: false,
				},
			},
		},
		additionalProperties: false,
	},
	pulls: {
		type: 'object',
		properties: {
			windowDays: {type: 'integer', minimum: 1, maximum: 3650},
			accepted: {
				type: 'array',
				items: {
					type: 'object',
					properties: {
						source: {type: 'string', minLength: 1},
						gap: {type: 'string', minLength: 1},
					},
					required: ['source', 'gap'],
					additionalProperties: false,
				},
			},
			apartAgents: {type: 'array', items: {type: 'string', minLength: 1}},
		},
		additionalProperties: false,
	},
	// Whoever reads them says more exactly what is wrong with one.
	rules: {type: 'array', items: {type: 'object'}},
};

/** The settings, and a sentence where the file was damaged and has been kept aside. */
export type LoadedSettings = {
	readonly settings: Settings;
	readonly path: string;
	readonly notice: string | undefined;
};

const none: Settings = {registries: []};

const describeDamage = (error: unknown): string =>
	error instanceof Error ? error.message : String(error);

const openConf = (file: string): Conf<Settings> =>
	new Conf<Settings>({
		cwd: path.dirname(file),
		configName: path.basename(file, path.extname(file)),
		fileExtension: path.extname(file).slice(1),
		schema,
		defaults: none,
		configFileMode: 0o600,
	});

/** Keeps what the operator has said of the sources of uses. Throws where the file cannot be written or is damaged; then it stays as it is. */
export const saveUses = (file: string, uses: SavedUses): void => {
	openConf(file).set('uses', uses);
};

/** Keeps what the operator has said of pulls; the same holds. */
export const savePulls = (file: string, pulls: SavedPulls): void => {
	openConf(file).set('pulls', pulls);
};

/** Keeps where the operator has been, as it stands in the file and with a change; the same holds. */
export const changeRecent = (
	file: string,
	change: (recent: readonly SavedVisit[]) => readonly SavedVisit[],
): void => {
	const conf = openConf(file);
	conf.set('recent', change(conf.get('recent') ?? []));
};

/** Keeps that the login of a registry may be sent to another host; the same holds. */
export const saveTokenHost = (
	file: string,
	{registry, tokenHost}: {registry: string; tokenHost: string},
): void => {
	const conf = openConf(file);
	const saved = conf.get('registries');
	const index = saved.findIndex(
		({address}) => parseWhere(address)?.host === registry,
	);
	const {tokenHosts = [], ...rest} = saved[index] ?? {address: registry};
	const changed: SavedRegistry = {
		...rest,
		tokenHosts: [...new Set([...tokenHosts, tokenHost])],
	};
	conf.set(
		'registries',
		index === -1
			? [...saved, changed]
			: saved.map((entry, at) => (at === index ? changed : entry)),
	);
};

/** Keeps sets of rules; the same holds. */
export const saveRules = (
	file: string,
	rules: ReadonlyArray<Readonly<Record<string, unknown>>>,
): void => {
	openConf(file).set('rules', rules);
};

/**
The settings in a file, by default `config.json` in the user's config folder.

A file that is no JSON or breaks the schema is renamed, never overwritten, and the notice says where it is.
@param file - The operator's `--config FILE`.
*/
export const loadSettings = async (file: string): Promise<LoadedSettings> => {
	const text = await readFile(file, 'utf8').catch(() => undefined);
	if (text === undefined) {
		return {settings: none, path: file, notice: undefined};
	}

	if (!isJsonObject(parseJson(text))) {
		return setAside(file, 'it is not a JSON object');
	}

	try {
		const conf = openConf(file);
		return {
			settings: conf.store,
			path: file,
			notice: undefined,
		};
	} catch (error) {
		return setAside(file, describeDamage(error));
	}
};

/** A name that no file has yet, so that an earlier damaged file is not written over. */
const findFreeName = (file: string): string => {
	for (let number = 1; ; number++) {
		const name = `${file}.damaged-${number}`;
		if (!existsSync(name)) {
			return name;
		}
	}
};

const setAside = async (
	file: string,
	reason: string,
): Promise<LoadedSettings> => {
	const aside = findFreeName(file);
	try {
		await rename(file, aside);
	} catch {
		return {
			settings: none,
			path: file,
			notice: `The settings in ${file} cannot be used (${reason}); mend the file.`,
		};
	}

	return {
		settings: none,
		path: file,
		notice: `The settings could not be used (${reason}); the file is kept as ${aside}.`,
	};
};
