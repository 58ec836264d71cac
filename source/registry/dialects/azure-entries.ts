import {type Digest, parseDigest} from '../../oci/digest.js';
import {isJsonObject} from '../../oci/json.js';
import {
	formatPlatform,
	isImageMediaType,
	manifestMediaTypes,
} from '../../oci/manifest.js';
import type {ListedDigest} from './dialect.js';

/** A tag of the registry's own list. */
export type AzureTag = {
	readonly name: string;
	readonly digest: Digest;
	/** Whether it, or what it means, may not be deleted: the attribute that says so. */
	readonly lock: string | undefined;
};

const readText = (value: unknown): string | undefined =>
	typeof value === 'string' && value !== '' ? value : undefined;

/** Reads one field of an entry of a list. */
export const readField = (entry: unknown, name: string): string | undefined =>
	isJsonObject(entry) ? readText(entry[name]) : undefined;

/**
The attribute that locks what an entry is about: the registry refuses to delete what may not be written to, too.
@see https://learn.microsoft.com/azure/container-registry/container-registry-image-lock
*/
export const readLock = (entry: unknown): string | undefined => {
	const attributes = isJsonObject(entry)
		? entry['changeableAttributes']
		: undefined;
	return isJsonObject(attributes)
		? ['deleteEnabled', 'writeEnabled'].find(
				name => String(attributes[name]).toLowerCase() === 'false',
			)
		: undefined;
};

/** An entry of `_tags`; `undefined` where it names no tag of a digest. */
export const readTag = (entry: unknown): AzureTag | undefined => {
	const name = readField(entry, 'name');
	const digest = parseDigest(readField(entry, 'digest'));
	return name !== undefined && digest
		? {name, digest, lock: readLock(entry)}
		: undefined;
};

/** An entry of `_manifests`, with the attribute that locks it; `undefined` where it names no digest. */
export const readListed = (
	entry: unknown,
):
	| {readonly listed: ListedDigest; readonly lock: string | undefined}
	| undefined => {
	const digest = parseDigest(readField(entry, 'digest'));
	if (!digest || !isJsonObject(entry)) {
		return undefined;
	}

	const {imageSize, tags} = entry;
	const mediaType = readText(entry['mediaType']) ?? '';
	const uploaded = readText(entry['createdTime']);
	const os = readText(entry['os']);
	const architecture = readText(entry['architecture']);
	return {
		listed: {
			digest,
			tags: Array.isArray(tags)
				? tags.filter(tag => typeof tag === 'string')
				: [],
			mediaType,
			...(uploaded !== undefined && {uploaded}),
			// What it says of an index is not what its children add up to.
			...(isImageMediaType(mediaType) &&
				typeof imageSize === 'number' &&
				imageSize > 0 && {size: imageSize}),
			...(os !== undefined &&
				architecture !== undefined && {
					platforms: [formatPlatform({os, architecture, variant: undefined})],
				}),
			// An OCI manifest may be about another; this type cannot.
			isPlain: mediaType === manifestMediaTypes.dockerImage,
		},
		lock: readLock(entry),
	};
};
