import type {Digest} from './digest.js';
import {isJsonObject, parseJson} from './json.js';
import type {Descriptor, Platform} from './manifest.js';

/**
What the config of an image says of how it was built and how it runs.
@see https://github.com/opencontainers/image-spec/blob/main/config.md
*/
export type ConfigDetail = {
	readonly created: string | undefined;
	readonly platform: Platform | undefined;
	readonly entrypoint: readonly string[];
	readonly command: readonly string[];
	readonly user: string | undefined;
	readonly workingDirectory: string | undefined;
	readonly labels: Readonly<Record<string, string>>;
};

/** An artifact about a digest, and how it was found. */
export type Referrer = {
	readonly digest: Digest;
	readonly artifactType: string | undefined;
	/** Bytes of its manifest. */
	readonly size: number;
	readonly via: 'referrers API' | 'fallback tag' | 'tag';
};

/** Everything that one manifest says, for looking at it. */
export type DigestDetail = {
	readonly digest: Digest;
	readonly mediaType: string;
	/** The exact text of the manifest. */
	readonly text: string;
	readonly annotations: Readonly<Record<string, string>>;
	readonly configDescriptor: Descriptor | undefined;
	/** `undefined` where the manifest has no image's config, or it could not be read. */
	readonly config: ConfigDetail | undefined;
	readonly layers: readonly Descriptor[];
	readonly children: readonly Descriptor[];
	readonly subject: Digest | undefined;
	readonly referrers: readonly Referrer[];
	/** Sentences on parts that could not be read. */
	readonly problems: readonly string[];
};

const readTexts = (value: unknown): readonly string[] =>
	Array.isArray(value)
		? value.filter(entry => typeof entry === 'string')
		: typeof value === 'string'
			? [value]
			: [];

const readText = (value: unknown): string | undefined =>
	typeof value === 'string' && value !== '' ? value : undefined;

const readLabels = (value: unknown): Record<string, string> =>
	isJsonObject(value)
		? Object.fromEntries(
				Object.entries(value).flatMap(([name, text]) =>
					typeof text === 'string' ? [[name, text]] : [],
				),
			)
		: {};

/** What the JSON text of an image's config says; `undefined` where it is no such text. */
export const parseConfigDetail = (text: string): ConfigDetail | undefined => {
	const document = parseJson(text);
	if (!isJsonObject(document)) {
		return undefined;
	}

	const {config, os, architecture, variant, created} = document;
	const settings = isJsonObject(config) ? config : {};
	const osName = readText(os);
	const architectureName = readText(architecture);
	return {
		created: readText(created),
		platform:
			osName === undefined || architectureName === undefined
				? undefined
				: {
						os: osName,
						architecture: architectureName,
						variant: readText(variant),
					},
		entrypoint: readTexts(settings['Entrypoint']),
		command: readTexts(settings['Cmd']),
		user: readText(settings['User']),
		workingDirectory: readText(settings['WorkingDir']),
		labels: readLabels(settings['Labels']),
	};
};

/** A tag that only files an artifact under the digest that it is about. */
export type ArtifactTag = {
	readonly subject: Digest;
	readonly kind:
		'signature' | 'attestation' | 'SBOM' | 'metadata' | 'referrers';
};

const kindsBySuffix: ReadonlyMap<string, ArtifactTag['kind']> = new Map([
	['', 'referrers'],
	['.sig', 'signature'],
	['.att', 'attestation'],
	['.sbom', 'SBOM'],
	['.meta', 'metadata'],
]);

/**
What a tag of the form `sha256-<hex>`, with cosign's or regclient's endings or as the referrers' fallback, files its digest under; `undefined` for any other tag.
@see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#referrers-tag-schema
*/
export const parseArtifactTag = (tag: string): ArtifactTag | undefined => {
	// Most tags are none, and this is quickly seen.
	if (!tag.startsWith('sha256-')) {
		return undefined;
	}

	const {encoded, suffix} =
		/^sha256-(?<encoded>[a-f\d]{64})(?:\.[a-f\d]{16}(?=\.meta$))?(?<suffix>(?:\.[a-z]+)?)$/.exec(
			tag,
		)?.groups ?? {};
	const kind = kindsBySuffix.get(suffix ?? '-');
	return encoded === undefined || kind === undefined
		? undefined
		: // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the pattern has checked it
			{subject: `sha256:${encoded}` as Digest, kind};
};
