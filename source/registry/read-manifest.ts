import {describeHttpError} from '../http/describe-error.js';
import {type Digest, shortenDigest} from '../oci/digest.js';
import {
	type Descriptor,
	formatPlatform,
	type ImageConfig,
	isImageMediaType,
} from '../oci/manifest.js';
import {
	describeManifest,
	type ManifestDescription,
} from './describe-manifest.js';
import {isLocal, type Reading} from './reading.js';

type Hint = Pick<Descriptor, 'mediaType' | 'platform'>;

/** Reads a manifest and everything below it, once per reading, and emits what it says. */
export const readManifest = async (
	reading: Reading,
	digest: Digest,
	hint: Hint,
): Promise<void> => {
	const known = reading.described.get(digest);
	if (known) {
		return known;
	}

	const work = describeDigest(reading, digest, hint);
	reading.described.set(digest, work);
	return work;
};

const describeDigest = async (
	reading: Reading,
	digest: Digest,
	hint: Hint,
): Promise<void> => {
	const {records} = reading;
	const description = await findDescription(reading, digest, hint);
	if (!description) {
		return;
	}

	const {ownSize, descriptors, fields} = description;
	const platforms = hint.platform ? [formatPlatform(hint.platform)] : [];
	reading.emit(digest, {
		...fields,
		...(descriptors.length === 0 ? {platforms} : {}),
		size: descriptors.length === 0 ? ownSize : undefined,
		state: descriptors.length === 0 ? 'loaded' : 'loading',
	});
	await Promise.all(
		descriptors.map(async child => readManifest(reading, child.digest, child)),
	);
	if (descriptors.length > 0) {
		let size = ownSize;
		for (const child of fields.children) {
			size += records.get(child)?.size ?? 0;
		}

		reading.emit(digest, {size, state: 'loaded'});
	}
};

const findDescription = async (
	reading: Reading,
	digest: Digest,
	hint: Hint,
): Promise<ManifestDescription | undefined> => {
	const {source, repository, signal, cache} = reading;
	const cached = cache.get(digest);
	if (cached) {
		return cached.description;
	}

	let problem = 'it is no manifest that can be read.';
	let {mediaType} = hint;
	try {
		const manifest = await source.getManifest(repository, digest, signal);
		const description = manifest && describeManifest(manifest);
		if (description) {
			cache.set(digest, {description});
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
	const {cache} = reading;
	const own = cache.get(digest);
	const entry =
		own?.description.representative === undefined
			? own
			: cache.get(own.description.representative);
	const config = entry?.description.config;
	if (!own || !entry || !config) {
		return;
	}

	entry.config ??= await readConfig(reading, config);
	if (!entry.config) {
		return;
	}

	const {created, platform} = entry.config;
	reading.emit(digest, {
		created,
		...(own === entry && platform
			? {platforms: [formatPlatform(platform)]}
			: {}),
	});
};

/** A config, read once per reading; `undefined` where it cannot be read now. */
const readConfig = async (
	{configs, source, repository, signal}: Reading,
	config: Descriptor,
): Promise<ImageConfig | undefined> => {
	const work =
		configs.get(config.digest) ?? source.getConfig(repository, config, signal);
	configs.set(config.digest, work);
	try {
		return await work;
	} catch (error) {
		if (!isLocal(error)) {
			throw error;
		}

		return undefined;
	}
};
