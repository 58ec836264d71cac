import type {Digest} from '../oci/digest.js';
import {decodeText} from '../oci/json.js';
import {
	type Descriptor,
	formatPlatform,
	isImageMediaType,
	isIndexMediaType,
	type Manifest,
	parseManifest,
} from '../oci/manifest.js';
import type {DigestRecord} from '../oci/record.js';
import type {ManifestBytes} from './manifest-source.js';

/** What a manifest says of itself; its children and its config are read apart. */
export type ManifestDescription = Pick<
	DigestRecord,
	| 'mediaType'
	| 'artifactType'
	| 'platforms'
	| 'children'
	| 'subject'
	| 'problem'
> & {
	/** Bytes of the manifest, its config and its layers, without children. */
	readonly ownSize: number;
	readonly descriptors: readonly Descriptor[];
	/** The config, where it is an image's and tells when and for what it was built. */
	readonly config: Descriptor | undefined;
	/** The child that stands for the index where only one can: the first that is for a platform. */
	readonly representative: Digest | undefined;
};

const imageConfigMediaTypes = new Set([
	'application/vnd.oci.image.config.v1+json',
	'application/vnd.docker.container.image.v1+json',
]);

// BuildKit files attestations as children for the platform unknown/unknown.
const isForPlatform = ({platform}: Descriptor): boolean =>
	platform !== undefined && platform.os !== 'unknown';

/** What `bytes` say; `undefined` where they are no manifest, or one of which a part cannot be read. */
export const describeManifest = ({
	bytes,
	mediaType,
}: ManifestBytes): ManifestDescription | undefined => {
	const manifest = parseManifest(decodeText(bytes), mediaType);
	if (!manifest) {
		return undefined;
	}

	const blobs = [manifest.config, ...manifest.layers];
	return {
		mediaType: manifest.mediaType,
		artifactType: findArtifactType(manifest),
		platforms: manifest.children
			.filter(child => isForPlatform(child))
			.flatMap(child => child.platform ?? [])
			.map(platform => formatPlatform(platform)),
		children: manifest.children.map(child => child.digest),
		subject: manifest.subject,
		problem: findProblem(manifest),
		ownSize: blobs.reduce((sum, blob) => sum + (blob?.size ?? 0), bytes.length),
		descriptors: manifest.children,
		config:
			manifest.config && imageConfigMediaTypes.has(manifest.config.mediaType)
				? manifest.config
				: undefined,
		representative: manifest.children.find(child => isForPlatform(child))
			?.digest,
	};
};

// The image specification lets the config's media type stand for the artifact's where none is given.
const findArtifactType = (manifest: Manifest): string | undefined => {
	const configType = manifest.config?.mediaType ?? '';
	return (
		manifest.artifactType ??
		(configType === '' || imageConfigMediaTypes.has(configType)
			? undefined
			: configType)
	);
};

const findProblem = ({mediaType}: Manifest): string | undefined =>
	isImageMediaType(mediaType) || isIndexMediaType(mediaType)
		? undefined
		: `jetsam does not know the media type ${mediaType || '(none)'}, so it shows only what it could read.`;
