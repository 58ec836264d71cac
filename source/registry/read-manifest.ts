import {describeHttpError} from '../http/describe-error.js';
import {type Digest, shortenDigest} from '../oci/digest.js';
import {
	type Descriptor,
	formatPlatform,
	type ImageConfig,
	isImageMediaType,
} from '../oci/manifest.js';
import type {ManifestDescription} from './describe-manifest.js';
import type {ManifestBytes} from './manifest-source.js';
import {isLocal, type Reading} from './reading.js';

/** What is known of a manifest before it is read. */
export type Hint = Pick<Descriptor, 'mediaType' | 'platform'> & {
	/** Whether the registry has just said that the repository has it. */
	readonly isThere: boolean;
	/** The manifest, where it came along with its tag. */
	readonly manifest: ManifestBytes | undefined;
};

/** Reads what a manifest itself says, once per reading, and emits it; `undefined` where it cannot be read. */
export const readManifest = async (
	reading: Reading,
	digest: Digest,
	hint: Hint,
): Promise<ManifestDescription | undefined> => {
	const work =
		reading.described.get(digest) ?? describeDigest(reading, digest, hint);
	reading.described.set(digest, work);
	return work;
};

const describeDigest = async (
	reading: Reading,
	digest: Digest,
	hint: Hint,
): Promise<ManifestDescription | undefined> => {
	const description = await findDescription(reading, digest, hint);
	if (description) {
		const {ownSize, descriptors, fields} = description;
		const platforms = hint.platform ? [formatPlatform(hint.platform)] : [];
		reading.emit(digest, {
			...fields,
			...(descriptors.length === 0
				? {platforms, size: ownSize, state: 'loaded'}
				: {size: undefined, state: 'loading'}),
		});
	}

	return description;
};

/** Reads everything below an index, once per reading, and emits what it adds up to. */
export const readBelow = async (
	reading: Reading,
	digest: Digest,
): Promise<void> => {
	const work = reading.summed.get(digest) ?? sumChildren(reading, digest);
	reading.summed.set(digest, work);
	return work;
};

const sumChildren = async (reading: Reading, digest: Digest): Promise<void> => {
	const description = await reading.described.get(digest);
	if (!description || description.descriptors.length === 0) {
		return;
	}

	await Promise.all(
		description.descriptors.map(async child => {
			const {mediaType, platform} = child;
			correctListed(reading, child);
			const hint = {mediaType, platform, isThere: false, manifest: undefined};
			await readManifest(reading, child.digest, hint);
			await readBelow(reading, child.digest);
			// Of a child that stood in a list by itself, its index knows what it is for.
			if (
				platform &&
				reading.records.get(child.digest)?.platforms.length === 0
			) {
				reading.emit(child.digest, {platforms: [formatPlatform(platform)]});
			}
		}),
	);
	let size = description.ownSize;
	for (const child of description.fields.children) {
		size += reading.records.get(child)?.size ?? 0;
	}

	reading.emit(digest, {size, state: 'loaded'});
};

/** What a list told of a child without its manifest having been read gives way to what its index says: an index among images is read after all. */
const correctListed = (
	{records, described, summed, emit}: Reading,
	{digest, mediaType}: Descriptor,
): void => {
	const listed = records.get(digest);
	if (!listed || listed.mediaType === mediaType || listed.manifestSize > 0) {
		return;
	}

	if (!isImageMediaType(mediaType)) {
		described.delete(digest);
		summed.delete(digest);
	}

	emit(digest, {mediaType});
};

const findDescription = async (
	reading: Reading,
	digest: Digest,
	hint: Hint,
): Promise<ManifestDescription | undefined> => {
	const {source, repository, cache} = reading;
	let problem = 'it is no manifest that can be read.';
	let {mediaType} = hint;
	try {
		// What came along is described anew, so that it is kept for this repository too.
		const known = hint.manifest ? undefined : cache.findManifest(digest);
		if (known && (await isThere(reading, digest, hint))) {
			return known;
		}

		const manifest =
			known === undefined
				? (hint.manifest ??
					(await source.getManifest(repository, digest, reading.signal)))
				: undefined;
		const description =
			manifest && cache.keepManifest(repository, {digest, ...manifest});
		if (description) {
			return description;
		}

		// An index may name children that were never pushed: they are not here to be shown or deleted.
		if (!manifest && !reading.records.has(digest)) {
			return undefined;
		}

		mediaType = manifest?.mediaType ?? mediaType;
		problem = manifest
			? problem
			: 'the registry lists it but does not have it.';
	} catch (error) {
		if (!isLocal(error)) {
			throw error;
		}

		problem = describeHttpError(error, source.host).message;
	}

	reportUnreadable(reading, digest, {mediaType, problem});
	return undefined;
};

/** Whether this repository has a digest of which another one has told what it is. */
const isThere = async (
	{cache, repository, source, signal}: Reading,
	digest: Digest,
	hint: Hint,
): Promise<boolean> => {
	if (!hint.isThere && !cache.isServed(repository, digest)) {
		const found = await source.resolve(repository, digest, signal);
		if (found?.digest !== digest) {
			return false;
		}
	}

	cache.confirm(repository, digest);
	return true;
};

const reportUnreadable = (
	{repository, emit, addGap}: Reading,
	digest: Digest,
	{mediaType, problem}: {mediaType: string; problem: string},
): void => {
	emit(digest, {
		mediaType,
		state: 'unreadable',
		problem: `The manifest could not be read: ${problem}`,
	});
	if (!isImageMediaType(mediaType)) {
		addGap(
			`${shortenDigest(digest)} in ${repository} may be an index that needs others, but its manifest could not be read: ${problem}`,
		);
	}
};

/** Reads when an image was built and for what, from its config; for an index from the config of the child that stands for it. */
export const readCreated = async (
	reading: Reading,
	digest: Digest,
): Promise<void> => {
	const own = await reading.described.get(digest);
	const representative = own?.representative;
	const source =
		representative === undefined
			? own
			: await reading.described.get(representative);
	const config = source?.config && (await readConfig(reading, source.config));
	if (!config) {
		return;
	}

	const {created, platform} = config;
	reading.emit(digest, {
		created,
		...(own === source && platform
			? {platforms: [formatPlatform(platform)]}
			: {}),
	});
};

/** A config, read once per reading; `undefined` where it cannot be read now. */
const readConfig = async (
	reading: Reading,
	config: Descriptor,
): Promise<ImageConfig | undefined> => {
	const {configs, cache} = reading;
	const known = cache.findConfig(config.digest);
	if (known) {
		return known;
	}

	const work = configs.get(config.digest) ?? fetchConfig(reading, config);
	configs.set(config.digest, work);
	return work;
};

const fetchConfig = async (
	{source, repository, signal, cache}: Reading,
	config: Descriptor,
): Promise<ImageConfig | undefined> => {
	const {digest} = config;
	try {
		const bytes = await source.getBlob(repository, config, signal);
		return (
			bytes &&
			cache.keepConfig(repository, {digest, mediaType: undefined, bytes})
		);
	} catch (error) {
		if (!isLocal(error)) {
			throw error;
		}

		return undefined;
	}
};
