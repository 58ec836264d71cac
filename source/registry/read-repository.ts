import PQueue from 'p-queue';
import {describeHttpError} from '../http/describe-error.js';
import {HttpError} from '../http/http-error.js';
import {type Digest, shortenDigest} from '../oci/digest.js';
import {
	type Descriptor,
	formatPlatform,
	type ImageConfig,
	isImageMediaType,
} from '../oci/manifest.js';
import {type DigestRecord, emptyRecord} from '../oci/record.js';
import {isTag} from '../oci/reference.js';
import type {RepositoryPart} from '../world.js';
import {createBatches} from './batches.js';
import {
	describeManifest,
	type ManifestDescription,
} from './describe-manifest.js';
import type {ManifestSource, Resolved} from './manifest-source.js';

/** Descriptions by digest. They are content-addressed, so they never go stale. */
export type DescriptionCache = Map<
	Digest,
	{readonly description: ManifestDescription; config?: ImageConfig}
>;

type Reading = {
	readonly source: ManifestSource;
	readonly cache: DescriptionCache;
	readonly repository: string;
	readonly signal: AbortSignal;
	readonly records: Map<Digest, DigestRecord>;
	/** Manifests that are being read or have been read, each at most once. */
	readonly described: Map<Digest, Promise<void>>;
	readonly emit: (digest: Digest, fields: Partial<DigestRecord>) => void;
	readonly addGap: (gap: string) => void;
};

// More than the host's connections, so that none of them ever waits for work.
const workers = 32;
const mostWaitingTags = 2000;

/**
Reads a repository: its tags, then for each the digest by HEAD, then for each digest not seen before its manifest, its children and its config.

A part is given out as soon as the reader asks for one. Throws `HttpError` where the tags cannot be listed or the host is lost; what fails for one tag or digest is a
gap or a record's problem.
*/
export async function* readRepository(
	options: Pick<Reading, 'source' | 'cache' | 'repository' | 'signal'>,
): AsyncGenerator<RepositoryPart, void, undefined> {
	const stop = new AbortController();
	const signal = AbortSignal.any([options.signal, stop.signal]);
	const batches = createBatches<DigestRecord | undefined>();
	const gaps: string[] = [];
	let tagsListed = 0;
	const records = new Map<Digest, DigestRecord>();
	const reading: Reading = {
		...options,
		signal,
		records,
		described: new Map(),
		emit(digest, fields) {
			const record = {
				...(records.get(digest) ?? emptyRecord(digest)),
				...fields,
			};
			records.set(digest, record);
			batches.push(record);
		},
		addGap(gap) {
			gaps.push(gap);
			batches.push(undefined);
		},
	};
	const work = readTags(reading, count => {
		tagsListed += count;
		batches.push(undefined);
	});
	void work.then(
		() => {
			batches.end();
		},
		(error: unknown) => {
			batches.end(toError(error));
		},
	);

	try {
		for await (const batch of batches.read()) {
			// A record that grew twice since the last part is given out once.
			const latest = new Map(batch.map(record => [record?.digest, record]));
			yield {
				records: [...latest.values()].filter(record => record !== undefined),
				tagsListed,
				gaps: [...gaps],
			};
		}
	} finally {
		stop.abort();
	}
}

// Aborting rejects with whatever reason the signal was given.
const toError = (error: unknown): Error =>
	error instanceof Error ? error : new Error(String(error));

const readTags = async (
	reading: Reading,
	onListed: (count: number) => void,
): Promise<void> => {
	const {source, repository, signal} = reading;
	const queue = new PQueue({concurrency: workers});
	let lost: {error: unknown} | undefined;
	const readUnlessLost = async (name: unknown): Promise<void> => {
		if (lost) {
			return;
		}

		try {
			await readTag(reading, name);
		} catch (error) {
			lost = {error};
		}
	};

	const pages = source.listNames(
		`/v2/${repository}/tags/list?n=1000`,
		'tags',
		signal,
	);
	for await (const names of pages) {
		onListed(names.length);
		for (const name of names) {
			void queue.add(async () => readUnlessLost(name));
		}

		await queue.onSizeLessThan(mostWaitingTags);
	}

	await queue.onIdle();
	if (lost) {
		throw lost.error;
	}
};

/** Whether a failure is about one digest only, so that the others can still be read. */
const isLocal = (error: unknown): error is HttpError =>
	error instanceof HttpError &&
	error.failure !== 'network' &&
	![401, 403, 429].includes(error.status);

const readTag = async (reading: Reading, tag: unknown): Promise<void> => {
	const {source, repository, signal, records} = reading;
	if (!isTag(tag)) {
		reading.addGap(
			`A tag of ${repository} has a name that no tag may have (${String(tag).slice(0, 40)}); what it means was not read.`,
		);
		return;
	}

	let resolved: Resolved | undefined;
	try {
		resolved = await source.resolve(repository, tag, signal);
	} catch (error) {
		if (!isLocal(error)) {
			throw error;
		}

		reading.addGap(
			`What ${repository}:${tag} means could not be read: ${describeHttpError(error, source.host).message}`,
		);
		return;
	}

	// A tag may go between the list and this look.
	if (!resolved) {
		return;
	}

	const {digest, mediaType} = resolved;
	const known = records.get(digest);
	reading.emit(digest, {
		tags: [...new Set([...(known?.tags ?? []), tag])].toSorted(),
		...(known ? {} : {mediaType}),
	});
	await readManifest(reading, digest, {mediaType, platform: undefined});
	await readCreated(reading, digest);
};

type Hint = Pick<Descriptor, 'mediaType' | 'platform'>;

/** Reads a manifest and everything below it, once per reading, and emits what it says. */
const readManifest = async (
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

	const {ownSize, descriptors, ...fields} = description;
	const platforms = hint.platform ? [formatPlatform(hint.platform)] : [];
	reading.emit(digest, {
		...pick(fields),
		...(fields.children.length === 0 ? {platforms} : {}),
		size: descriptors.length === 0 ? ownSize : undefined,
		state: descriptors.length === 0 ? 'loaded' : 'loading',
	});
	await Promise.all(
		descriptors.map(async child => readManifest(reading, child.digest, child)),
	);
	if (descriptors.length > 0) {
		const sizes = fields.children.map(child => records.get(child)?.size ?? 0);
		reading.emit(digest, {
			size: sizes.reduce((sum, size) => sum + size, ownSize),
			state: 'loaded',
		});
	}
};

const pick = ({
	mediaType,
	artifactType,
	platforms,
	children,
	subject,
	problem,
}: Omit<
	ManifestDescription,
	'ownSize' | 'descriptors'
>): Partial<DigestRecord> => ({
	mediaType,
	artifactType,
	platforms,
	children,
	subject,
	problem,
});

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
const readCreated = async (reading: Reading, digest: Digest): Promise<void> => {
	const {cache, source, repository, signal} = reading;
	const own = cache.get(digest);
	const entry =
		own?.description.representative === undefined
			? own
			: cache.get(own.description.representative);
	const config = entry?.description.config;
	if (!own || !entry || !config) {
		return;
	}

	try {
		entry.config ??= await source.getConfig(repository, config, signal);
	} catch (error) {
		if (!isLocal(error)) {
			throw error;
		}

		entry.config = {created: undefined, platform: undefined};
	}

	const {created, platform} = entry.config;
	reading.emit(digest, {
		created,
		...(own === entry && platform
			? {platforms: [formatPlatform(platform)]}
			: {}),
	});
};
