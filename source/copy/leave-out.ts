import {type Digest, hashLike, parseDigest} from '../oci/digest.js';
import {decodeText} from '../oci/json.js';
import {
	type Descriptor,
	formatPlatform,
	isIndexMediaType,
	type Manifest,
	parseManifest,
} from '../oci/manifest.js';
import {removeDescriptors} from '../oci/remove-descriptors.js';

/** A manifest as it is read and sent. */
type Whole = {
	readonly digest: Digest;
	readonly mediaType: string;
	readonly bytes: Uint8Array;
	readonly manifest: Manifest;
};

/** Whether a child of an index is one of some platforms, as `linux/amd64` or `linux/arm/v7`. */
export const isOf =
	(platforms: readonly string[]) =>
	({platform}: Descriptor): boolean =>
		platform !== undefined && platforms.includes(formatPlatform(platform));

/** An index without all platforms but some: another index, written anew without the rest. What is no index, or has no other platform, is the same as before. */
export const leaveOut = <Read extends Whole>(
	read: Read,
	platforms: readonly string[],
): Read => {
	const {digest, mediaType, bytes} = read;
	const rest = read.manifest.children.filter(child => !isOf(platforms)(child));
	const text =
		isIndexMediaType(mediaType) && rest.length > 0
			? removeDescriptors(
					decodeText(bytes),
					new Set(rest.map(child => child.digest)),
				)
			: undefined;
	if (text === undefined) {
		return read;
	}

	const fewer = new TextEncoder().encode(text);
	const made = parseDigest(hashLike(digest, fewer));
	const manifest = parseManifest(text, mediaType);
	if (!made || !manifest) {
		throw new Error(`${digest} without some platforms is no index`);
	}

	return {...read, digest: made, bytes: fewer, manifest};
};
