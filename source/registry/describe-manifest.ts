import type {Digest} from '../oci/digest.js';
import {decodeText} from '../oci/json.js';
import {
	type Descriptor,
	formatPlatform,
	isImageConfigMediaType,
	isImageMediaType,
	isIndexMediaType,
	type Manifest,
	parseManifest,
} from '../oci/manifest.js';
import type {Blob, DigestRecord} from '../oci/record.js';
import type {ManifestBytes} from './manifest-source.js';

/** What a manifest says of itself; its children and its config are read apart. */
export type ManifestDescription = {
	readonly fields: Pick<
		DigestRecord,
		| 'mediaType'
		| 'artifactType'
		| 'platforms'
		| 'children'
		| 'blobs'
		| 'manifestSize'
		| 'subject'
		| 'problem'
	>;
	/** Bytes of the manifest, its config and its layers, without children. */
	readonly ownSize: number;
	readonly descriptors: readonly Descriptor[];
	/** The config, where it is an image's and tells when and for what it was built. */
	readonly config: Descriptor | undefined;
	/** The child that stands for the index where only one can: the first that is for a platform. */
	readonly representative: Digest | undefined;
};

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

	const {config, layers, children, subject} = manifest;
	const blobs = [...(config ? [config] : []), ...layers].map(
		({digest, size}) => ({digest, size}),
	);
	const forPlatforms = children.filter(child => isForPlatform(child));
	return {
		fields: {
			mediaType: manifest.mediaType,
			artifactType: findArtifactType(manifest),
			platforms: forPlatforms
				.flatMap(child => child.platform ?? [])
				.map(platform => formatPlatform(platform)),
			children: children.map(child => child.digest),
			blobs,
			manifestSize: bytes.length,
			subject,
			problem: findProblem(manifest),
		},
		ownSize: sumSizes(blobs) + bytes.length,
		descriptors: children,
		config:
			config && isImageConfigMediaType(config.mediaType) ? config : undefined,
		representative: forPlatforms[0]?.digest,
	};
};

const sumSizes = (blobs: readonly Blob[]): number => {
	let sum = 0;
	for (const {size} of blobs) {
		sum += size;
	}

	return sum;
};

// The image specification lets the config's media type stand for the artifact's where none is given.
const findArtifactType = (manifest: Manifest): string | undefined => {
	const configType = manifest.config?.mediaType ?? '';
	return (
		manifest.artifactType ??
		(configType === '' || isImageConfigMediaType(configType)
			? undefined
			: configType)
	);
};

const findProblem = ({mediaType}: Manifest): string | undefined =>
	isImageMediaType(mediaType) || isIndexMediaType(mediaType)
		? undefined
		: `jetsam does not know the media type ${mediaType || '(none)'}, so it shows only what it could read.`;
