import {type Digest, parseDigest} from './digest.js';
import {isJsonObject, parseJson} from './json.js';

/** The four media types that every request for a manifest accepts. */
export const manifestMediaTypes = {
	image: 'application/vnd.oci.image.manifest.v1+json',
	index: 'application/vnd.oci.image.index.v1+json',
	dockerImage: 'application/vnd.docker.distribution.manifest.v2+json',
	dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
} as const;

/** The platform that an image was built for. */
export type Platform = {
	readonly os: string;
	readonly architecture: string;
	readonly variant: string | undefined;
};

/**
A pointer to a content.
@see https://github.com/opencontainers/image-spec/blob/main/descriptor.md
*/
export type Descriptor = {
	readonly mediaType: string;
	readonly digest: Digest;
	/** Bytes. */
	readonly size: number;
	readonly platform: Platform | undefined;
	readonly artifactType: string | undefined;
	readonly annotations: Readonly<Record<string, string>>;
};

/** What jetsam reads of a manifest, whatever its media type. */
export type Manifest = {
	readonly mediaType: string;
	readonly artifactType: string | undefined;
	/** Absent in an index. */
	readonly config: Descriptor | undefined;
	readonly layers: readonly Descriptor[];
	/** Empty unless the manifest is an index. */
	readonly children: readonly Descriptor[];
	/** The digest that this artifact is about. */
	readonly subject: Digest | undefined;
	readonly annotations: Readonly<Record<string, string>>;
};

/** What an image's config tells: when it was built and for which platform. */
export type ImageConfig = {
	/** ISO 8601, as the builder wrote it; builders write 1970 or 1980 for "not known". */
	readonly created: string | undefined;
	readonly platform: Platform | undefined;
};

const readText = (value: unknown): string | undefined =>
	typeof value === 'string' && value !== '' ? value : undefined;

const readAnnotations = (value: unknown): Record<string, string> =>
	isJsonObject(value)
		? Object.fromEntries(
				Object.entries(value).filter(
					(entry): entry is [string, string] => typeof entry[1] === 'string',
				),
			)
		: {};

const readPlatform = (value: unknown): Platform | undefined => {
	if (!isJsonObject(value)) {
		return undefined;
	}

	const os = readText(value['os']);
	const architecture = readText(value['architecture']);
	return os === undefined || architecture === undefined
		? undefined
		: {os, architecture, variant: readText(value['variant'])};
};

const readDescriptor = (value: unknown): Descriptor | undefined => {
	if (!isJsonObject(value)) {
		return undefined;
	}

	const digest = parseDigest(value['digest']);
	const {size} = value;
	return digest === undefined
		? undefined
		: {
				mediaType: readText(value['mediaType']) ?? '',
				digest,
				size:
					typeof size === 'number' && Number.isFinite(size) && size > 0
						? size
						: 0,
				platform: readPlatform(value['platform']),
				artifactType: readText(value['artifactType']),
				annotations: readAnnotations(value['annotations']),
			};
};

const readDescriptors = (value: unknown): Descriptor[] | undefined => {
	if (value === undefined || value === null) {
		return [];
	}

	if (!Array.isArray(value)) {
		return undefined;
	}

	const descriptors = value.map(entry => readDescriptor(entry));
	return descriptors.every(entry => entry !== undefined)
		? descriptors
		: undefined;
};

const imageConfigMediaTypes: ReadonlySet<string> = new Set([
	'application/vnd.oci.image.config.v1+json',
	'application/vnd.docker.container.image.v1+json',
]);

/** Whether a media type is that of an image's config, which tells when and for what the image was built. */
export const isImageConfigMediaType = (mediaType: string): boolean =>
	imageConfigMediaTypes.has(mediaType);

/** Whether a media type is that of an index. */
export const isIndexMediaType = (mediaType: string): boolean =>
	mediaType === manifestMediaTypes.index ||
	mediaType === manifestMediaTypes.dockerIndex;

/** Whether a media type is that of an image's manifest, which has no children. */
export const isImageMediaType = (mediaType: string): boolean =>
	mediaType === manifestMediaTypes.image ||
	mediaType === manifestMediaTypes.dockerImage;

/**
The manifest in a JSON text, or `undefined` if it is none.

A media type that jetsam does not know is read all the same: what names children has children. A list with one unreadable descriptor makes the
whole manifest unreadable, because the missing one could be a child that must be kept.
@param mediaType - The reply's Content-Type, which holds where the document itself names none.
*/
export const parseManifest = (
	text: string,
	mediaType: string,
): Manifest | undefined => {
	const document = parseJson(text);
	if (!isJsonObject(document)) {
		return undefined;
	}

	const layers = readDescriptors(document['layers']);
	const children = readDescriptors(document['manifests']);
	const subject = readDescriptor(document['subject']);
	if (
		layers === undefined ||
		children === undefined ||
		(isJsonObject(document['subject']) && subject === undefined)
	) {
		return undefined;
	}

	return {
		mediaType: readText(document['mediaType']) ?? mediaType,
		artifactType: readText(document['artifactType']),
		config: readDescriptor(document['config']),
		layers,
		children,
		subject: subject?.digest,
		annotations: readAnnotations(document['annotations']),
	};
};

/** What the JSON text of an image's config tells; empty where it is no such text. */
export const parseImageConfig = (text: string): ImageConfig => {
	const document = parseJson(text);
	return isJsonObject(document)
		? {
				created: readText(document['created']),
				platform: readPlatform(document),
			}
		: {created: undefined, platform: undefined};
};

/** `linux/arm64` or `linux/arm/v7`. */
export const formatPlatform = (platform: Platform): string =>
	[platform.os, platform.architecture, platform.variant]
		.filter(part => part !== undefined)
		.join('/');
