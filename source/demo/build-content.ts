import {Buffer} from 'node:buffer';
import {
	dockerConfig,
	dockerIndex,
	dockerLayer,
	dockerManifest,
	ociConfig,
	ociIndex,
	ociLayer,
	ociManifest,
} from './media-types.js';
import {
	computeDigest,
	ensureRepository,
	type RegistryContent,
} from './registry-content.js';

/** What a child runs on (OCI image spec, index, `platform`). */
export type ContentPlatform = {
	readonly os: string;
	readonly architecture: string;
	readonly variant?: string;
};

/** A descriptor as every `add…` function returns it and an index takes it; `size` in bytes. */
export type ContentDescriptor = {
	readonly mediaType: string;
	readonly digest: string;
	readonly size: number;
	readonly platform?: ContentPlatform;
	readonly annotations?: Readonly<Record<string, string>>;
	readonly artifactType?: string;
};

/** A declared layer: `size` in bytes; equal seed and size mean the same layer, so images can share it. */
export type ContentLayer = {
	readonly size: number;
	readonly seed: string;
};

/** Exact bytes to keep under their digest. */
export type ManifestOptions = {
	readonly bytes: Uint8Array | string;
	readonly mediaType: string;
	readonly tags?: readonly string[] | undefined;
};

/** An image to make; without `created` its config has no such field, without `platform` it is linux/amd64. */
export type ImageOptions = {
	readonly tags?: readonly string[] | undefined;
	readonly created?: Date | string | undefined;
	readonly layers: readonly ContentLayer[];
	readonly platform?: ContentPlatform | undefined;
	readonly labels?: Readonly<Record<string, string>> | undefined;
	readonly entrypoint?: readonly string[] | undefined;
	readonly annotations?: Readonly<Record<string, string>> | undefined;
	/** Docker schema 2 media types instead of OCI's. */
	readonly docker?: boolean | undefined;
	readonly subject?: ContentDescriptor | undefined;
	readonly artifactType?: string | undefined;
};

/** An index to make of descriptors; children are not checked, so a sparse index is possible. */
export type IndexOptions = {
	readonly tags?: readonly string[] | undefined;
	readonly children: readonly ContentDescriptor[];
	readonly annotations?: Readonly<Record<string, string>> | undefined;
	/** A Docker manifest list instead of an OCI index. */
	readonly docker?: boolean | undefined;
	readonly subject?: ContentDescriptor | undefined;
	readonly artifactType?: string | undefined;
};

/** Stores bytes as a blob and returns its descriptor. */
export function addBlob(
	content: RegistryContent,
	bytes: Uint8Array | string,
	mediaType: string,
): ContentDescriptor {
	const buffer = Buffer.from(bytes);
	const digest = computeDigest(buffer);
	content.blobs.set(digest, buffer);
	return {mediaType, digest, size: buffer.length};
}

/** Points a tag at a digest, taking it from the digest that had it. The digest is not checked. */
export function addTag(
	content: RegistryContent,
	repository: string,
	tag: string,
	digest: string,
): void {
	ensureRepository(content, repository).tags.set(tag, digest);
}

/** Stores exact bytes as a manifest of any media type, also one that no client knows. */
export function addManifest(
	content: RegistryContent,
	repository: string,
	options: ManifestOptions,
): ContentDescriptor {
	const bytes = Buffer.from(options.bytes);
	const {mediaType} = options;
	const digest = computeDigest(bytes);
	ensureRepository(content, repository).manifests.set(digest, {
		bytes,
		mediaType,
	});
	for (const tag of options.tags ?? []) {
		addTag(content, repository, tag, digest);
	}

	return {mediaType, digest, size: bytes.length};
}

/**
Stores an image: its config as a real blob, its layers as declared ones.

Returns a bare descriptor: add `platform` yourself where it becomes a child.
*/
export function addImage(
	content: RegistryContent,
	repository: string,
	options: ImageOptions,
): ContentDescriptor {
	const {docker, tags, subject, artifactType, annotations} = options;
	const layers = options.layers.map(layer =>
		declareLayer(content, layer, docker ? dockerLayer : ociLayer),
	);
	const config = addBlob(
		content,
		JSON.stringify(describeConfig(options)),
		docker ? dockerConfig : ociConfig,
	);
	const mediaType = docker ? dockerManifest : ociManifest;
	const bytes = JSON.stringify({
		schemaVersion: 2,
		mediaType,
		artifactType,
		config,
		layers,
		subject: subject && pointTo(subject),
		annotations,
	});
	return addManifest(content, repository, {bytes, mediaType, tags});
}

/** Stores an index (or manifest list) over descriptors that other `add…` functions returned. */
export function addIndex(
	content: RegistryContent,
	repository: string,
	options: IndexOptions,
): ContentDescriptor {
	const {docker, tags, children, subject, artifactType, annotations} = options;
	const mediaType = docker ? dockerIndex : ociIndex;
	const bytes = JSON.stringify({
		schemaVersion: 2,
		mediaType,
		artifactType,
		manifests: children,
		subject: subject && pointTo(subject),
		annotations,
	});
	return addManifest(content, repository, {bytes, mediaType, tags});
}

/** Reduces a descriptor to the three fields that a `subject` needs. */
export function pointTo(descriptor: ContentDescriptor): ContentDescriptor {
	const {mediaType, digest, size} = descriptor;
	return {mediaType, digest, size};
}

/** Makes a config's `rootfs` (OCI image spec, config) of the digests of the unpacked layers. */
export function describeRootfs(
	digests: readonly string[],
): Record<string, unknown> {
	return {type: 'layers', ...Object.fromEntries([['diff_ids', digests]])};
}

function declareLayer(
	content: RegistryContent,
	layer: ContentLayer,
	mediaType: string,
): ContentDescriptor {
	const {size, seed} = layer;
	const digest = computeDigest(`layer ${seed} ${size}`);
	content.declaredBlobs.set(digest, size);
	return {mediaType, digest, size};
}

function describeConfig(options: ImageOptions): Record<string, unknown> {
	const {created, layers, labels, entrypoint} = options;
	const platform = options.platform ?? {os: 'linux', architecture: 'amd64'};
	return {
		created: created instanceof Date ? created.toISOString() : created,
		...platform,
		config: Object.fromEntries([
			['Entrypoint', entrypoint],
			['Labels', labels],
		]),
		rootfs: describeRootfs(
			layers.map(({size, seed}) =>
				computeDigest(`unpacked layer ${seed} ${size}`),
			),
		),
	};
}
